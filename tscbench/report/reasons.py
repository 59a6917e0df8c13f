"""Why a number is not given, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tscbench.analysis.ratios import GROUP, ratio_intervals
from tscbench.analysis.refused import ZERO, Refused

RATIOS = ("tsc_", "recovery")
"""How the names of ratios between cells begin."""

UNSIZED = "the records do not say how many rows there were"


def reasoned_ratios(related: pd.DataFrame, row_ratios: Mapping[str, float]) -> pd.DataFrame:
    """`ratio_intervals` of those relations that are ratios, with why: the reason why there is no
    value, or no interval. related: as `relations` gives it. row_ratios: as `ratio_intervals`
    takes them."""
    found = ratio_intervals(related, row_ratios)
    by = [*GROUP, "metric"]
    missing = related.groupby(by, sort=False)["why"].max().to_numpy()
    lacks = [found["n"] == 0, found["pairs"] < 2, found["low"].isna()]
    whys = [missing, "no interval: one repeat", f"no interval: {ZERO}"]
    return found.assign(why=np.select(lacks, whys, ""))


def reasoned_differences(by_dataset: pd.DataFrame, ratios: Mapping[str, float]) -> pd.DataFrame:
    """What `on_each_dataset` gives, with why: the reason why a difference has no interval."""
    bare = by_dataset["difference"].notna() & by_dataset["low"].isna()
    sized = by_dataset.index.get_level_values("dataset").isin(ratios)
    few = by_dataset["splits"].map(lambda n: str(Refused("few splits", (n, 2))))
    return by_dataset.assign(why=few.where(sized, UNSIZED).where(bare, ""))
