"""Smoothed bootstrap: training rows plus Gaussian noise."""

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, Schema, generator
from tscbench.tabular import column_spread


@generator(source="Silverman, 1986, Density Estimation, ch. 6", needs={"tabular"})
def smoothed_bootstrap(train: Rows, schema: Schema, *, scale: float = 0.1) -> Sampler:
    """Rows resampled from train, each numeric column moved by scale × its standard deviation.

    Args:
        scale: standard deviation of the noise, in standard deviations of the column.
    """
    spread = scale * column_spread(train.x, schema)

    def sample(n: int, rng: Rng) -> Array:
        rows = train.x[rng.integers(len(train.x), size=n)]
        return np.where(spread > 0, rows + spread * rng.standard_normal(rows.shape), rows)

    return Sampler(sample)
