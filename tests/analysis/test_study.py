"""A study: what is shown of a run, and what is worked out of all of it."""

import pandas as pd
import pytest
from hand_made import frame, own, row, scores, speeds, study
from made_run import made_run

from tscbench import SpecError
from tscbench.analysis.study import study_of, study_of_frame
from tscbench.results.frames import COLUMNS

VALUES = {("d", "none"): (0.7, 0.8), ("d", "kde"): (0.75, 0.9), ("d", "gmm"): (0.6, 0.7)}


def test_what_is_shown_is_set_against_what_is_not():
    given = study(scores(VALUES), only={"generator": "kde"})
    assert set(given.scores["generator"]) == {"kde"} and len(given.every) == 6
    found = given.of_metric("difference_auc")
    assert found["value"].tolist() == pytest.approx([0.05, 0.1])
    assert set(given.cells["generator"]) == set(given.full_of_shown["generator"]) == {"kde"}
    assert {"auc", "difference_auc"} <= set(given.full_of_shown["metric"])


def test_options_narrow_one_after_the_other_and_refuse_what_nothing_fits():
    given = study(scores(VALUES)).narrowed({"generator": "no:gmm"}).narrowed({"split": "1"})
    assert given.of_metric("auc")["value"].tolist() == [0.8, 0.9]
    with pytest.raises(SpecError, match="--generator arf"):
        _ = given.narrowed({"generator": "arf"}).scores


def test_a_metric_is_asked_of_the_cells_that_have_it():
    given = study(pd.concat([scores(VALUES), frame(row(3, metric="nodes"))]))
    assert set(given.cells_of("difference_auc")["generator"]) == {"kde", "gmm"}
    assert len(given.cells_of("auc")) == 6 and len(given.cells_of("nodes")) == 6


def test_a_metric_that_nobody_has_is_answered_with_near_names_and_all_there_are():
    with pytest.raises(SpecError) as caught:
        study_of(made_run(n_rows=1, splits=2, seeds=1)).of_metric("tsc_scor")
    said = str(caught.value)
    assert "no result has metric 'tsc_scor'; did you mean 'tsc_score'" in said
    assert "has: accuracy, auc" in said and "between cells: difference_accuracy" in said
    assert "speeds: bare_bytes" in said


def test_speeds_are_metrics_and_those_of_busy_minutes_are_none():
    timed = speeds({"student": "tree", "rows_per_second": 9.0},
                   {"student": "tree", "generator": "kde", "mix": "fake(ratio=1)",
                    "rows_per_second": 8.0, "contended": True})  # fmt: skip
    given = study(scores(VALUES), speeds=timed)
    found = given.of_metric("rows_per_second").set_index("generator")
    assert found.loc["none", "value"] == 9 and found.loc["none", "why"] == ""
    assert pd.isna(found.loc["kde", "value"])
    assert found.loc["kde", "why"] == "timed while others were at work"
    alone = study(frame(row(0.5, metric="hits")), "hits", speeds=timed)
    assert alone.of_metric("rows_per_second")["value"].notna().sum() == 1
    assert alone.groups("hits")[0].methods["score"].tolist() == [0.5]


def test_what_is_worked_out_is_worked_out_once():
    given = study_of(made_run(n_rows=1, splits=2, seeds=1))
    assert given.groups("auc") is given.groups("auc") and given.related is given.related
    assert given.by_dataset("auc") is given.by_dataset("auc")
    assert given.groups("auc") is not given.groups("auc", "valid")


def test_reasons_and_row_ratios_are_those_of_records():
    cell = dict(row(0.5).items())
    cell = {axis: cell[axis] for axis in list(cell)[:9]}
    records = [
        {"cell": cell, "status": "failed", "step": "student", "error": "ValueError: no"},
        {"cell": cell | {"split": "1"}, "status": "ok", "rows": {"train": 60, "test": 30}},
    ]
    given = study(scores(VALUES), records=records)
    assert given.reasons == {tuple(cell.values()): "student: ValueError: no"}
    assert given.row_ratios == {"d": 0.5}
    assert study(frame(row(0.5), own(6, metric="n_rows"), own(3, metric="n_train"))).row_ratios == {
        "d": 2.0
    }


def test_a_study_of_anybody_s_frame_knows_its_scores_alone():
    given = study_of_frame(scores(VALUES)[["dataset", "student", "metric", "value"]], "auc")
    assert list(given.every.columns) == COLUMNS and given.headline == "auc"
    assert given.speeds.empty and given.timings.empty and given.history.empty
    with pytest.raises(SpecError, match="no result has metric 'ac'"):
        study_of_frame(scores(VALUES), "ac")
