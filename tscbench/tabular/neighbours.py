"""Exact nearest rows of mixed tables; `distance` says what near means.

Of equally near rows the one with the lowest index comes first. A matrix product finds candidates;
those that its rounding cannot tell apart are compared exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tscbench.contracts.types import Array, Schema
from tscbench.tabular.distance import Geometry, geometry_of, squared_distance

BLOCK = 2**23  # distances held at once
FAR = 1e30


def nearest(x: Array, schema: Schema, k: int, queries: Array | None = None) -> Array:
    """Indices `(m, k)` of the rows of `x` `(n, d)` nearest to each query `(m, d)`, nearest first.

    Without queries each row of `x` asks for the k nearest *other* rows. Fewer columns come back
    where there are fewer rows.
    """
    geometry = geometry_of(x, schema, x if queries is None else queries)
    rows = geometry.scaled(x)
    asked = rows if queries is None else geometry.scaled(queries)
    k = min(k, len(rows) - (queries is None))
    found = np.zeros((len(asked), max(k, 0)), dtype=np.intp)
    if found.size == 0:
        return found
    kept = _few_copies(rows, k + 1)
    place = np.full(len(rows), -1)
    place[kept] = np.arange(len(kept))
    rows = rows[kept]
    n_groups = -(-len(rows) // max(1, min(64, len(rows) // (8 * k))))
    left = _padded(geometry.vectors(rows, one_hot=True)[0].astype(np.float32), n_groups)
    right = geometry.vectors(asked, one_hot=True)[1].astype(np.float32)
    value = np.where(np.isnan(asked), 0.0, asked) * geometry.numeric
    size = ((value**2).sum(axis=1) + geometry.extra).astype(np.float32)
    rounding = np.float32(geometry.rounding(np.float32))
    step = max(1, BLOCK // len(left))
    for start in range(0, len(asked), step):
        part = slice(start, start + step)
        near = right[part] @ left.T
        if queries is None:
            own = place[part]
            near[np.flatnonzero(own >= 0), own[own >= 0]] = FAR
        query, row = _candidates(near, size[part], rounding, k, n_groups)
        exact = _exact(asked[part], rows, query, row, geometry.numeric)
        order = np.lexsort((row, exact, query))
        first = np.searchsorted(query[order], np.arange(len(near)))
        found[part] = kept[row[order[first[:, None] + np.arange(k)]]]
    return found


@dataclass(frozen=True, eq=False)
class Finder:
    """Nearest other rows of a table whose rows change; its arrays change in place."""

    geometry: Geometry
    rows: Array
    left: Array
    right: Array
    codes: Array

    def closest(self, i: int) -> int:
        """The row nearest to row `i` and not itself; there must be two rows."""
        query = self.right[i]
        near = query @ self.left
        if len(self.codes):
            differ = (self.codes != self.codes[:, i, None]).view(np.uint8)
            near += differ.sum(axis=0, dtype=np.uint8 if len(differ) < 256 else np.intp)
        near[i] = np.inf
        best = int(near.argmin())
        size = near[best] + query[1] + query[2:] @ query[2:] + self.geometry.extra
        limit = near[best] + self.geometry.rounding(np.float64) * size
        near[best] = np.inf
        if near[near.argmin()] > limit:
            return best
        near[best] = -np.inf
        tied = np.flatnonzero(near <= limit)
        exact = squared_distance(self.rows[tied], self.rows[i], self.geometry.numeric)
        return int(tied[exact.argmin()])

    def move(self, index: Array, x: Array) -> None:
        """Rows at `index` `(m,)` become `x` `(m, d)`, in raw units."""
        rows = self.geometry.scaled(x)
        left, self.right[index] = self.geometry.vectors(rows)
        self.left[:, index] = left.T
        self.rows[index] = rows
        if len(self.codes):
            self.codes[:, index] = self.geometry.codes(rows).T


def finder(x: Array, schema: Schema) -> Finder:
    """A `Finder` over a copy of `x`, `(n, d)`; the ranges of `x` stay in force."""
    geometry = geometry_of(x, schema, x)
    rows = geometry.scaled(x)
    left, right = geometry.vectors(rows)
    codes = geometry.codes(rows)
    return Finder(
        geometry, rows, np.ascontiguousarray(left.T), right, np.ascontiguousarray(codes.T)
    )


def _few_copies(rows: Array, n: int) -> Array:
    """Indices of the first `n` copies of each distinct row: no other is among n - 1 nearest."""
    key = np.where(np.isnan(rows), np.inf, rows)
    _, kind, counts = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(kind.ravel(), kind="stable")
    copy = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(np.sort(order[copy < n]))


def _padded(left: Array, n_groups: int) -> Array:
    """More rows, far from everything, up to a multiple of `n_groups`."""
    extra = np.zeros((-len(left) % n_groups, left.shape[1]), dtype=left.dtype)
    extra[:, 0] = FAR
    return np.concatenate([left, extra])


def _candidates(
    near: Array, size: Array, rounding: np.float32, k: int, n_groups: int
) -> tuple[Array, Array]:
    """Pairs (query, row) that hold the k nearest rows of each query, by approximate distances.

    The k-th least of the minima of groups of rows bounds the k-th least distance.
    """
    groups = near.reshape(len(near), -1, n_groups)
    least = groups.min(axis=1)
    bound = np.partition(least, k - 1, axis=1)[:, k - 1]
    bound += rounding * (size + bound)
    query, group = np.nonzero(least <= bound[:, None])
    hit, member = np.nonzero(groups[query, :, group] <= bound[query, None])
    return query[hit], member * n_groups + group[hit]


def _exact(asked: Array, rows: Array, query: Array, row: Array, numeric: Array) -> Array:
    step = max(1, BLOCK // rows.shape[1])
    parts = [slice(start, start + step) for start in range(0, len(row), step)]
    pieces = [squared_distance(asked[query[p]], rows[row[p]], numeric) for p in parts]
    return np.concatenate(pieces)
