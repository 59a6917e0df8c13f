"""The default board changes with what the records say, as it says that it does."""

import pandas as pd
import pytest

from tscbench.boards.relations import relations
from tscbench.boards.standard import NONE, UNTIMED, standard
from tscbench.contracts.kinds import AXES
from tscbench.results import SPEEDS

ARMS = [("none", "real"), ("kde", "fake(ratio=1)"), ("munge", "fake(ratio=9)")]
BASE = dict.fromkeys(AXES, "x") | {"dataset": "d", "query": "inbag", "objective": "probabilities"}


def scores(**values):
    """Two splits and two seeds of three arms and a student, with teachers' lines."""
    rows = []
    for split in "01":
        for metric, value in (("accuracy", 0.9), ("auc", 0.95), ("mode_accuracy", 0.5)):
            rows.append(BASE | {"split": split, "seed": "-", "student": "teacher", "query": "-"})
            rows[-1] |= {"objective": "-", "generator": "-", "mix": "-"}
            rows[-1] |= {"metric": metric, "value": value}
        for seed in "01":
            for i, (generator, mix) in enumerate(ARMS):
                for metric in ("accuracy", "auc"):
                    value = 0.7 + 0.05 * i + 0.01 * int(split) + 0.002 * int(seed)
                    rows.append(BASE | {"split": split, "seed": seed, "generator": generator})
                    rows[-1] |= {"mix": mix, "metric": metric, "student": "tree", "value": value}
    return pd.DataFrame([{"status": "ok", "part": "test", **row} for row in rows])


def speeds(*rows):
    return pd.DataFrame(rows, columns=list(SPEEDS)).astype(SPEEDS)


def timed(generator, mix, rate, contended=False, batch=1000, hardware="h"):
    row = dict.fromkeys(SPEEDS, 0) | BASE | {"generator": generator, "mix": mix, "student": "tree"}
    row |= {
        "split": "0",
        "seed": "0",
        "batch": batch,
        "rows_per_second": rate,
        "speed_up": rate / 10,
    }
    return row | {"contended": contended, "hardware": hardware, "why": ""}


def row_of(board, generator):
    table = board.table
    return table[table["generator"] == generator].iloc[0]


def test_means_differences_and_tsc_scores_are_as_computed_by_hand():
    (board,) = standard(scores(), speeds())
    assert board.title == "d" and UNTIMED in board.caption and "12 of 12 cells" in board.caption
    assert board.table["generator"].tolist() == ["munge", "kde", "none"], "the best first"
    kde = row_of(board, "kde")
    assert kde["accuracy"] == "0.7560 ± 0.0050", "over two splits' means"
    assert kde["Δ auc"].startswith("+0.0500 ±") and row_of(board, "none")["Δ auc"] == NONE
    # splits (0.251, 0.201) and (0.261, 0.211): R = 0.256/0.206; all variances and the covariance
    # are 0.00005, so that the error is √(0.00005·(R - 1)²/2)/0.206
    ratio = 0.256 / 0.206
    error = (0.00005 / 2) ** 0.5 * (ratio - 1) / 0.206
    assert kde["TSC Score"] == f"{ratio:.4f} ± {error:.4f}", "of the means, not the mean of ratios"
    assert row_of(board, "none")["TSC Score"] == NONE and board.notes == ()
    assert "cells" not in board.table, "all are there"


def test_why_a_tsc_score_has_no_value_or_no_interval_is_a_note():
    frame = scores()
    (one,) = standard(frame[frame["split"].eq("0") & ~frame["seed"].eq("1")], speeds())
    assert row_of(one, "kde")["TSC Score"] == "1.2500"
    assert one.notes == ("TSC Score on d, 2 rows: no interval: one repeat",)
    chance = frame["value"].where(frame["metric"] != "mode_accuracy", 0.7055)
    (near,) = standard(frame.assign(value=chance), speeds())
    assert row_of(near, "kde")["TSC Score"] == NONE
    said = "TSC Score on d, 2 rows: not reported: the denominator is near zero: 0.0005 ± 0.0050"
    assert len(near.notes) == 1 and near.notes[0].startswith(said)
    (gone,) = standard(frame[frame["generator"] != "none"], speeds())
    assert "the run has no cell on real rows" in gone.notes[0]


def test_of_a_headline_that_is_better_when_lower_the_lowest_is_first():
    (board,) = standard(scores(), speeds(), direction="lower")
    assert board.table["generator"].tolist() == ["none", "kde", "munge"]


def test_a_missing_a_failed_and_an_undefined_cell_are_counted():
    frame = scores()
    kde = frame["generator"] == "kde"
    one = kde & (frame["split"] == "0") & (frame["seed"] == "0")
    lost = frame[~one | (frame["metric"] == "auc")].copy()
    lost.loc[one, ["status", "part", "metric", "value"]] = ["failed", None, None, None]
    (board,) = standard(lost, speeds())
    assert row_of(board, "kde")["cells"] == "3 of 4" and "11 of 12 cells" in board.caption
    undefined = frame.assign(value=frame["value"].mask(kde))
    (board,) = standard(undefined, speeds())
    assert row_of(board, "kde")["auc"] == NONE


def test_speeds_of_other_hardware_and_of_busy_minutes_do_not_rank():
    measured = speeds(
        timed("none", "real", 100.0),
        timed("kde", "fake(ratio=1)", 2000.0, contended=True),
        timed("munge", "fake(ratio=9)", 900000.0, hardware="another"),
        timed("none", "real", 7.0, batch=1),
    )
    (board,) = standard(scores(), measured)
    assert row_of(board, "none")["rows/s"] == "100" and row_of(board, "none")["speed-up"] == "10×"
    assert row_of(board, "kde")["rows/s"] == "(2,000)"
    assert row_of(board, "munge")["rows/s"] == NONE
    keys = board.keys.set_index("generator")["rows/s"]
    assert keys["none"] == 100 and pd.isna(keys["kde"]) and pd.isna(keys["munge"])


@pytest.mark.parametrize("headline", ["auc", "log_loss"])
def test_a_headline_that_nobody_has_is_no_error(headline):
    assert len(standard(scores(), speeds(), headline)) == 1


def test_a_cell_is_set_against_partners_that_are_not_shown():
    frame = scores()
    some = frame[frame["generator"].isin(["kde", "-"])]
    (alone,) = standard(some, speeds())
    (beside,) = standard(some, speeds(), related=relations(frame))
    assert row_of(alone, "kde")["Δ auc"] == NONE
    assert row_of(beside, "kde")["Δ auc"].startswith("+0.0500")
