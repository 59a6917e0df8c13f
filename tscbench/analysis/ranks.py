"""Methods ranked on each dataset, and how far apart average ranks must be.

A table here is datasets × methods, one value each (`coverage.by_dataset`), and complete: a method
with a missing value has no rank, and which policy makes up for it is `coverage.cover`'s business.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tscbench.analysis.refused import Refused
from tscbench.contracts.errors import SpecError

LEAST = 6
"""Datasets that a test needs: two-sided, the signed ranks of five cannot go below p = 0.0625."""


def ranks(table: pd.DataFrame, *, larger_is_better: bool = True) -> pd.DataFrame:
    """Ranks of the methods on each dataset, 1 the best; equal values share the mean of theirs.

    Raises:
        SpecError: a method lacks a value.
    """
    missing = [str(name) for name in table.columns[table.isna().any()]]
    if missing:
        raise SpecError(
            f"no rank with missing cells: {', '.join(missing)}; choose a policy: drop-common, "
            "worst or baseline"
        )
    return table.rank(axis=1, ascending=not larger_is_better, method="average")


def average_ranks(table: pd.DataFrame, *, larger_is_better: bool = True) -> pd.Series[float]:
    """The mean over datasets of each method's rank, best first (Demšar, 2006, Statistical
    comparisons of classifiers over multiple data sets, section 3.2.2)."""
    mean = ranks(table, larger_is_better=larger_is_better).mean()
    return mean.sort_values(kind="stable")


def best_first(scores: pd.Series[float], *, larger_is_better: bool = True) -> pd.Series[float]:
    """Scores in order; means that differ in their last digits alone are equal, and stay as they
    stood."""
    ascending = not larger_is_better
    return scores.sort_values(ascending=ascending, key=lambda of: of.round(12), kind="stable")


def too_few(datasets: int) -> Refused | None:
    """The refusal of a test across datasets, where there are fewer than six."""
    if datasets >= LEAST:
        return None
    return Refused("few datasets", (datasets, LEAST))


def critical_difference(methods: int, datasets: int, *, level: float = 0.05) -> float | Refused:
    """Average ranks that are further apart differ, by Nemenyi's test: q·√(k·(k + 1)/(6·N)), q the
    Studentized range's quantile for k methods and infinite degrees of freedom, over √2 (Demšar,
    2006, section 3.2.2)."""
    if few := too_few(datasets):
        return few
    from scipy.stats import studentized_range  # takes a second to import

    q = studentized_range.ppf(1 - level, methods, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(methods * (methods + 1) / (6 * datasets)))


def cliques(ranks: Mapping[str, float], difference: float) -> list[tuple[float, float]]:
    """The first and last rank of each largest group whose ranks all lie within the critical
    difference of each other; groups of one are left out."""
    values = sorted(ranks.values())
    found: list[tuple[float, float]] = []
    for k, low in enumerate(values):
        high = max(value for value in values if value - low <= difference)
        size = sum(low <= value <= high for value in values[k:])
        if size > 1 and not (found and found[-1][1] >= high):
            found.append((low, high))
    return found
