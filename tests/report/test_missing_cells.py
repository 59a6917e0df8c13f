"""What is said of cells without a score: the method, the dataset, how many and why."""

import numpy as np
import pandas as pd
import pytest
from hand_made import frame, gone, row, speeds, study
from made_run import made_run

from tscbench.contracts.kinds import AXES
from tscbench.report.missing_cells import missing_cells, notes_on
from tscbench.report.names import names_of

KDE = {"generator": "kde", "mix": "fake(ratio=1)"}
CELLS = [
    row(0.5, metric=metric, seed=seed, **more)
    for metric in ("auc", "accuracy")
    for seed in "01234"
    for more in ({}, KDE)
]


def lacking(rows, *metrics, **more):
    """What is missing, as (dataset, method, what is said)."""
    given = study(frame(*rows), **more)
    found = missing_cells(given, metrics or ("auc",), names_of(given.every))
    return found[["dataset", "name", "said"]].values.tolist()


def without(seed, metric=""):
    """The cells, but that of kde with this seed has no score, or not of this metric."""
    lost = KDE | {"seed": seed} | ({"metric": metric} if metric else {})
    return [one for one in CELLS if not lost.items() <= one.items()]


def test_reasons_are_counted_apart():
    rows = [one for one in CELLS if one["generator"] == "none"]
    rows += [gone(seed="0", **KDE), gone("missing", seed="1", **KDE), row(np.nan, seed="2", **KDE)]
    rows += [row(0.5, metric=m, seed="2", **KDE) for m in ("accuracy",)]
    rows += [row(0.5, metric=m, seed=s, **KDE) for m in ("auc", "accuracy") for s in "34"]
    said = "2 of 5 cells: 1 failed, 1 not run, 1 without auc"
    assert lacking(rows, "accuracy", "auc") == [["d", "kde · fake", said]]
    assert lacking(rows, "accuracy") == [["d", "kde · fake", "3 of 5 cells: 1 failed, 1 not run"]]


def test_a_score_that_no_cell_has_is_not_asked_for_unless_it_is_all():
    assert lacking(CELLS, "nobody_has_it", "auc") == []
    said = "0 of 5 cells: 5 without nobody_has_it"
    assert lacking(CELLS, "nobody_has_it") == [["d", "kde · fake", said], ["d", "none", said]]


def test_a_failure_is_said_with_its_step_and_error():
    rows = [*without("0"), gone(seed="0", **KDE)]
    cell = {axis: value for axis, value in rows[-1].items() if axis in AXES}
    why = {"cell": cell, "status": "failed", "step": "sampler", "error": "ValueError: no rows"}
    said = "4 of 5 cells: 1 failed (sampler: ValueError: no rows)"
    assert lacking(rows, records=[why]) == [["d", "kde · fake", said]]


def test_what_is_worked_out_is_asked_of_the_cells_that_it_is_of():
    assert lacking(CELLS, "difference_auc") == []
    lost = [one for one in CELLS if one["generator"] != "none" or one["seed"] != "0"]
    why = "not reported: the run has no cell on real rows (generator none, mix real) beside it"
    said = [["d", "kde · fake", f"4 of 5 cells: 1 {why}"]]
    assert lacking(lost, "difference_auc") == said


def test_sizes_are_asked_of_the_students_that_have_one_and_speeds_of_what_was_timed():
    sizes = [row(4, metric="nodes", seed=seed) for seed in "0123"] + [row(0.5, student="mlp")]
    left = [["d", "kde · fake", "0 of 5 cells: 5 without nodes"],
            ["d", "none", "4 of 5 cells: 1 without nodes"]]  # fmt: skip
    assert lacking([*CELLS, *sizes], "nodes") == left
    timed = speeds({"student": "tree"}, KDE | {"student": "tree", "contended": True})
    said = "0 of 1 cells: 1 timed while others were at work"
    assert lacking(CELLS, "rows_per_second", speeds=timed) == [["d", "kde · fake", said]]


@pytest.mark.parametrize(
    ("names", "listed"), [(["a", "b"], "a, b"), (list("abcde"), "a, b, c and 2 more methods")]
)
def test_methods_that_lack_the_same_share_a_note(names, listed):
    found = pd.DataFrame({"dataset": "d", "name": names, "said": "0 of 2 cells: 2 not run"})
    assert notes_on(found) == [f"{listed}: 0 of 2 cells: 2 not run"]


def test_a_run_made_from_a_seed_is_as_large_as_asked_and_always_the_same():
    pack = made_run(n_rows=2500, splits=2, seeds=1)
    assert 2500 <= len(pack.scores) < 3400 and len(pack.scores.columns) == 13
    assert pack.scores.equals(made_run(n_rows=2500, splits=2, seeds=1).scores)
    assert not pack.scores.equals(made_run(n_rows=2500, splits=2, seeds=1, seed=1).scores)
