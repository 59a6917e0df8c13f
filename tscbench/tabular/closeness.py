"""How near tables lie to each other: exact distances of mixed rows, without all pairs at once.

`distance` says what near means; numeric columns are in units of the range of rows of one's choice,
so that distances to several tables compare.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tscbench.contracts.types import Array, Rng, Rows, Schema
from tscbench.tabular.distance import geometry_of, squared_distance
from tscbench.tabular.neighbours import nearest

BLOCK = 2**20  # distances held at once: few enough to stay in the processor's cache


def distance_blocks(
    a: Array, b: Array, schema: Schema, unit: Array
) -> Iterator[tuple[slice, Array]]:
    """Distances of the rows of `a` `(m, d)` to those of `b` `(n, d)`, some rows of `a` at a time:
    which they are, and `(rows, n)`. The ranges of `unit` `(u, d)` are 1. Equal rows are at 0, and
    both directions give the same bits."""
    geometry = geometry_of(unit, schema, unit)
    a, b = geometry.scaled(a), geometry.scaled(b)
    step = max(1, BLOCK // max(1, len(b)))
    for start in range(0, len(a), step):
        part = slice(start, min(start + step, len(a)))
        total = np.zeros((part.stop - start, len(b)))
        for column, numeric in enumerate(geometry.numeric):
            total += _gaps(a[part, column, None], b[:, column], bool(numeric))
        yield part, np.sqrt(total)


def _gaps(a: Array, b: Array, numeric: bool) -> Array:
    """Squared distances in one column, of `(m, 1)` and `(n,)` as `(m, n)`."""
    gap = np.square(a - b) if numeric else a != b
    absent = np.isnan(a), np.isnan(b)
    if absent[0].any() or absent[1].any():
        gap = np.where(absent[0] | absent[1], absent[0] != absent[1], gap)
    return np.asarray(gap)


def nearest_distances(
    a: Array, b: Array, schema: Schema, unit: Array, *, k: int = 1, others: bool = False
) -> Array:
    """Distance of each row of `a` to its k-th nearest row of `b`, `(m,)`; NaN where `b` has fewer.

    others: `a` and `b` are one table, of which each row looks at the other rows.
    """
    found = np.full(len(a), np.nan)
    if k > len(b) - others:
        return found
    for part, distances in distance_blocks(a, b, schema, unit):
        if others:
            own = np.arange(part.start, part.stop)
            distances[own - part.start, own] = np.inf
        found[part] = np.partition(distances, k - 1, axis=1)[:, k - 1]
    return found


def closest_distances(a: Array, b: Array, schema: Schema) -> Array:
    """Distance of each row of `a` `(m, d)` to the nearest row of `b` `(n, d)`, whose ranges are 1,
    as `(m,)`: for a large `b`, of which there must be a row."""
    geometry = geometry_of(b, schema, a)
    near = b[nearest(b, schema, 1, a)[:, 0]]
    return np.sqrt(squared_distance(geometry.scaled(a), geometry.scaled(near), geometry.numeric))


def at_most(rows: Rows, n: int, rng: Rng) -> Rows:
    """The rows, or n of them drawn without replacement, in their order."""
    if len(rows) <= n:
        return rows
    return rows.take(np.sort(rng.choice(len(rows), n, replace=False)))
