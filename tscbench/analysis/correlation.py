"""Rank correlation, and how large it becomes by chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tscbench.analysis.student_t import reach
from tscbench.contracts.types import Array

LEAST = 4
"""Fewer things have no rank correlation worth the name."""


def rank_correlation(a: Array, b: Array) -> float:
    """Spearman's ρ of two arrays `(n,)`, ties at their mean rank, over the places where both are
    numbers; NaN of fewer than `LEAST`, and where one does not vary."""
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    if len(a) < LEAST or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(pd.Series(a).rank(), pd.Series(b).rank())[0, 1])


def correlation_by_chance(n: int, *, level: float = 0.95) -> float:
    """What |ρ| of n unrelated things stays below in a share `level` of cases, by the t
    distribution."""
    t = reach(n - 2, level)
    return float(t / np.sqrt(n - 2 + t**2))
