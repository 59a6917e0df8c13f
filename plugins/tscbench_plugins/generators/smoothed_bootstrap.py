"""Smoothed bootstrap: training rows plus Gaussian noise."""

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, Schema, generator


@generator(source="Silverman, 1986, Density Estimation, ch. 6", needs={"tabular"})
def smoothed_bootstrap(train: Rows, schema: Schema, *, scale: float = 0.1) -> Sampler:
    """Rows resampled from train, each numeric column moved by scale × its standard deviation.

    Args:
        scale: standard deviation of the noise, in standard deviations of the column.
    """
    spread = scale * np.nanstd(train.x, axis=0) * schema.numeric

    def sample(n: int, rng: Rng) -> Array:
        rows = train.x[rng.integers(len(train.x), size=n)]
        return rows + spread * rng.standard_normal(rows.shape)

    return Sampler(sample)
