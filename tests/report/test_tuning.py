"""What tuning chose, gained and cost, by hand."""

import pytest
from hand_made import frame, row, study

from tscbench.report.tuning import tuned_study, tuning_table

SECONDS = {"munge": 1.0, "munge(p=0.1)": 3.0, "kde": 9.0}


def cell(generator, split, valid, test, **more):
    at = {"generator": generator, "mix": "fake(ratio=1)", "split": split, **more}
    return [row(valid, part="valid", **at), row(test, **at)]


# valid chooses munge(p=0.1) in split 0 and munge in split 1; test rows munge(p=0.1) in both
CELLS = [
    *cell("munge", "0", 0.6, 0.70),
    *cell("munge(p=0.1)", "0", 0.7, 0.80),
    *cell("munge", "1", 0.9, 0.60),
    *cell("munge(p=0.1)", "1", 0.8, 0.90),
    *cell("kde", "0", 0.5, 0.99),
]


def tuned(cells=CELLS, **more):
    """A study of these cells, with the seconds of their steps."""
    steps = {"teacher": 50.0, "synthetic": 0.0, "synthetic_outputs": 0.0, "student": 1.0}
    records = [
        {
            "cell": {axis: one[axis] for axis in list(one)[:9]},
            "status": "ok",
            "seconds": steps | {"sampler": SECONDS.get(one["generator"], 0.0)},
        }
        for one in cells
        if one["part"] == "test"
    ]
    return study(frame(*cells), records=records, **more)


def shown(table):
    [cells] = table.cells()
    return {c.heading: str(cell) for c, cell in zip(table.columns, cells, strict=True)}


def test_the_choice_of_validation_rows_stands_beside_the_default_and_that_of_test_rows():
    line = shown(tuning_table(tuned()))
    assert line["generator"] == "munge" and line["candidates"] == "2", "kde has nothing to choose"
    assert line["chosen"] == "munge in 1 of 2 splits; munge(p=0.1) in 1 of 2 splits"
    assert line["tuned"] == "0.7000 ± 0.1000"  # 0.8 and 0.6
    assert line["default"] == "0.6500 ± 0.0500"  # 0.7 and 0.6
    assert line["chosen on test, as published"] == "0.8500 ± 0.0500"  # 0.8 and 0.9


def test_tuning_costs_all_candidates_over_the_chosen():
    table = tuning_table(tuned())
    assert table.frame["seconds"].tolist() == pytest.approx([(1 + 1) + (3 + 1)])
    assert table.frame["cost"].tolist() == pytest.approx([6 / ((4 + 2) / 2)])
    assert shown(table)["cost"] == "2×"


def test_less_may_be_better():
    line = shown(tuning_table(tuned(lower=["auc"])))
    assert line["tuned"] == "0.8000 ± 0.1000", "munge in split 0, munge(p=0.1) in split 1"


NOTHING = {
    "no auc on validation rows": [one for one in CELLS if one["part"] == "test"],
    "no generator or mix is there with": [one for one in CELLS if one["generator"] != "munge"],
}


@pytest.mark.parametrize(("why", "cells"), NOTHING.items())
def test_without_validation_rows_or_candidates_there_is_none_and_it_says_why(why, cells):
    assert tuning_table(tuned(cells)) is None
    assert why in tuned_study(tuned(cells))[2] and tuned_study(tuned(cells))[0] == []


def test_the_share_of_synthetic_rows_is_chosen_as_generators_are():
    swapped = [
        one | {"generator": "gan", "mix": one["generator"].replace("munge", "stream")}
        for one in CELLS
        if one["generator"] != "kde"
    ]
    line = shown(tuning_table(tuned(swapped), axis="mix"))
    assert line["mix"] == "stream" and line["tuned"] == "0.7000 ± 0.1000"
    assert line["chosen"] == "stream in 1 of 2 splits; stream(p=0.1) in 1 of 2 splits"
    assert tuning_table(tuned(swapped)) is None, "one generator is no choice"


def test_tuned_methods_stand_among_the_others():
    real = [row(0.5, part=part, split=split) for part in ("valid", "test") for split in "01"]
    tables, kept, _ = tuned_study(tuned([*CELLS, *real, *cell("kde", "1", 0.5, 0.97)]))
    assert [table.title for table in tables] == ["Tuned"]
    scores = kept.groups("auc")[0].methods.set_index("generator")["score"]
    expected = {"munge tuned over 2": 0.7, "kde": 0.98, "none": 0.5}
    assert scores.to_dict() == pytest.approx(expected)
