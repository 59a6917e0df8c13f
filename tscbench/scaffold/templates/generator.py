"""Generator mine: training rows plus Gaussian noise."""

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, Schema, generator


@generator(source="who, year, title", needs={"tabular"})
def mine(train: Rows, schema: Schema, *, scale: float = 0.1) -> Sampler:
    """Rows resampled from train, each numeric column moved by scale × its standard deviation."""
    spread = scale * np.nanstd(train.x, axis=0) * schema.numeric  # fit your model here

    def sample(n: int, rng: Rng) -> Array:  # draw from it here
        x = train.x[rng.integers(len(train), size=n)]
        return x + spread * rng.standard_normal(x.shape)

    return Sampler(sample)
