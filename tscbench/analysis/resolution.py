"""Resolution: the smallest difference that so many datasets or repeats can tell from none."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from tscbench.analysis.ranks import ranks
from tscbench.analysis.refused import Refused
from tscbench.contracts.types import Array


def smallest_resolvable_difference(
    standard_error: float | Array, n: int, *, level: float = 0.05, power: float = 0.8
) -> float | Array:
    """The smallest true mean difference that n paired differences find with probability `power`, in
    a two-sided t test of level `level`: (t_{1 - level/2} + t_{power})·standard_error, both
    quantiles with n - 1 degrees of freedom (Zar, 2010, Biostatistical analysis, chapter 7: minimum
    detectable difference).

    standard_error: of the mean difference, `(…)`; NaN or n = 1 resolve nothing: infinity.
    """
    if n < 2:
        return np.full(np.shape(standard_error), np.inf)[()]
    far = stdtrit(n - 1, 1 - level / 2) + stdtrit(n - 1, power)
    return np.where(np.isnan(standard_error), np.inf, far * standard_error)[()]


def resolution(table: pd.DataFrame, *, level: float = 0.05, power: float = 0.8) -> float | Refused:
    """The smallest difference of two methods' means over datasets that this suite resolves: the
    median over all pairs of `smallest_resolvable_difference`, which is larger where methods go up
    and down on different datasets."""
    n, k = table.shape
    if n < 2 or k < 2:
        return Refused("no spread", (n, k))
    ranks(table)
    cov = np.cov(table.to_numpy(np.float64), rowvar=False)
    own = np.diag(cov)
    variance = (own[:, None] + own - 2 * cov)[np.triu_indices(k, 1)]
    error = np.sqrt(np.maximum(0.0, variance) / n)
    return float(np.median(smallest_resolvable_difference(error, n, level=level, power=power)))
