"""The ratio of two means of pairs, with an interval that knows of the pairing.

Fieller, 1954, Some problems in interval estimation: the interval holds the ratios R at which
x̄ - R·ȳ may be zero, (x̄ - R·ȳ)² <= t²·(s²_x - 2·R·s_xy + R²·s²_y)·c with t of n - 1 degrees of
freedom. c is 1/n, or what `variance_share` says of splits that share rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tscbench.analysis.refused import Refused
from tscbench.analysis.resampled_t import variance_share
from tscbench.analysis.student_t import reach
from tscbench.contracts.types import Array


@dataclass(frozen=True)
class Ratio:
    """A mean over a mean, its standard error by the delta method, and Fieller's interval, from n
    pairs."""

    value: float
    standard_error: float
    low: float
    high: float
    n: int


def ratio_of_means(
    numerators: ArrayLike, denominators: ArrayLike, test_to_train: float = 0.0
) -> Ratio | Refused:
    """mean(numerators) / mean(denominators) of n pairs; refused where there are too few, or the
    denominator cannot be told from zero."""
    x, y = (np.asarray(v, dtype=np.float64).ravel() for v in (numerators, denominators))
    here = ~(np.isnan(x) | np.isnan(y))
    n = int(here.sum())
    if n < 2:
        return Refused("few pairs", (n, 2))
    (var_x, cov), (_, var_y) = np.cov(x[here], y[here])
    moments = (x[here].mean(), y[here].mean(), var_x, cov, var_y, n)
    value, error, low, high = map(float, fieller(*moments, test_to_train))
    if np.isnan(low):
        return Refused("zero denominator")
    return Ratio(value, error, low, high, n)


def fieller(
    mean_x: ArrayLike,
    mean_y: ArrayLike,
    var_x: ArrayLike,
    cov: ArrayLike,
    var_y: ArrayLike,
    n: ArrayLike,
    test_to_train: ArrayLike = 0.0,
) -> tuple[Array, Array, Array, Array]:
    """Ratio, standard error, low and high of mean_x / mean_y, elementwise.

    The interval is NaN where there is none, as ȳ cannot be told from zero (or n < 2). The standard
    error is the delta method's, √((s²_x - 2·R·s_xy + R²·s²_y)·c)/|ȳ|.

    var_x, cov, var_y: of single pairs, with n - 1 in the denominator.
    """
    x, y, xx, xy, yy, count = (
        np.asarray(v, dtype=np.float64) for v in (mean_x, mean_y, var_x, cov, var_y, n)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        share = variance_share(count, test_to_train)
        value = x / y
        error = np.sqrt(np.maximum(0.0, xx - 2 * value * xy + value**2 * yy) * share) / np.abs(y)
        far = reach(count - 1) ** 2 * share
        a, b, c = y**2 - far * yy, x * y - far * xy, x**2 - far * xx
        root = np.sqrt(np.maximum(0.0, b**2 - a * c))
        bounded = a > 0
        low = np.where(bounded, (b - root) / a, np.nan)
        high = np.where(bounded, (b + root) / a, np.nan)
    return value, error, low, high
