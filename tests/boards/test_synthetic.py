"""Boards of synthetic rows: what probes say of a generator's rows, each set of them once."""

import pandas as pd
import pytest

from tscbench.boards.synthetic import synthetic
from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import AXES
from tscbench.results import COLUMNS

CELL = dict.fromkeys(AXES, "x") | {"dataset": "d", "query": "inbag", "split": "0", "seed": "0"}


def probed(said, **axes):
    """Rows of one cell: what probes say of its synthetic rows, and a score."""
    cell = CELL | {"generator": "kde", "mix": "fake(ratio=1)", "status": "ok"} | axes
    rows = [cell | {"part": "synthetic", "metric": m, "value": v} for m, v in said.items()]
    return [*rows, cell | {"part": "test", "metric": "auc", "value": 0.5}]


def frame(*cells):
    return pd.DataFrame([row for rows in cells for row in rows], columns=COLUMNS)


SPLITS = [("0", 0.2, 0.5), ("1", 0.4, 0.7)]
TWO = [
    probed({"near.ratio": ratio, "near.share": share}, split=split, student=student)
    for split, ratio, share in SPLITS
    for student in ("small", "large")
]


def test_a_set_of_rows_counts_once_however_many_students_share_it():
    (board,) = synthetic(frame(*TWO))
    assert board.title == "d" and "near of synthetic rows" in board.caption
    assert "2 of 2 sets" in board.caption
    # 0.2 and 0.4: mean 0.3, deviation 0.1·√2, standard error 0.1
    assert board.table.to_dict("records") == [
        {"generator": "kde", "ratio": "0.3000 ± 0.1000", "share": "0.6000 ± 0.1000"}
    ]
    assert board.keys["ratio"].tolist() == pytest.approx([0.3])


def test_a_cell_that_failed_leaves_its_set_out_and_is_counted():
    failed = CELL | {"generator": "gmm", "mix": "both(ratio=1)", "status": "failed"}
    (board,) = synthetic(frame(*TWO, [failed | {"part": None, "metric": None, "value": None}]))
    rows = board.table.set_index("generator")
    assert "2 of 3 sets" in board.caption
    assert rows.loc["gmm"].tolist() == ["–", "–", "0 of 1"]
    assert rows.loc["kde", "sets"] == "2 of 2"


def test_teachers_and_queries_stand_apart_only_where_their_answers_differ():
    both = {"sure.gap": 1.0, "near.ratio": 0.2}
    oob = {"sure.gap": 3.0, "near.ratio": 0.2}
    near, sure = synthetic(frame(probed(both), probed(oob, query="oob")))
    assert near.table.to_dict("records") == [{"generator": "kde", "ratio": "0.2000"}]
    assert sure.table["query"].tolist() == ["inbag", "oob"]
    assert sure.table["gap"].tolist() == ["1.0000", "3.0000"]
    alone = probed({"near.ratio": 0.2}, teacher="-", query="-", objective="labels")
    again, _ = synthetic(frame(probed(both), probed(oob, query="oob"), alone))
    assert again.table.equals(near.table) and again.caption == near.caption


def test_one_probe_or_one_of_its_numbers_can_be_had_alone():
    scores = frame(probed({"near.ratio": 0.2, "near.share": 0.5, "sure(n=0.5).gap": 1.0}))
    assert [len(synthetic(scores, wanted)) for wanted in ("", "near", "sure(n=0.5)")] == [2, 1, 1]
    (board,) = synthetic(scores, "near.share")
    assert list(board.table) == ["generator", "share"]
    with pytest.raises(SpecError, match=r"no probe 'far' in these results \(has: near, sure"):
        synthetic(scores, "far")
    with pytest.raises(SpecError, match="no probe of synthetic rows was asked"):
        synthetic(scores[scores["part"] == "test"])
