"""What tuning chose, gained and cost, by hand."""

import pandas as pd
import pytest

from tscbench.boards.tuning import FAIR, PUBLISHED, tuning_board
from tscbench.contracts.kinds import AXES

BASE = dict.fromkeys(AXES, "x") | {"dataset": "d", "mix": "fake(ratio=1)", "metric": "auc"}
SECONDS = {"munge": 1.0, "munge(p=0.1)": 3.0, "kde": 9.0}


def cell(generator, split, valid, test):
    row = BASE | {"generator": generator, "split": split, "seed": "0", "status": "ok"}
    return [row | {"part": "valid", "value": valid}, row | {"part": "test", "value": test}]


# valid chooses munge(p=0.1) in split 0 and munge in split 1; test rows munge(p=0.1) in both
CELLS = [
    *cell("munge", "0", 0.6, 0.70),
    *cell("munge(p=0.1)", "0", 0.7, 0.80),
    *cell("munge", "1", 0.9, 0.60),
    *cell("munge(p=0.1)", "1", 0.8, 0.90),
    *cell("kde", "0", 0.5, 0.99),
]
TIMINGS = [
    {axis: row[axis] for axis in AXES} | {"step": step, "seconds": seconds}
    for row in CELLS
    if row["part"] == "test"
    for step, seconds in {
        "teacher": 50.0,
        "sampler": SECONDS[row["generator"]],
        "synthetic": 0.0,
        "synthetic_outputs": 0.0,
        "student": 1.0,
    }.items()
]


def board(cells=CELLS, **more):
    return tuning_board(pd.DataFrame(cells), pd.DataFrame(TIMINGS), "auc", **more)


def test_the_choice_of_validation_rows_stands_beside_the_default_and_that_of_test_rows():
    [row] = board().table.to_dict("records")
    assert row["generator"] == "munge" and row["candidates"] == "2", "kde has nothing to choose"
    assert row["chosen"] == "munge in 1 of 2 splits; munge(p=0.1) in 1 of 2 splits"
    assert row[FAIR] == "0.7000 ± 0.1000"  # 0.8 and 0.6
    assert row["default"] == "0.6500 ± 0.0500"  # 0.7 and 0.6
    assert row[PUBLISHED] == "0.8500 ± 0.0500"  # 0.8 and 0.9


def test_tuning_costs_all_candidates_over_the_chosen():
    keys = board().keys.iloc[0]
    assert keys["seconds"] == pytest.approx((1 + 1) + (3 + 1))
    assert keys["cost"] == pytest.approx(6 / ((4 + 2) / 2))
    assert board().table["cost"][0] == "2×"


def test_less_may_be_better():
    [row] = board(direction="lower").table.to_dict("records")
    assert row[FAIR] == "0.8000 ± 0.1000", "munge in split 0, munge(p=0.1) in split 1"


@pytest.mark.parametrize(
    "cells",
    [
        [row for row in CELLS if row["part"] == "test"],
        [row for row in CELLS if row["generator"] != "munge"],
    ],
)
def test_without_validation_rows_or_candidates_there_is_no_board(cells):
    assert board(cells) is None


def test_the_share_of_synthetic_rows_is_chosen_as_generators_are():
    swapped = [
        row | {"generator": "gan", "mix": row["generator"].replace("munge", "stream")}
        for row in CELLS
        if row["generator"] != "kde"
    ]
    [row] = board(swapped, axis="mix").table.to_dict("records")
    assert row["mix"] == "stream" and row[FAIR] == "0.7000 ± 0.1000"
    assert row["chosen"] == "stream in 1 of 2 splits; stream(p=0.1) in 1 of 2 splits"
    assert board(swapped) is None, "one generator is no choice"
