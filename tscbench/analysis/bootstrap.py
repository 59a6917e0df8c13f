"""The bootstrap of a mean of means, of all draws that there are: none is made, and no seed matters.

How the mean of a drawn sample is distributed is known by its characteristic function, so that its
quantiles are computed (the ideal bootstrap: Efron & Tibshirani, 1993, An introduction to the
bootstrap, chapter 6) where some thousands of draws would leave them uncertain in the third digit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from tscbench.contracts.types import Array

CELLS = 4096
"""Of the grid on which the distribution is computed; it is smoothed by a normal one of one cell."""

MARGIN = 0.1
"""Of the grid, left free on either side."""


def bootstrap_quantiles(values: ArrayLike, groups: ArrayLike, shares: Sequence[float]) -> Array:
    """Quantiles of the mean over groups of their means, where groups are drawn with replacement
    and, for each time that one is drawn, its values are.

    With m groups, of n_g values v, its characteristic function at ω is
    ((1/m)·Σ_g ((1/n_g)·Σ_i exp(iω·v_gi/(m·n_g)))^n_g)^m.

    values: `(n,)`. groups: of each value, as numbers. shares: what lies below each quantile.
    """
    order = np.argsort(groups, kind="stable")
    value = np.asarray(values, dtype=np.float64)[order]
    _, first, sizes = np.unique(np.asarray(groups)[order], return_index=True, return_counts=True)
    low, span = value.min(), np.ptp(value)
    if span == 0:
        return np.full(len(shares), low)
    place = MARGIN + (1 - 2 * MARGIN) * (value - low) / span
    turns = -2j * np.pi * np.arange(CELLS // 2 + 1)[:, None]
    each = np.exp(turns * (place / (len(sizes) * np.repeat(sizes, sizes))))
    of_groups = (np.add.reduceat(each, first, axis=1) / sizes) ** sizes
    smooth = np.exp((turns[:, 0] / CELLS) ** 2 / 2)
    density = np.fft.irfft(of_groups.mean(axis=1) ** len(sizes) * smooth, CELLS)
    below = np.maximum.accumulate(np.cumsum(density))
    found = np.interp(shares, below, (np.arange(CELLS) + 0.5) / CELLS)
    return np.asarray(low + span * (found - MARGIN) / (1 - 2 * MARGIN))
