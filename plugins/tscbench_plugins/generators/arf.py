"""Adversarial random forest: leaves within which the columns look independent, sampled as such."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, Schema, generator


@dataclass(frozen=True, eq=False)
class Cells:
    """The leaves of one tree that hold real rows.

    of_row: the leaf of each real row, `(n,)`. rows: real rows by leaf; those of leaf i are
    `rows[start[i] : start[i] + count[i]]`. low, high: the box of each leaf, `(leaves, d)`.
    """

    of_row: Array
    rows: Array
    start: Array
    count: Array
    low: Array
    high: Array

    def donors(self, leaf: Array, width: int, rng: Rng) -> Array:
        """A real row from each leaf `(m,)`, anew for each of `width` columns: `(m, width)`."""
        step = (rng.random((len(leaf), width)) * self.count[leaf][:, None]).astype(int)
        return self.rows[self.start[leaf][:, None] + step]


@dataclass(frozen=True, eq=False)
class Normals:
    """Truncated normals of each leaf and column, `(leaves, d)`; a spread of 0 is a constant."""

    mean: Array
    sd: Array
    low: Array
    high: Array

    def draw(self, leaf: Array, rng: Rng) -> Array:
        """One value for each column from each leaf `(m,)`: `(m, d)`."""
        from scipy.special import ndtr, ndtri

        mean, sd, low, high = (a[leaf] for a in (self.mean, self.sd, self.low, self.high))
        unit = np.where(sd > 0, sd, 1.0)
        first, end = ndtr((low - mean) / unit), ndtr((high - mean) / unit)
        z = ndtri(first + rng.random(mean.shape) * (end - first))
        return np.where(sd > 0, np.clip(mean + unit * z, low, high), mean)


@generator(
    source="Watson, Blesch, Kapar and Wright, 2023 (AISTATS)",
    needs={"tabular"},
    requires=("scikit-learn", "scipy"),
    small={"n_trees": 4},
)
def arf(
    train: Rows,
    schema: Schema,
    rng: Rng,
    *,
    n_trees: int = 30,
    min_leaf: int = 5,
    delta: float = 0.01,
    max_rounds: int = 10,
) -> Sampler:
    """Rows drawn column by column within the leaves of a forest that cannot tell them from real.

    A forest learns to tell the real rows from rows with permuted columns; the next one, from rows
    whose columns were drawn independently within the leaves of the first; and so on until a forest
    does hardly better out of bag than chance, or no better than the one before.

    A new row takes a random tree, one of its leaves in proportion to the real rows in it, and each
    column from that leaf alone: numbers from the normal of the leaf's values, truncated to the
    leaf's box; levels, missing values and numbers that more than 1 % of the rows share (zeros,
    say) as often as the leaf has them. Boxes end at the training range; columns of whole numbers
    are rounded.

    Args:
        n_trees: trees of the forest.
        min_leaf: the fewest real rows to draw from; smaller leaves use an ancestor's rows and box.
        delta: the out-of-bag accuracy at which the rounds end is 0.5 + delta.
        max_rounds: the most forests to fit, at least 1.
    """
    x = train.x
    forest = _grow(x, n_trees, min_leaf, delta, max_rounds, rng)
    cells = [_cells(tree, x, min_leaf) for tree in forest]
    smooth = schema.numeric & _scattered(x)
    normals = [_normals(x, c, smooth) for c in cells]
    columns = np.arange(x.shape[1])
    whole = schema.numeric & np.all(np.isnan(x) | (x == np.round(x)), axis=0)

    def sample(n: int, rng: Rng) -> Array:
        rows = np.empty((n, x.shape[1]))
        tree = rng.integers(len(cells), size=n)
        for t, (cell, normal) in enumerate(zip(cells, normals, strict=True)):
            mine = np.flatnonzero(tree == t)
            leaf = cell.of_row[rng.integers(len(x), size=len(mine))]
            donor = cell.donors(leaf, len(columns), rng)
            rows[mine] = np.where(smooth[donor, columns], normal.draw(leaf, rng), x[donor, columns])
        rows[:, whole] = np.round(rows[:, whole]) + 0.0  # no -0.0
        return rows

    return Sampler(sample)


def _grow(
    x: Array, n_trees: int, min_leaf: int, delta: float, max_rounds: int, rng: Rng
) -> list[Any]:
    """The trees of the last forest."""
    from sklearn.ensemble import RandomForestClassifier

    real = np.repeat([1, 0], len(x))
    fake = rng.permuted(x, axis=0)
    before = np.inf
    for left in reversed(range(max_rounds)):
        forest = RandomForestClassifier(
            n_trees,
            min_samples_leaf=min_leaf,
            oob_score=True,
            random_state=int(rng.integers(2**31)),
        )
        with warnings.catch_warnings():  # a row may be in every bag when trees are few
            warnings.simplefilter("ignore", UserWarning)
            forest.fit(np.concatenate([x, fake]), real)
        if not 0.5 + delta < forest.oob_score_ < before or left == 0:
            break
        before = forest.oob_score_
        fake = _leafwise(forest.estimators_, x, rng)
    return list(forest.estimators_)


def _leafwise(trees: list[Any], x: Array, rng: Rng) -> Array:
    """As many rows as `x`, each of real values drawn column by column from one leaf of one tree."""
    n, d = x.shape
    fake = np.empty_like(x)
    tree = rng.integers(len(trees), size=n)
    for t, fitted in enumerate(trees):
        mine = np.flatnonzero(tree == t)
        cell = _cells(fitted, x, 1)
        leaf = cell.of_row[rng.integers(n, size=len(mine))]
        fake[mine] = x[cell.donors(leaf, d, rng), np.arange(d)]
    return fake


def _cells(fitted: Any, x: Array, min_leaf: int) -> Cells:
    """The cells of one fitted tree; `x` are the real rows."""
    leaf, tree = fitted.apply(x), fitted.tree_
    parent, last, low, high = _walk(tree, x)
    rows = np.argsort(leaf, kind="stable")
    # Nodes are numbered depth first, so the rows below any node are one stretch of `rows`.
    start = np.searchsorted(leaf[rows], np.arange(tree.node_count))
    stop = np.searchsorted(leaf[rows], last, "right")
    node = leaf
    needed = min(min_leaf, len(x))
    while (small := (stop - start)[node] < needed).any():
        node = np.where(small, parent[node], node)
    kept, of_row = np.unique(node, return_inverse=True)
    count = (stop - start)[kept]
    first = np.cumsum(count) - count
    stretch = np.repeat(start[kept] - first, count) + np.arange(count.sum())
    return Cells(of_row, rows[stretch], first, count, low[kept], high[kept])


def _walk(tree: Any, x: Array) -> tuple[Array, Array, Array, Array]:
    """Each node's parent, the last node below it, and its box within the range of `x`."""
    n = tree.node_count
    parent, last = np.zeros(n, int), np.arange(n)
    low, high = (np.tile(side, (n, 1)) for side in _range(x))
    level = np.zeros(1, int)
    while len(level := level[tree.children_left[level] >= 0]):
        left, right = tree.children_left[level], tree.children_right[level]
        for child in (left, right):
            parent[child], low[child], high[child] = level, low[level], high[level]
        column, cut = tree.feature[level], tree.threshold[level]
        cut = np.minimum(cut, high[level, column])  # inf where missing values are split off
        high[left, column] = cut
        low[right, column] = cut
        level = np.concatenate([left, right])
    for _ in range(tree.max_depth):
        inner = tree.children_right[last] >= 0
        last = np.where(inner, tree.children_right[last], last)
    return parent, last, low, high


def _range(x: Array) -> tuple[Array, Array]:
    """The least and the largest value of each column, `(d,)`; 0 where all are missing."""
    missing = np.isnan(x)
    gone = missing.all(axis=0)
    low, high = np.where(missing, np.inf, x).min(axis=0), np.where(missing, -np.inf, x).max(axis=0)
    return np.where(gone, 0.0, low), np.where(gone, 0.0, high)


def _scattered(x: Array) -> Array:
    """Which cells hold a value that no more than 1 % of the rows, or one row, have; `(n, d)`."""
    scattered = np.zeros(x.shape, bool)
    for j, column in enumerate(x.T):
        _, of_row, counts = np.unique(column, return_inverse=True, return_counts=True)
        scattered[:, j] = ~np.isnan(column) & (counts <= max(1, len(x) / 100))[of_row]
    return scattered


def _normals(x: Array, cells: Cells, smooth: Array) -> Normals:
    """Moments of the smooth values, in the box of the leaf."""
    there = smooth[cells.rows]
    values = np.where(there, x[cells.rows], 0.0)
    count = np.maximum(1, np.add.reduceat(there.astype(int), cells.start, axis=0))
    mean = np.add.reduceat(values, cells.start, axis=0) / count
    off = np.where(there, values - np.repeat(mean, cells.count, axis=0), 0.0)
    sd = np.sqrt(np.add.reduceat(off**2, cells.start, axis=0) / count)
    least = np.minimum.reduceat(np.where(there, values, np.inf), cells.start, axis=0)
    largest = np.maximum.reduceat(np.where(there, values, -np.inf), cells.start, axis=0)
    one = least == largest  # a mean of equal values need not be that value
    mean, sd = np.where(one, least, mean), np.where(one, 0.0, sd)
    return Normals(mean, sd, np.minimum(cells.low, mean), np.maximum(cells.high, mean))
