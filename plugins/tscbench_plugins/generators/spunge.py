"""Spunge: training rows in which a few cells come from other rows and the numbers are blurred."""

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, Schema, generator
from tscbench.tabular import column_spread


@generator(
    source="Fakoor et al., 2020, Fast, Accurate, and Simple Models for Tabular Data (AutoGluon)",
    needs={"tabular"},
)
def spunge(train: Rows, schema: Schema, *, p: float = 0.1, scale: float = 0.1) -> Sampler:
    """Rows resampled from train; some cells redrawn from their column, then Gaussian noise.

    AutoGluon redraws exactly ⌊0.1 d⌋ cells of every row, which is none below ten columns; here
    each cell is redrawn with probability p.

    Args:
        p: probability that a cell is replaced by the value of that column in a random row.
        scale: standard deviation of the noise, in standard deviations of the numeric column.
    """
    spread = scale * column_spread(train.x, schema)

    def sample(n: int, rng: Rng) -> Array:
        rows = train.x[rng.integers(len(train.x), size=n)]
        other = np.take_along_axis(train.x, rng.integers(len(train.x), size=rows.shape), axis=0)
        rows = np.where(rng.random(rows.shape) < p, other, rows)
        return np.where(spread > 0, rows + spread * rng.standard_normal(rows.shape), rows)

    return Sampler(sample)
