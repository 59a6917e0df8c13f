"""What the figures draw from: rows of one metric, and models with their speeds."""

from __future__ import annotations

import pandas as pd

from tscbench.boards.boards import ARM, REPEATS
from tscbench.results import one_hardware

KEY = ["dataset", *ARM, "student"]


def scored(scores: pd.DataFrame, metric: str, part: str = "test") -> pd.DataFrame:
    """The rows of `scores` with a value of this metric on this part, in an order that sums do not
    depend on: however the rows lay, means of them have the same bits."""
    here = (scores["metric"] == metric) & (scores["part"] == part) & scores["value"].notna()
    return scores[here].sort_values([*REPEATS, "value"], kind="stable")


def timed(speeds: pd.DataFrame) -> pd.DataFrame:
    """One row per dataset, arm and student: medians over the models that were timed, at the largest
    batch of its dataset and the fewest threads, of one hardware and nothing contended."""
    here = one_hardware(speeds)
    here = here[here["threads"] == here["threads"].min()]
    here = here[here["batch"] == here.groupby("dataset")["batch"].transform("max")]
    columns = ["rows_per_second", "speed_up", "bytes", "nodes", "batch"]
    found: pd.DataFrame = here.groupby(KEY, sort=True)[columns].median().reset_index()
    return found
