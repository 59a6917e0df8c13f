"""Tables as complete numeric matrices and back: scaled numbers, one-hot levels, missing flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from tscbench.contracts.types import Array, Rng, Schema

Numeric = Literal["standardise", "rank_gauss", "unit"]


class Scaling(Protocol):
    """An increasing map from a column's own units to the encoded scale, and its inverse; `(n,)`."""

    def forward(self, x: Array) -> Array: ...

    def inverse(self, z: Array) -> Array: ...


@dataclass(frozen=True, eq=False)
class Affine:
    """z = (x - centre) / spread."""

    centre: float
    spread: float

    def forward(self, x: Array) -> Array:
        return np.asarray((x - self.centre) / self.spread)

    def inverse(self, z: Array) -> Array:
        return np.asarray(z * self.spread + self.centre)


@dataclass(frozen=True, eq=False)
class RankGauss:
    """Normal scores of the empirical quantiles; between training values it interpolates.

    values: `(u,)` distinct training values, ascending; counts: `(u,)` how often each occurred.
    Beyond the extreme training values both directions are constant.
    """

    values: Array
    counts: Array

    def _scores(self, count: Array) -> Array:
        from scipy.special import ndtri

        return np.asarray(ndtri(count / self.counts.sum()))

    def forward(self, x: Array) -> Array:
        middle = np.cumsum(self.counts) - self.counts / 2
        return np.asarray(np.interp(x, self.values, self._scores(middle)))

    def inverse(self, z: Array) -> Array:
        last = np.cumsum(self.counts)
        # A value that occurred often owns a stretch of scores, so that its share of rows is kept.
        ends = np.stack([last - self.counts + 0.5, last - 0.5], axis=1).ravel()
        return np.asarray(np.interp(z, self._scores(ends), np.repeat(self.values, 2)))


def _scaling(seen: Array, numeric: Numeric) -> Scaling:
    if not len(seen):
        return Affine(0.0, 1.0)
    if numeric == "rank_gauss":
        return RankGauss(*np.unique(seen, return_counts=True))
    if numeric == "unit":
        return Affine(float(seen.min()), float(np.ptp(seen)) or 1.0)
    if seen.min() == seen.max():  # of which a mean may not be that value, nor the sd be 0
        return Affine(float(seen[0]), 1.0)
    return Affine(float(seen.mean()), float(seen.std()) or 1.0)


def _middle(seen: Array, numeric: Numeric) -> float:
    """What stands for a missing value."""
    if not len(seen) or seen.min() == seen.max():
        return float(seen[0]) if len(seen) else 0.0
    return float(np.median(seen) if numeric == "rank_gauss" else np.mean(seen))


@dataclass(frozen=True, eq=False)
class Block:
    """The encoded columns `[start, stop)` of source column `column`.

    Numeric (`scaling` is set): one scaled column, then a 0/1 flag if `missing`.
    Categorical: one 0/1 column per level; if `missing`, the last level means missing.
    whole: all training values were integers. constant: they were one value, and whatever is decoded
    is that value. fill: stands for a missing value, in raw units.
    """

    column: int
    start: int
    stop: int
    missing: bool
    scaling: Scaling | None = None
    whole: bool = False
    constant: bool = False
    fill: float = 0.0

    @property
    def numeric(self) -> bool:
        """Whether the source column is numeric."""
        return self.scaling is not None

    def encode(self, x: Array) -> Array:
        """`(n,)` in raw units as `(n, stop - start)`."""
        absent = np.isnan(x)
        if self.scaling is not None:
            z = self.scaling.forward(np.where(absent, self.fill, x))
            return np.stack([z, absent], axis=1) if self.missing else z[:, None]
        levels = np.arange(self.stop - self.start)
        return np.asarray(
            np.where(absent, levels[-1] if self.missing else -1, x)[:, None] == levels
        )

    def decode(self, z: Array, rng: Rng, draw: bool) -> Array:
        """`(n, stop - start)` as `(n,)` in raw units."""
        if self.scaling is None:
            level = _drawn(z, rng) if draw else z.argmax(axis=1)
            last = self.stop - self.start - 1
            return np.where(level == last, np.nan, level) if self.missing else level
        x = np.full(len(z), self.fill) if self.constant else self.scaling.inverse(z[:, 0])
        if self.whole and not self.constant:
            x = np.round(x) + 0.0  # no -0.0
        if self.missing:
            x[z[:, 1] > (rng.random(len(z)) if draw else 0.5)] = np.nan
        return x


def _drawn(weights: Array, rng: Rng) -> Array:
    """One level per row, `(n,)`, in proportion to the positive part of `weights` `(n, levels)`."""
    positive = np.maximum(weights, 0.0)
    positive[positive.sum(axis=1) == 0] = 1.0
    edges = positive.cumsum(axis=1)
    at = rng.random((len(weights), 1)) * edges[:, -1:]
    return np.asarray((at >= edges[:, :-1]).sum(axis=1))


@dataclass(frozen=True, eq=False)
class Codec:
    """A fitted two-way map between rows `(n, d)` and complete matrices `(n, width)` of float64."""

    blocks: tuple[Block, ...]

    @property
    def width(self) -> int:
        """Number of encoded columns."""
        return self.blocks[-1].stop if self.blocks else 0

    def encode(self, x: Array) -> Array:
        """Rows `(n, d)` as `(n, width)`.

        A missing value in a column that had none in training becomes the fill, or no level at all.
        """
        z = np.zeros((len(x), self.width))
        for block in self.blocks:
            z[:, block.start : block.stop] = block.encode(x[:, block.column])
        return z

    def decode(self, z: Array, rng: Rng, *, draw: bool = False) -> Array:
        """`(n, width)` as rows `(n, d)`.

        A level is the largest of its block and a flag above 0.5 means missing; with `draw`, both
        are drawn from `rng` with the encoded values as probabilities.
        """
        x = np.empty((len(z), len(self.blocks)))
        for block in self.blocks:
            x[:, block.column] = block.decode(z[:, block.start : block.stop], rng, draw)
        return x


def fit_codec(
    x: Array, schema: Schema, rng: Rng | None = None, numeric: Numeric = "standardise"
) -> Codec:
    """The codec of training rows `x`, `(n, d)`.

    numeric: mean 0 and standard deviation 1, normal scores of the ranks, or range 0 to 1.
    rng: no scaling draws today.
    """
    blocks: list[Block] = []
    for column, (is_numeric, levels) in enumerate(
        zip(schema.numeric, schema.cardinality, strict=True)
    ):
        start = blocks[-1].stop if blocks else 0
        seen = x[~np.isnan(x[:, column]), column]
        missing = len(seen) < len(x)
        if not is_numeric:
            blocks.append(Block(column, start, start + int(levels) + missing, missing))
            continue
        constant = len(seen) > 0 and bool(seen.min() == seen.max())
        whole = bool(np.all(seen == np.round(seen)))
        blocks.append(
            Block(
                column,
                start,
                start + 1 + missing,
                missing,
                _scaling(seen, numeric),
                whole,
                constant,
                fill=_middle(seen, numeric),
            )
        )
    return Codec(tuple(blocks))
