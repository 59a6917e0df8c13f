"""When two rows are the same: cell by cell, a missing cell equals a missing one, and 0 equals -0.

It holds for tables and images alike. Whatever must not tell a row from its copies asks here:
splits, folds, out-of-bag answers, copies of training rows.
"""

from __future__ import annotations

import math

import numpy as np

from tscbench.contracts.types import Array, Data


def row_keys(x: Array) -> Array:
    """One opaque key per row of `(n, …)`, equal for equal rows, whatever the bits of a NaN are."""
    flat = np.ascontiguousarray(x.reshape(len(x), math.prod(x.shape[1:])))
    if flat.dtype.kind == "f":
        flat = np.where(np.isnan(flat), np.nan, flat + 0.0)
    return flat.view(np.dtype((np.void, flat.dtype.itemsize * flat.shape[1]))).ravel()


def row_groups(x: Array) -> Array:
    """`(n,)` int: equal rows have one number; numbers are 0, 1, … in the order of first rows."""
    keys = row_keys(x)
    _, place, count = np.unique(_sums(keys), return_inverse=True, return_counts=True)
    maybe = np.flatnonzero(count[place.ravel()] > 1)  # only these are looked at whole
    first = np.arange(len(x))
    _, at, group = np.unique(keys[maybe], return_index=True, return_inverse=True)
    first[maybe] = maybe[at][group.ravel()]
    return np.asarray(np.unique(first, return_inverse=True)[1]).ravel()


def _sums(keys: Array) -> Array:
    """A number for each key `(n,)` uint64, equal for equal keys and for hardly any others."""
    n, width = len(keys), keys.dtype.itemsize
    words = np.zeros((n, -(-width // 8) * 8), np.uint8)
    words[:, :width] = keys.view(np.uint8).reshape(n, width)
    factors = np.random.default_rng(0).integers(1 << 62, size=words.shape[1] // 8, dtype=np.uint64)
    return np.asarray(words.view(np.uint64) @ (2 * factors + np.uint64(1)))


def rows_in(x: Array, table: Array) -> Array:
    """`(m,)` bool: which rows of `x` are rows of the table."""
    group = row_groups(np.concatenate([table, x.astype(table.dtype, copy=False)]))
    return np.asarray(group[len(table) :] <= group[: len(table)].max(initial=-1))


def repeated_share(x: Array) -> float:
    """The share of rows that have a twin among the others; NaN of no rows."""
    if not len(x):
        return float("nan")
    group = row_groups(x)
    return float(np.mean(np.bincount(group)[group] > 1))


def share_seen(data: Data) -> float | None:
    """The share of official test rows that are training rows too; None where none are marked."""
    if data.test is None:
        return None
    x = data.rows.x
    return float(np.mean(rows_in(x[data.test], x[~data.test])))
