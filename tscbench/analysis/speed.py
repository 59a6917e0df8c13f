"""How fast models are that may be set beside each other."""

from __future__ import annotations

import pandas as pd

from tscbench.results.arms import KEY, arm_of


def comparable(speeds: pd.DataFrame) -> pd.DataFrame:
    """Of each model its speeds at the largest batch of its dataset, on the fewest threads and the
    hardware that timed most there. calm: 1 where nothing else was running, and those alone count
    where a model has some."""
    found = speeds[speeds["threads"] == speeds["threads"].min()]
    found = found[found["batch"] == found.groupby("dataset")["batch"].transform("max")]
    if found["hardware"].nunique() > 1:
        most = found.groupby("dataset")["hardware"].agg(lambda names: names.mode().iloc[0])
        found = found[found["hardware"] == found["dataset"].map(most)]
    found = found.assign(calm=1 - found["contended"].astype(int))
    return found[found["calm"] == found.groupby(KEY)["calm"].transform("max")]


def timed(speeds: pd.DataFrame) -> pd.DataFrame:
    """One row per dataset, arm and student: medians over its `comparable` speeds, of those models
    that were timed while nothing else was at work."""
    here = comparable(speeds)
    here = here[~here["contended"]]
    columns = ["rows_per_second", "speed_up", "bytes", "nodes", "batch"]
    found: pd.DataFrame = here.groupby(KEY, sort=True)[columns].median().reset_index()
    return found


def speed_of(speeds: pd.DataFrame) -> pd.DataFrame:
    """Medians over each arm's students that were timed: rows_per_second and speed_up; datasets, on
    how many. An arm that was not timed, or not alone, has no row."""
    here = timed(speeds[speeds["student"] != "teacher"])
    of_arm = here.groupby(arm_of(here))
    found: pd.DataFrame = of_arm[["rows_per_second", "speed_up"]].median()
    return found.assign(datasets=of_arm["dataset"].nunique())
