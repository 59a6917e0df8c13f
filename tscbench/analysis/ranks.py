"""Methods ranked on each dataset, and the test that all are alike.

A table here is datasets × methods, one value each (`coverage.by_dataset`), and complete: a method
with a missing value has no rank, and which policy makes up for it is `coverage.cover`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc, fdtrc

from tscbench.analysis.refused import Refused
from tscbench.contracts.errors import SpecError

LEAST = 6
"""Datasets that a test needs: two-sided, the signed ranks of five cannot go below p = 0.0625."""


@dataclass(frozen=True)
class Friedman:
    """The test that all methods are alike. chi2: Friedman's statistic with its p; f: Iman &
    Davenport's with its p."""

    chi2: float
    p: float
    f: float
    p_f: float


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


def friedman(table: pd.DataFrame, *, larger_is_better: bool = True) -> Friedman | Refused:
    """Whether the methods differ at all (Demšar, 2006, section 3.2.2):
    χ²_F = 12·N/(k·(k + 1))·(Σ_j R_j² - k·(k + 1)²/4), F = (N - 1)·χ²_F/(N·(k - 1) - χ²_F)."""
    n, k = table.shape
    if few := too_few(n):
        return few
    if k < 3:
        return Refused("few methods", (k, 3))
    mean = ranks(table, larger_is_better=larger_is_better).mean()
    chi2 = 12 * n / (k * (k + 1)) * (float((mean**2).sum()) - k * (k + 1) ** 2 / 4)
    rest = n * (k - 1) - chi2
    f = (n - 1) * chi2 / rest if rest > 1e-9 else float("inf")
    p_f = float(fdtrc(k - 1, (k - 1) * (n - 1), f))
    return Friedman(chi2, float(chdtrc(k - 1, chi2)), f, p_f)


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
