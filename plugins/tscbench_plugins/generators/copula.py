"""Empirical copula: a smoothed bootstrap of normal scores, mapped back to the columns' values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, Schema, generator


@dataclass(frozen=True, eq=False)
class Marginal:
    """One column's distinct values and where each begins and ends, `(m,)`.

    Value i holds the quantiles from `edges[i]` to `edges[i + 1]` and is spread evenly from `low[i]`
    to `high[i]`; values that were seen more than once, whole numbers and levels are not spread.
    """

    edges: Array
    low: Array
    high: Array

    def uniform(self, index: Array, rng: Rng) -> Array:
        """A random quantile `(n,)` of the value at each index `(n,)`."""
        start = self.edges[index]
        return start + rng.random(len(index)) * (self.edges[index + 1] - start)

    def inverse(self, u: Array) -> Array:
        """Values `(n,)` at the quantiles `u` `(n,)`."""
        index = np.clip(np.searchsorted(self.edges, u, "right") - 1, 0, len(self.low) - 1)
        start, end = self.edges[index], self.edges[index + 1]
        part = np.clip((u - start) / (end - start), 0.0, 1.0)
        return self.low[index] + part * (self.high[index] - self.low[index])


@generator(
    source="smoothed bootstrap: Silverman & Young, 1987; normal scores of ties: Rueschendorf, 2009",
    needs={"tabular"},
    requires=("scipy",),
)
def copula(train: Rows, schema: Schema, rng: Rng, *, bandwidth: float = 0.2) -> Sampler:
    """Resampled training rows moved by Gaussian noise in the space of their normal scores.

    Each column becomes standard normal by its ranks, ties drawn at random within their stretch of
    quantiles; after the noise the scores are shrunk back to unit variance, so every column keeps
    its distribution. Categorical columns take part by their codes: a level can move to one that
    borders on it, the likelier the rarer it is. A missing value stays missing, and a column of
    whole numbers keeps to those that were seen.

    Args:
        bandwidth: standard deviation of the noise, in normal scores; 0 is the plain bootstrap.
    """
    from scipy.special import ndtr, ndtri

    x = train.x
    fitted = [_marginal(x[:, j], bool(schema.numeric[j])) for j in range(x.shape[1])]

    def sample(n: int, rng: Rng) -> Array:
        rows = x[rng.integers(len(x), size=n)]
        for j, (values, marginal) in enumerate(fitted):
            there = ~np.isnan(rows[:, j])
            z = ndtri(marginal.uniform(np.searchsorted(values, rows[there, j]), rng))
            z = (z + bandwidth * rng.standard_normal(len(z))) / np.hypot(1.0, bandwidth)
            rows[there, j] = marginal.inverse(ndtr(z))
        return rows

    return Sampler(sample)


def _marginal(column: Array, numeric: bool) -> tuple[Array, Marginal]:
    """The distinct values `(m,)`, ascending, and their distribution."""
    values, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    edges = np.concatenate([[0.0], np.cumsum(counts)]) / max(1, counts.sum())
    spread = numeric & (counts == 1) & bool(np.any(values != np.round(values)))
    between = values[:-1] + np.diff(values) / 2
    low = np.where(spread, np.concatenate([values[:1], between]), values)
    high = np.where(spread, np.concatenate([between, values[-1:]]), values)
    return values, Marginal(edges, low, high)
