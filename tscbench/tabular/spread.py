"""How far the numbers of a column lie apart."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.types import Array, Schema


def column_spread(x: Array, schema: Schema) -> Array:
    """The standard deviation of each numeric column of `x` `(n, d)`, as `(d,)`.

    It is 0 for a column of levels, and for one with a single value or none: the deviation of equal
    numbers from their rounded mean, 1e-17 say, is none.
    """
    missing = np.isnan(x)
    low = np.where(missing, np.inf, x).min(axis=0, initial=np.inf)
    high = np.where(missing, -np.inf, x).max(axis=0, initial=-np.inf)
    varies = schema.numeric & (low < high)
    found = np.nanstd(np.where(varies, x, 0.0), axis=0) if len(x) else np.zeros(x.shape[1])
    return np.asarray(np.where(varies, found, 0.0))
