"""Student's t: how many standard errors an interval reaches, and where one more repeat will lie."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from tscbench.contracts.types import Array

LEVEL = 0.95
"""Of all intervals."""


def reach(df: ArrayLike) -> Array:
    """Half the width of a two-sided interval, in standard errors, elementwise; NaN without degrees
    of freedom."""
    free = np.asarray(df, dtype=np.float64)
    return np.asarray(stdtrit(np.where(free > 0, free, np.nan), (1 + LEVEL) / 2))


def one_more(values: ArrayLike) -> float:
    """How far one more value will be from the mean of these n: t·s·√(1 + 1/n) with n - 1 degrees of
    freedom; NaN of fewer than two."""
    given = np.asarray(values, dtype=np.float64)
    n = len(given)
    if n < 2:
        return float("nan")
    return float(reach(n - 1) * given.std(ddof=1) * np.sqrt(1 + 1 / n))
