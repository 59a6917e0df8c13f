"""Published numbers meet the cells of a run: tolerances by hand, and why there is no verdict."""

import math

import numpy as np
import pandas as pd
import pytest
from hand_made import TEACHER, frame, gone, row

from tscbench.analysis.published import numbers_frame
from tscbench.results.ledger import Number

CELL = {
    "dataset": "magic",
    "teacher": "forest",
    "query": "inbag",
    "generator": "munge",
    "mix": "fake(ratio=9)",
    "objective": "probabilities",
    "student": "forest(n_trees=1)",
}
OPEN = {"tolerance": "redraw", "status": "re-implementable", "why": "a reason"}


def number(**changes):
    known = {"id": "n", "what": "a number", "source": "a paper", "metric": "auc", "value": "0.90"}
    return Number.model_validate({**known, **OPEN, **CELL, **changes})


def scores(*values, **changes):
    """Three splits with as many seeds as there is need of; None is a cell that failed."""
    rows = []
    for place, value in enumerate(values):
        at = {**CELL, "split": str(place % 3), "seed": str(place // 3), **changes}
        rows.append(gone(**at) if value is None else row(value, **at))
    return frame(*rows)


def judged(frame, **changes):
    return numbers_frame(frame, [number(**changes)]).iloc[0]


def test_a_number_within_the_tolerance_is_reached():
    row = judged(scores(0.88, 0.90, 0.92, 0.90))
    # splits .89, .90, .92; s of all four = .0008/3 under the root = .01633; t(.975, 3) = 3.18245
    s = math.sqrt(0.0008 / 3)
    assert row.measured == pytest.approx(2.71 / 3)
    assert row.standard_error == pytest.approx(math.sqrt(0.0014 / 3 / 2 / 3))
    assert row.tolerance == pytest.approx(0.005 + 3.182446 * s * math.sqrt(1.25))
    assert (row.verdict, row.n, row.asked) == ("reached", 4, 4)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [("0.90", "reached"), ("0.98", "not reached: below"), ("0.82", "not reached: above")],
)
def test_a_number_outside_is_not_reached_and_the_side_is_said(value, verdict):
    row = judged(scores(0.899, 0.900, 0.901), value=value)
    assert row.verdict == verdict
    assert row.difference == pytest.approx(0.9 - float(value))


def test_a_tolerance_that_was_set_before_stands():
    frame = scores(0.85, 0.90, 0.95)
    before = {"tolerance": 0.006, "tolerance_from": "set before"}
    assert judged(frame, value="0.91", **before).verdict == "not reached: below"
    assert judged(frame, value="0.905", **before).verdict == "reached"
    assert judged(frame, value="0.91").verdict == "reached"
    assert judged(scores(0.9), value="0.905", **before).verdict == "reached"


def test_missing_failed_and_undefined_scores_are_told_apart():
    assert judged(scores()).verdict == "not run here"
    assert judged(scores(None, None)).verdict == "not run here: 0 of 2 cells ended"
    half = judged(scores(0.89, None, 0.91, None))
    assert (half.verdict, half.n, half.asked) == ("reached", 2, 4)
    undefined = judged(scores(0.89, np.nan, 0.91))
    assert undefined.verdict == "undecided: 1 of 3 scores are undefined"
    assert math.isnan(undefined.measured)
    assert judged(scores(0.90)).verdict == "undecided: one repeat has no spread"
    other = judged(scores(0.88, 0.9, 0.92), metric="accuracy").verdict
    assert other == "not run here: 3 of 3 cells ended, without accuracy"


def test_what_cannot_be_compared_says_why():
    gone = judged(scores(0.9, 0.9), status="not replayable", dataset="")
    assert gone.verdict == "not replayable: a reason"
    assert judged(scores(0.9, 0.9), objective="").verdict == "not run here: a reason"


def test_other_cells_and_validation_rows_are_left_alone():
    frame = pd.concat(
        [
            scores(0.899, 0.901),
            scores(0.1, 0.2, part="valid"),
            scores(0.3, 0.4, student="forest(n_trees=10)"),
            scores(0.3, 0.4, metric="accuracy"),
        ]
    )
    assert judged(frame).measured == pytest.approx(0.9)


def test_a_teacher_is_compared_by_its_own_scores():
    own = {**TEACHER, "student": "teacher"}
    axes = {axis: label for axis, label in own.items() if axis != "seed"}
    found = judged(scores(0.93, 0.94, 0.95, **own), value="0.94", **axes)
    assert (found.verdict, found.n) == ("reached", 3)


def test_another_generator_is_set_beside():
    frame = pd.concat([scores(0.90, 0.91), scores(0.95, 0.96, generator="kde")])
    first, second = numbers_frame(frame, [number(beside=("kde",))]).itertuples()
    assert (first.id, second.id) == ("n", "n@kde")
    assert second.measured == pytest.approx(0.955)
