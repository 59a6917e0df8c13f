"""Smoothed bootstrap: training rows plus noise that has their covariance."""

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, Schema, generator
from tscbench.tabular import fit_codec


@generator(source="Silverman, 1986, Density Estimation, ch. 6", needs={"tabular"})
def kde(train: Rows, schema: Schema, *, bandwidth: float = 0.2) -> Sampler:
    """A Gaussian kernel density with the shape of the whole data; its covariance is (1 + h²) cov.

    Categorical cells and missing ones are those of the row that the noise is added to; columns
    of whole numbers stay whole.

    Args:
        bandwidth: h, the standard deviation of the noise in standard deviations of the data.
    """
    codec = fit_codec(train.x, schema)
    numeric = [block.start for block in codec.blocks if block.numeric]
    z = codec.encode(train.x)
    values, vectors = np.linalg.eigh(z[:, numeric].T @ z[:, numeric] / len(z))
    root = vectors * np.sqrt(np.maximum(values, 0.0))

    def sample(n: int, rng: Rng) -> Array:
        rows = z[rng.integers(len(z), size=n)]
        rows[:, numeric] += bandwidth * rng.standard_normal((n, len(numeric))) @ root.T
        return codec.decode(rows, rng)

    return Sampler(sample)
