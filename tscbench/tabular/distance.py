"""The distance of mixed rows, exactly and as a matrix product.

Squared distance, summed over columns: numeric values scaled to [0, 1] by the range of the training
rows; 1 for unequal levels; 0 for two missing values, 1 for a missing and a present one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tscbench.contracts.types import Array, Schema


def squared_distance(a: Array, b: Array, numeric: Array) -> Array:
    """Between scaled rows, `(…, d)` each, as `(…)`."""
    gap = np.where(numeric, (a - b) ** 2, a != b)
    absent = np.isnan(a) | np.isnan(b)
    if absent.any():
        gap = np.where(absent, np.isnan(a) != np.isnan(b), gap)
    return np.asarray(gap.sum(axis=-1))


@dataclass(frozen=True, eq=False)
class Geometry:
    """What the distance knows of the training rows: all `(d,)`."""

    numeric: Array
    levels: Array
    centre: Array
    spread: Array
    missing: Array

    def scaled(self, x: Array) -> Array:
        """Numeric columns centred and divided by their range, levels as they are."""
        return np.asarray((x - self.centre) / self.spread)

    def codes(self, rows: Array) -> Array:
        """Levels `(n, c)` of the categorical columns; one more level means missing."""
        levels = self.levels[~self.numeric]
        code = rows[:, ~self.numeric]
        kind = np.min_scalar_type(levels.max(initial=0))
        return np.asarray(np.where(np.isnan(code), levels, code).astype(kind))

    def vectors(self, rows: Array, one_hot: bool = False) -> tuple[Array, Array]:
        """Left and right `(n, w)`: left(a) @ right(b).T is the squared distance of scaled rows.

        With o = 1 where a value is present, v the value or 0: a complete column adds (v - v')², one
        with missing values (v² - 2 o) o' - 2 v v' + o v'² + o + o'; levels only with `one_hot`.
        """
        value = rows if self.numeric.all() else rows[:, self.numeric]
        left, right = self._complete(value) if not self.missing.any() else self._gappy(value)
        one = np.ones((len(rows), 1))
        if one_hot and not self.numeric.all():
            codes = self.codes(rows).T
            sizes = self.levels[~self.numeric] + 1
            level = [c[:, None] == np.arange(m) for c, m in zip(codes, sizes, strict=True)]
            left += [one * len(codes), -np.concatenate(level, axis=1, dtype=np.float64)]
            right += [one, np.concatenate(level, axis=1, dtype=np.float64)]
        return np.concatenate(left, axis=1), np.concatenate(right, axis=1)

    def _complete(self, value: Array) -> tuple[list[Array], list[Array]]:
        base = (value * value).sum(axis=1, keepdims=True)
        one = np.ones_like(base)
        return [base, one, -2.0 * value], [one, base, value]

    def _gappy(self, value: Array) -> tuple[list[Array], list[Array]]:
        some = self.missing[self.numeric]
        seen = ~np.isnan(value[:, some]) * 1.0
        value = np.where(np.isnan(value), 0.0, value)
        square = value[:, some] ** 2
        base = (value[:, ~some] ** 2).sum(axis=1, keepdims=True) + seen.sum(axis=1, keepdims=True)
        one = np.ones_like(base)
        left = [base, one, -2.0 * value, square - 2.0 * seen, seen]
        return left, [one, base, value, seen, square]

    @cached_property
    def extra(self) -> int:
        """How much categorical columns and missing values can add to a distance."""
        return int((~self.numeric | self.missing).sum())

    def rounding(self, kind: type[np.floating[Any]]) -> float:
        """Error of the difference of two products near the least one, relative to their size.

        The terms of row a and query b sum to less than (|a| + |b|)², and |a| ≤ |b| + their
        distance, as the centre is at 0. So the size is |b|² + distance² + `extra`.
        """
        terms = 3 * len(self.numeric) + int((self.levels + 1)[~self.numeric].sum()) + 4
        return 8.0 * terms * float(np.finfo(kind).eps)


def geometry_of(x: Array, schema: Schema, queries: Array) -> Geometry:
    """The geometry of training rows `x` `(n, d)`; `queries` `(m, d)` may miss values elsewhere."""
    numeric = np.asarray(schema.numeric, dtype=bool)
    absent = np.isnan(x)
    low = np.where(absent, np.inf, x).min(axis=0, initial=np.inf)
    high = np.where(absent, -np.inf, x).max(axis=0, initial=-np.inf)
    mean = np.where(absent, 0.0, x).sum(axis=0) / np.maximum((~absent).sum(axis=0), 1)
    varies = numeric & (high > low)
    mean = np.where(high == low, low, mean)  # which a mean of equal numbers need not be
    spread = np.subtract(high, low, out=np.ones(len(numeric)), where=varies)
    missing = np.logical_or(absent.any(axis=0), np.isnan(queries).any(axis=0))
    return Geometry(numeric, schema.cardinality, np.where(numeric, mean, 0.0), spread, missing)
