"""Intervals of means over datasets: of t where they are few, by the bootstrap otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtr

from tscbench.analysis.bootstrap import bootstrap_quantiles
from tscbench.analysis.refused import Refused
from tscbench.analysis.resampled_t import variance_share
from tscbench.analysis.student_t import reach

FEW = 6
"""Samples of fewer units have too few different means for percentiles."""


@dataclass(frozen=True)
class Intervals:
    """table: mean, low and high of each column. kind: what interval it is. over, n: what the mean
    is taken over, and of how many."""

    table: pd.DataFrame
    kind: Literal["t", "corrected t", "bootstrap"]
    over: Literal["datasets", "splits"]
    n: int


def intervals_of_means(table: pd.DataFrame, test_to_train: float = 0.0) -> Intervals | Refused:
    """The interval of each column's mean, over datasets and splits within them; of one dataset,
    over splits. Seeds are averaged inside their split and never resampled alone, and a dataset
    counts as much as another however many splits it has.

    Of fewer than six datasets it is the interval of t over their means. Of more it takes
    percentiles of the bootstrap, which draws datasets, then splits within those drawn; they are
    widened, for percentiles of few units are too narrow: α/2 becomes
    Φ(-√(m/(m - 1))·t_{1 - α/2, m - 1}) with m datasets (Hesterberg, 2015, What teachers should know
    about the bootstrap: expanded percentile interval). A column with a value missing has none.

    table: repeats (index levels dataset, split, perhaps seed) × columns. test_to_train: test rows
    over training rows of the one dataset, whose splits share rows; see `variance_share`.
    """
    by = table.groupby(level=["dataset", "split"], sort=True)
    splits = by.mean().mask(table.isna().groupby(level=["dataset", "split"], sort=True).any())
    of = pd.factorize(splits.index.get_level_values("dataset"))[0]
    several = len(set(of)) > 1
    units = splits.groupby(level="dataset").mean() if several else splits
    m = len(units)
    if m < 2:
        return Refused("one split of one dataset")
    mean, whole = units.mean(), splits.notna().all()
    far = float(reach(m - 1))
    if m < FEW or (test_to_train and not several):
        share = float(variance_share(m, 0.0 if several else test_to_train))
        error = units.std(ddof=1) * np.sqrt(share)
        low, high = mean - far * error, mean + far * error
    else:
        share = float(ndtr(-far * np.sqrt(m / (m - 1))))
        groups = of if several else np.arange(m)
        ends = np.full((len(whole), 2), np.nan)
        for place in np.flatnonzero(whole):
            values = splits.iloc[:, place]
            ends[place] = bootstrap_quantiles(values, groups, [share, 1 - share])
        low, high = ends.T
    corrected = bool(test_to_train) and not several
    kind: Literal["t", "corrected t", "bootstrap"] = (
        "corrected t" if corrected else "t" if m < FEW else "bootstrap"
    )
    found = pd.DataFrame({"mean": mean, "low": low, "high": high}, index=splits.columns)
    return Intervals(
        table=found.where(whole, axis=0),
        kind=kind,
        over="datasets" if several else "splits",
        n=m,
    )
