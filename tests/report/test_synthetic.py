"""Tables of synthetic rows: what probes say of a generator's rows, each set of them once."""

import pytest
from hand_made import frame, gone, row, study

from tscbench import SpecError
from tscbench.report.synthetic import synthetic_tables

KDE = {"generator": "kde", "mix": "fake(ratio=1)"}


def probed(said, **axes):
    """Rows of one cell: what probes say of its synthetic rows, and a score."""
    cell = KDE | axes
    rows = [row(value, part="synthetic", metric=name, **cell) for name, value in said.items()]
    return [*rows, row(0.5, **cell)]


def tables(*cells, wanted=""):
    return synthetic_tables(study(frame(*(one for rows in cells for one in rows))), wanted)


def shown(table):
    return [list(map(str, cells)) for cells in table.cells()]


TWO = [
    probed({"near.ratio": ratio, "near.share": share}, split=split, student=student)
    for split, ratio, share in (("0", 0.2, 0.5), ("1", 0.4, 0.7))
    for student in ("small", "large")
]


def test_a_set_of_rows_counts_once_however_many_students_share_it():
    [table] = tables(*TWO)
    assert table.title == table.dataset == "d"
    assert table.caption == "near of synthetic rows, mean ± standard error; 2 of 2 sets of them"
    # 0.2 and 0.4: mean 0.3, deviation 0.1·√2, standard error 0.1
    assert [column.heading for column in table.columns] == ["generator", "ratio", "share"]
    assert shown(table) == [["kde", "0.3000 ± 0.1000", "0.6000 ± 0.1000"]]


def test_a_cell_that_failed_leaves_its_set_out_and_is_counted():
    [table] = tables(*TWO, [gone(generator="gmm", mix="both(ratio=1)")])
    assert table.caption.endswith("2 of 3 sets of them")
    assert shown(table) == [["gmm", "–", "–", "0 of 1"],
                            ["kde", "0.3000 ± 0.1000", "0.6000 ± 0.1000", "2 of 2"]]  # fmt: skip


def test_teachers_and_queries_stand_apart_only_where_their_answers_differ():
    both, oob = {"sure.gap": 1.0, "near.ratio": 0.2}, {"sure.gap": 3.0, "near.ratio": 0.2}
    near, sure = tables(probed(both), probed(oob, query="oob"))
    assert shown(near) == [["kde", "0.2000"]]
    asked = [["kde", "forest", "inbag", "1.0000"], ["kde", "forest", "oob", "3.0000"]]
    assert shown(sure) == asked
    alone = probed({"near.ratio": 0.2}, teacher="-", query="-", objective="labels")
    again, _ = tables(probed(both), probed(oob, query="oob"), alone)
    assert shown(again) == shown(near) and again.caption == near.caption


def test_one_probe_or_one_of_its_numbers_can_be_had_alone():
    cell = probed({"near.ratio": 0.2, "near.share": 0.5, "sure(n=0.5).gap": 1.0})
    assert [len(tables(cell, wanted=w)) for w in ("", "near", "sure(n=0.5)")] == [2, 1, 1]
    [table] = tables(cell, wanted="near.share")
    assert [column.heading for column in table.columns] == ["generator", "share"]
    with pytest.raises(SpecError, match=r"no probe 'far' in these results \(has: near, sure"):
        tables(cell, wanted="far")
    with pytest.raises(SpecError, match="no probe of synthetic rows was asked"):
        tables([row(0.5, **KDE)])
