"""Tables of costs and of the largest speed-ups, from runs made up for the site."""

import math

import pandas as pd
import pytest
from site_runs import run_view

from tscbench.boards.cost_board import cost_boards, seconds, speed_board
from tscbench.boards.site.view import in_order
from tscbench.results import SPEEDS


@pytest.fixture(scope="module")
def view():
    return in_order(run_view())


def test_a_student_s_seconds_are_earned_back_by_its_speed(view):
    some = {"sampler": 6.0, "synthetic": 0.0, "synthetic_outputs": 0.0, "real_outputs": 0.0}
    more = [
        row | {"step": step, "seconds": s}
        for row in view.timings.drop_duplicates(
            ["dataset", "split", "generator", "student", "seed"]
        ).to_dict("records")
        for step, s in some.items()
    ]
    timings = pd.concat([view.timings, pd.DataFrame(more)], ignore_index=True)
    here, there = cost_boards(view.scores, timings, view.speeds)
    assert (here.title, there.title) == ("here", "there")
    row = here.table[here.table["method"] == "kde · both"].iloc[0]
    assert row[["generator", "rows", "training", "total"]].tolist() == [
        "6.00",
        "0.00",
        "1.50",
        "7.50",
    ]
    key = here.keys.loc[row.name]
    speed = view.speeds[view.speeds["generator"].eq("kde") & view.speeds["dataset"].eq("here")]
    speed = speed[speed["student"] == row["student"]]
    rate, gain = speed["rows_per_second"].median(), speed["speed_up"].median()
    assert key["earned back"] == pytest.approx(7.5 * rate / (gain - 1))


def test_what_is_not_timed_says_so(view):
    nothing = pd.DataFrame(columns=list(SPEEDS)).astype(SPEEDS)
    board, _ = cost_boards(view.scores, view.timings, nothing)
    assert "no speed was measured alone on its machine: tscbench time RUN" in board.caption
    assert set(board.table["earned back"]) == {"–"} and set(board.table["generator"]) == {
        "–",
        "0.00",
    }


@pytest.mark.parametrize(
    ("value", "said"),
    [(math.nan, "–"), (0.0, "0.00"), (0.001, "<0.01"), (1.234, "1.23"), (12345.6, "12,346")],
)
def test_seconds_are_as_exact_as_they_are_worth(value, said):
    assert seconds(value) == said


def test_the_fastest_student_within_reach_of_its_teacher_is_told_or_missed(view):
    board = speed_board(view.scores, view.speeds, "auc")
    with_rows = board.table[board.table["compression set"] == "with synthetic rows"]
    assert set(with_rows["dataset"]) == {"here", "there"}
    assert {"most accurate", "smallest"} <= set(with_rows["student that is"])
    scores = view.scores
    better = scores.assign(value=scores["value"].where(scores["student"] != "teacher", 0.999))
    missed = speed_board(better, view.speeds, "auc")
    assert "here, without: no student loses at most 1.2 points" in missed.notes
    assert not missed.table["student that is"].str.startswith("fastest").any()
    busy = view.speeds.assign(contended=True)
    assert speed_board(view.scores, busy, "auc").table.empty, "measured beside other work"
