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
    _, first, group = np.unique(row_keys(x), return_index=True, return_inverse=True)
    rank = np.empty(len(first), int)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[group.ravel()]


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
