"""How much an order of methods depends on which datasets are there."""

from __future__ import annotations

from itertools import combinations_with_replacement
from math import comb, factorial

import numpy as np
import pandas as pd

from tscbench.analysis.ranks import ranks
from tscbench.analysis.refused import Refused
from tscbench.contracts.types import Array

DRAWS = 50_000
"""Samples are listed where there are no more than so many, up to nine datasets, and else drawn."""


def share_of_firsts(
    table: pd.DataFrame, *, larger_is_better: bool = True
) -> pd.Series[float] | Refused:
    """Of samples of the datasets, drawn with replacement, the share in which each method has the
    best average rank; those that share it share it.

    table: datasets × methods.
    """
    if len(table) < 2:
        return Refused("few datasets drawn", (len(table), 2))
    each = ranks(table, larger_is_better=larger_is_better)
    weights, often = samples(len(each))
    drawn = weights @ each.to_numpy()
    best = drawn <= drawn.min(axis=1, keepdims=True) + 1e-9
    first = often @ (best / best.sum(axis=1, keepdims=True)) / often.sum()
    return pd.Series(first, index=each.columns)


def samples(n: int) -> tuple[Array, Array]:
    """Samples of n things, n drawn with replacement: what each weighs, `(samples, n)`, and how
    often the sample comes, `(samples,)`, in so many draws as there are orders of them."""
    if comb(2 * n - 1, n) > DRAWS:
        drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=DRAWS)
        return drawn / n, np.ones(DRAWS)
    chosen = np.array(list(combinations_with_replacement(range(n), n)))
    counts = (chosen[:, :, None] == np.arange(n)).sum(axis=1)
    orders = np.array([factorial(k) for k in range(n + 1)])
    return counts / n, orders[n] / orders[counts].prod(axis=1)
