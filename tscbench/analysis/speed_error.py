"""Speed-up and bytes ratio against excess error over the teacher: Fig. 1f of Liu, Fusi & Mackey."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.repeats import scored, summaries
from tscbench.analysis.speed import timed
from tscbench.contracts.kinds import Direction
from tscbench.results.arms import KEY

AT_MOST = 0.012
"""The excess error that the paper cuts off at."""

PICKS = ["most_accurate", "smallest", "fastest"]


def speed_error_frame(
    scores: pd.DataFrame,
    speeds: pd.DataFrame,
    metric: str,
    *,
    at_most: float = AT_MOST,
    direction: Direction = "higher",
) -> pd.DataFrame:
    """One row per dataset, arm with a teacher, and student that has scores and was timed.

    excess: the teacher's test score less the student's, paired by split (a loss: the other way
    round), with its standard_error over the repeats and n; speed_up and bytes_ratio: the student's
    rows per second over the teacher's, the teacher's bytes over the student's; synthetic: whether
    its arm has synthetic rows. most_accurate, smallest (of equal bytes the more accurate) and
    fastest (of those whose excess is at most `at_most`) are True for one row of each dataset with
    and without synthetic rows, by the excess on test rows as the paper does.
    """
    found = _excess(scores, metric, direction).reset_index()
    speed = timed(speeds)
    own = speed[speed["student"] == "teacher"].set_index(["dataset", "teacher"])["bytes"]
    speed = speed.join(own.rename("teacher_bytes"), on=["dataset", "teacher"])
    speed["bytes_ratio"] = speed["teacher_bytes"] / speed["bytes"]
    found = found.merge(speed[[*KEY, "speed_up", "bytes_ratio", "bytes", "batch"]], on=KEY)
    found["synthetic"] = found["mix"] != "real"
    found = found.sort_values(KEY, ignore_index=True)
    groups = ["dataset", "synthetic"]
    orders = {
        "most_accurate": found.sort_values(["excess", "speed_up"], ascending=[True, False]),
        "smallest": found.sort_values(["bytes", "excess"]),
        "fastest": found[found["excess"] <= at_most].sort_values("speed_up", ascending=False),
    }
    for pick, order in orders.items():
        order = order.dropna(subset=["excess", "speed_up"])
        found[pick] = found.index.isin(order.drop_duplicates(groups).index)
    return found


def _excess(scores: pd.DataFrame, metric: str, direction: Direction) -> pd.DataFrame:
    """Mean excess error over the teacher of the same split, by KEY."""
    here = scored(scores, metric)
    pairs = ["dataset", "split", "teacher"]
    teachers = here[here["student"] == "teacher"].drop_duplicates(pairs)
    students = here[here["student"] != "teacher"]
    both = students.merge(teachers[[*pairs, "value"]], on=pairs, suffixes=("", "_teacher"))
    sign = 1 if direction == "higher" else -1
    both["value"] = sign * (both["value_teacher"] - both["value"])
    columns = {"mean": "excess"}
    return summaries(both, KEY)[["mean", "standard_error", "n"]].rename(columns=columns)
