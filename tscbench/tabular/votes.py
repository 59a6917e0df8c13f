"""What recommenders of tags stand on: rows with known tags, their neighbours, and ranked tags."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal, TypeAlias

import numpy as np

from tscbench.contracts.compression_set import CompressionSet
from tscbench.contracts.errors import DataError
from tscbench.contracts.scales import one_hot
from tscbench.contracts.types import Array, Schema

Distance: TypeAlias = Literal["cosine", "euclidean"]

BLOCK = 1 << 22
"""Distances that are held at once."""


def flat(x: Array) -> Array:
    """Rows `(m, d)` of `(m, …)`, also of none."""
    return x.reshape(len(x), prod(x.shape[1:]))


def tagged_rows(compression_set: CompressionSet, schema: Schema) -> tuple[Array, Array]:
    """The rows whose labels are all known: x `(m, d)` float64, flattened, and their tags `(m, k)`
    of 0 and 1, of which a class is one.

    Raises:
        DataError: no row has labels, or no label is there.
    """
    if compression_set.labels is None:
        raise DataError("compression set: no labels to learn from; pick objective labels")
    tags = one_hot(compression_set.labels, schema)
    known = np.asarray(~np.isnan(tags).any(axis=1))
    x = compression_set.rows.x[known].astype(np.float64)
    if not tags[known].any():
        raise DataError(
            f"compression set: {known.sum()} rows have labels, and none carries a tag; there must "
            "be one row with a tag at least"
        )
    return flat(x), tags[known]


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Rows of numbers among which neighbours are looked for, in standardised columns.

    points: `(n, d)`, scaled; of cosine each row has length 1, so that distances order alike.
    """

    points: Array
    mean: Array
    scale: Array
    distance: Distance

    def scaled(self, x: Array) -> Array:
        """Other rows `(m, …)` in the same columns."""
        z = (flat(x).astype(np.float64) - self.mean) * self.scale
        if self.distance == "euclidean":
            return np.asarray(z)
        length = np.sqrt((z * z).sum(axis=1, keepdims=True))
        return np.asarray(z / np.where(length > 0, length, 1.0))

    def nearest(self, x: Array, k: int) -> Array:
        """Positions `(m, min(k, n))` of the nearest points, the nearest first, ties by position."""
        return self._nearest(self.scaled(x), k, None)

    def nearest_others(self, k: int) -> Array:
        """The same `(n, min(k, n - 1))` of the points themselves, each without itself."""
        return self._nearest(self.points, k, np.arange(len(self.points)))

    def _nearest(self, asked: Array, k: int, own: Array | None) -> Array:
        from scipy.spatial.distance import cdist

        n = len(self.points)
        k = min(k, n if own is None else n - 1)
        found = np.empty((len(asked), k), np.intp)
        step = max(1, BLOCK // n)
        for start in range(0, len(asked), step):
            part = slice(start, start + step)
            far = cdist(asked[part], self.points)
            if own is not None:
                far[np.arange(len(far)), own[part]] = np.inf
            found[part] = np.argsort(far, axis=1, kind="stable")[:, :k]
        return found


def neighbourhood(x: Array, distance: Distance = "cosine") -> Neighbourhood:
    """The neighbourhood of rows x `(n, d)`; columns that do not vary count nothing."""
    mean, spread = x.mean(axis=0), x.std(axis=0)
    varies = np.ptp(x, axis=0) > 0
    scale = np.where(varies, 1 / np.where(varies, spread, 1.0), 0.0)
    made = Neighbourhood(np.empty((0, 0)), mean, scale, distance)
    return Neighbourhood(made.scaled(x), mean, scale, distance)


def calibration(scores: Array, tags: Array) -> tuple[Array, Array]:
    """Slopes and shifts `(k,)` that make of scores `(n, k)` logits of the tags `(n, k)`.

    A logistic regression of each tag on its score (Platt, 1999), after which tags compare; a tag
    that all or none carry keeps its scores.
    """
    from sklearn.linear_model import LogisticRegression

    slopes, shifts = np.ones(tags.shape[1]), np.zeros(tags.shape[1])
    for j, carried in enumerate(tags.T > 0):
        if carried.all() or not carried.any():
            continue
        made = LogisticRegression(C=1e6).fit(scores[:, j : j + 1], carried)
        slopes[j], shifts[j] = made.coef_[0, 0], made.intercept_[0]
    return slopes, shifts


def ranked_hits(
    labels: Array, outputs: Array, schema: Schema, empty: Literal["skip", "zero"] = "skip"
) -> Array:
    """Which tags `(m, k)` bool of each row are relevant, from the highest output to the lowest.

    Equal outputs are in the order of the tags. Rows with an unknown label are left out; those
    without a relevant tag too, unless empty is zero. A class is one relevant tag.
    """
    tags = one_hot(labels, schema)
    kept = np.asarray(~np.isnan(tags).any(axis=1))
    if empty == "skip":
        kept &= (tags > 0).any(axis=1)
    order = np.argsort(-outputs[kept], axis=1, kind="stable")
    return np.asarray(np.take_along_axis(tags[kept] > 0, order, axis=1))


def mean_or_nan(values: Array) -> float:
    """The mean over rows; NaN of none."""
    return float(np.mean(values)) if len(values) else float("nan")
