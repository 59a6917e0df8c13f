"""Why a number is not given, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tscbench.analysis.ratios import GROUP, ratio_intervals
from tscbench.analysis.refused import Refused, Why

ZERO = "the denominator cannot be told from zero"
UNSIZED = "the records do not say how many rows there were"

SAID: dict[Why, str] = {
    "missing differences": "{} of {} differences are missing",
    "few splits": "too few splits for a test: {} of at least {}",
    "few pairs": "too few pairs for an interval: {} of at least {}",
    "zero denominator": ZERO,
    "one split of one dataset": "one split of one dataset has no interval: "
    "two of either are needed",
    "few datasets": "too few datasets for a test: {} of at least {}",
    "few datasets drawn": "too few datasets to draw from: {} of at least {}",
    "few methods": "too few methods for Friedman's test: {} of at least {}",
    "no whole method": "no method has all its cells",
    "one method": "one method alone has nothing to be tested against",
    "many pairs": "no scores could tell {} pairs of methods apart on {} datasets: with Holm's "
    "correction p is {:.2g} at the least; {} datasets are needed",
    "no spread": "no spread of differences: {} datasets, {} methods, two of each needed",
    "one split": "there is one split alone",
    "one seed a split": "each split has one seed: its spread cannot be told from that of seeds",
    "no two seeds": "no split has two seeds",
}


def reason(refused: Refused) -> str:
    """Why a number was refused."""
    return SAID[refused.why].format(*refused.facts)


def reasoned_ratios(related: pd.DataFrame) -> pd.DataFrame:
    """`ratio_intervals` of those relations that are ratios, with why: the reason why there is no
    value, or no interval. related: as `relations` gives it."""
    found = ratio_intervals(related)
    by = [*GROUP, "metric"]
    missing = related.groupby(by, sort=False)["why"].max().to_numpy()
    lacks = [found["n"] == 0, found["pairs"] < 2, found["low"].isna()]
    whys = [missing, "no interval: one repeat", f"no interval: {ZERO}"]
    return found.assign(why=np.select(lacks, whys, ""))


def reasoned_differences(by_dataset: pd.DataFrame, ratios: Mapping[str, float]) -> pd.DataFrame:
    """What `on_each_dataset` gives, with why: the reason why a difference has no interval."""
    bare = by_dataset["difference"].notna() & by_dataset["low"].isna()
    sized = by_dataset.index.get_level_values("dataset").isin(ratios)
    few = by_dataset["splits"].map(lambda n: reason(Refused("few splits", (n, 2))))
    return by_dataset.assign(why=few.where(sized, UNSIZED).where(bare, ""))
