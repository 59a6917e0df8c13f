"""The speeds of a run that may be set beside each other."""

from __future__ import annotations

import pandas as pd

from tscbench.boards.estimates import ARM_KEY


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
    return found[found["calm"] == found.groupby(ARM_KEY)["calm"].transform("max")]
