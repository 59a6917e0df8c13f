"""Every refusal has its sentence, and every difference without an interval its reason."""

from typing import get_args

import numpy as np
import pandas as pd
import pytest

from tscbench.analysis.coverage import cover
from tscbench.analysis.refused import Refused, Why
from tscbench.boards.reasons import SAID, UNSIZED, reason, reasoned_differences
from tscbench.boards.row_counts import test_to_train as ratios_of
from tscbench.boards.summary import covered_cells


def test_every_refusal_is_told_with_its_numbers():
    assert set(SAID) == set(get_args(Why))
    for why, sentence in SAID.items():
        facts = tuple(range(1, 1 + sentence.count("{")))
        said = reason(Refused(why, facts))
        assert "{" not in said and all(str(fact) in said for fact in facts)


def test_differences_without_an_interval_say_why():
    index = pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")])
    pages = pd.DataFrame(
        {"difference": [0.1, 0.1, np.nan, 0.2], "low": [0.0, np.nan, np.nan, np.nan], "splits": 1},
        index=index.set_names(["arm", "dataset"]),
    )
    few = "too few splits for a test: 1 of at least 2"
    assert reasoned_differences(pages, {"x": 1, "y": 1})["why"].tolist() == ["", few, "", few]
    assert reasoned_differences(pages, {"x": 1})["why"].tolist() == ["", UNSIZED, "", UNSIZED]


def test_ratios_are_of_scores_where_records_do_not_say_them():
    rows = [("x", "n_rows", 30.0), ("x", "n_train", 60.0), ("y", "n_rows", 9.0)]
    scores = pd.DataFrame(rows, columns=["dataset", "metric", "value"])
    scores = scores.assign(part="test", split="0")
    record = {"cell": {"dataset": "y"}, "rows": {"train": 4, "valid": 1, "test": 8}}
    assert ratios_of(scores) == {"x": 0.5}
    assert ratios_of(scores, [record, {"cell": {"dataset": "x"}}]) == {"x": 0.5, "y": 2.0}


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("none", "8 of 9 cells"),
        ("drop-common", "8 of 9 cells; missing cells: drop-common, 1 of each method's 3 left out"),
        ("worst", "8 of 9 cells; missing cells: worst, 1 filled in"),
    ],
)
def test_what_a_policy_did_is_said(policy, said):
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, np.nan, 3.0], "c": [2.0, 1.0, 0.0]})
    assert covered_cells(cover(table, policy)) == said
