"""The corrected resampled t: what may be said of differences over splits of the same rows.

Such splits share most of their training rows, so that s²/n is too small a variance of the mean.
Nadeau & Bengio, 2003, Inference for the generalization error, put (1/n + test/train)·s² in its
place, and take t with n - 1 degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from tscbench.analysis.refused import Refused
from tscbench.analysis.student_t import reach
from tscbench.contracts.types import Array


@dataclass(frozen=True)
class TTest:
    """A mean difference with its test. low, high: its two-sided 95 % interval."""

    mean: float
    standard_error: float
    t: float
    p: float
    low: float
    high: float
    n: int


def variance_share(n: ArrayLike, test_to_train: ArrayLike = 0.0) -> Array:
    """How much of s² is the variance of the mean of n splits, elementwise. test_to_train: test rows
    over training rows; 0 for repeats that share no rows."""
    count, ratio = (np.asarray(v, dtype=np.float64) for v in (n, test_to_train))
    return np.asarray(1 / count + ratio)


def resampled_t(differences: ArrayLike, test_to_train: float = 0.0) -> TTest | Refused:
    """The mean of paired differences over splits of one dataset, tested against zero.

    differences: one value a split; seeds are to be averaged before.
    """
    given = np.asarray(differences, dtype=np.float64).ravel()
    n = len(given)
    if missing := int(np.isnan(given).sum()):
        return Refused("missing differences", (missing, n))
    if n < 2:
        return Refused("few splits", (n, 2))
    mean = float(given.mean())
    error = float(given.std(ddof=1) * np.sqrt(variance_share(n, test_to_train)))
    t = mean / error if error else float(np.copysign(np.inf, mean)) if mean else 0.0
    far = float(reach(n - 1)) * error
    p = float(2 * stdtr(n - 1, -abs(t)))
    return TTest(mean, error, t, p, mean - far, mean + far, n)
