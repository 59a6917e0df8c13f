"""Interpolation: points on the line between a training row and one of its nearest neighbours."""

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, Schema, generator
from tscbench.tabular import nearest


@generator(
    source="Chawla et al., 2002, SMOTE: Synthetic Minority Over-sampling Technique, JAIR 16",
    needs={"tabular"},
)
def interpolate(train: Rows, schema: Schema, *, k: int = 5) -> Sampler:
    """SMOTE for all rows: neighbours of any class, and no class is favoured.

    A categorical cell, and a numeric one that is missing in either row, is taken whole from
    either row with equal probability.

    Args:
        k: number of nearest neighbours to choose from.
    """
    neighbours = nearest(train.x, schema, k)

    def sample(n: int, rng: Rng) -> Array:
        base = rng.integers(len(train.x), size=n)
        first = second = train.x[base]
        if neighbours.shape[1]:
            second = train.x[neighbours[base, rng.integers(neighbours.shape[1], size=n)]]
        line = first + rng.random((n, 1)) * (second - first)
        line = np.clip(line, np.minimum(first, second), np.maximum(first, second))
        either = np.where(rng.random(first.shape) < 0.5, first, second)
        return np.where(schema.numeric & ~np.isnan(line), line, either)

    return Sampler(sample)
