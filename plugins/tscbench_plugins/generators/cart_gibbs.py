"""CART-Gibbs: training rows whose columns are redrawn in turn from trees of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tscbench import Array, DataError, Rng, Rows, Sampler, Schema, generator

MOST = 1000
"""Columns beyond which a tree for each of them, of all the others, does not end."""


@dataclass(frozen=True, eq=False)
class Conditional:
    """One column given the others: `leaf_of(x)` is a leaf, `values[start[leaf] : start[leaf + 1]]`
    are the training values that fell into it."""

    leaf_of: Callable[[Array], Array]
    values: Array
    start: Array

    def draw(self, x: Array, rng: Rng) -> Array:
        """One value for each row of `x` `(n, d)`."""
        leaf = self.leaf_of(x)
        first, end = self.start[leaf], self.start[leaf + 1]
        return self.values[first + (rng.random(len(x)) * (end - first)).astype(int)]


@generator(
    source="FAST-DAD: Fakoor et al., 2020; CART synthesis: Reiter, 2005",
    needs={"tabular"},
    requires=("scikit-learn", "scipy"),
)
def cart_gibbs(
    train: Rows, schema: Schema, rng: Rng, *, sweeps: int = 1, min_leaf: int = 10
) -> Sampler:
    """Resampled training rows after Gibbs sweeps over the columns with tree conditionals.

    For each column an extremely randomised tree predicts it from all the others: the rank of a
    numeric column with its missing indicator, the level of a categorical one. A sweep visits the
    columns in random order and redraws each cell from the training values in the leaf into which
    its row falls, so every value, missing ones included, is one of the training column. The time
    grows with the square of the columns, of which there may be 1,000.

    Args:
        sweeps: passes over all columns; more move the rows further from the training rows.
        min_leaf: the fewest training rows in a leaf.
    """
    x = train.x
    if x.shape[1] > MOST:
        raise DataError(
            f"generator cart_gibbs: {x.shape[1]:,} columns; its time grows with their square, so "
            f"there must be {MOST:,} or fewer: leave some out, or choose arf, copula or munge"
        )
    conditionals = [
        _conditional(x, j, bool(schema.numeric[j]), min_leaf, rng) for j in range(x.shape[1])
    ]

    def sample(n: int, rng: Rng) -> Array:
        rows = x[rng.integers(len(x), size=n)]
        if n == 0:
            return rows
        for _ in range(sweeps):
            for j in rng.permutation(len(conditionals)):
                rows[:, j] = conditionals[j].draw(rows, rng)
        return rows

    return Sampler(sample)


def _conditional(x: Array, j: int, numeric: bool, min_leaf: int, rng: Rng) -> Conditional:
    from sklearn.tree import ExtraTreeClassifier, ExtraTreeRegressor

    kind = ExtraTreeRegressor if numeric else ExtraTreeClassifier
    tree = kind(
        min_samples_leaf=min_leaf, max_features=None, random_state=int(rng.integers(2**31))
    ).fit(_without(x, j), _ranks(x[:, j]) if numeric else np.nan_to_num(x[:, j], nan=-1.0))

    def leaf_of(rows: Array) -> Array:
        return tree.apply(_without(rows, j))

    leaf = leaf_of(x)
    order = np.argsort(leaf, kind="stable")
    start = np.searchsorted(leaf[order], np.arange(tree.tree_.node_count + 1))
    return Conditional(leaf_of, x[order, j], start)


def _without(x: Array, j: int) -> Array:
    """`x` with nothing to learn in column j, which is there still: a table may have no other."""
    others = x.copy()
    others[:, j] = 0.0
    return others


def _ranks(column: Array) -> Array:
    """Mean ranks in [0, 1] beside a missing indicator, `(n, 2)`; free of units and outliers."""
    from scipy.stats import rankdata

    missing = np.isnan(column)
    ranks = np.full(len(column), 0.5)
    ranks[~missing] = (rankdata(column[~missing]) - 0.5) / max(1, (~missing).sum())
    return np.column_stack([ranks, missing])
