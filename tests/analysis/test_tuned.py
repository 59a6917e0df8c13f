"""A tuned method shows the test score of what its validation score chose."""

import pandas as pd
import pytest

from tscbench.analysis.tuned import tuned
from tscbench.contracts.kinds import AXES

BASE = dict.fromkeys(AXES, "x") | {"status": "ok", "metric": "auc", "split": "0"}


def cell(generator, seed, valid, test, **more):
    row = BASE | {"generator": generator, "seed": str(seed)} | more
    return [row | {"part": "valid", "value": valid}, row | {"part": "test", "value": test}]


def frame(*cells):
    return pd.DataFrame([row for rows in cells for row in rows])


GRID = frame(
    cell("munge(p=0.1)", 0, 0.7, 0.9),
    cell("munge(p=0.1)", 1, 0.7, 0.9),
    cell("munge(p=0.5)", 0, 0.9, 0.6),
    cell("munge(p=0.5)", 1, 0.6, 0.6),
    cell("munge", 0, 0.99, 0.99),
    cell("kde", 0, 0.5, 0.5),
    cell("kde", 1, 0.5, 0.5),
    cell("munge(p=0.1)", 0, 0.6, 0.2, split="1"),
    cell("munge(p=0.5)", 0, 0.5, 0.8, split="1"),
)


def test_the_choice_is_made_on_validation_rows_for_each_split():
    lane = tuned(GRID, "auc")
    assert not lane.why
    assert lane.chosen["generator"].tolist() == ["munge(p=0.5)", "munge(p=0.1)"]
    assert lane.chosen["candidates"].tolist() == [3, 2]
    test = lane.scores[lane.scores["part"] == "test"]
    values = test.groupby(["split", "generator"])["value"].apply(list).to_dict()
    assert values == {
        ("0", "kde"): [0.5, 0.5],
        ("0", "munge tuned over 3"): [0.6, 0.6],
        ("1", "munge tuned over 3"): [0.2],
    }


def test_what_is_better_when_it_is_lower_is_chosen_so():
    lane = tuned(GRID, "auc", direction="lower")
    assert lane.chosen["generator"].tolist() == ["munge(p=0.1)", "munge(p=0.5)"]


@pytest.mark.parametrize("change", [{"part": "test"}, {"value": None}])
def test_without_validation_scores_there_is_no_lane_and_it_says_why(change):
    lane = tuned(GRID.assign(**change), "auc")
    assert lane.scores.empty and "no auc on validation rows" in lane.why
