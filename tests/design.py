"""The generator of the design, to the letter."""

JITTER = '''\
"""Jitter: training rows plus Gaussian noise."""
import numpy as np
from tscbench import Rng, Rows, Sampler, Schema, generator

@generator(source="smoothed bootstrap; Silverman 1986, ch. 6")
def jitter(train: Rows, schema: Schema, rng: Rng, *, scale: float = 0.1) -> Sampler:
    """Rows resampled from train, each numeric column moved by scale × its standard deviation."""
    spread = scale * np.nanstd(train.x, axis=0) * schema.numeric
    def sample(n, rng):
        rows = train.x[rng.integers(len(train.x), size=n)]
        return rows + spread * rng.standard_normal(rows.shape)
    return Sampler(sample)
'''
