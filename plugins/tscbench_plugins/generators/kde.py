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
    root = _root(z[:, numeric])

    def sample(n: int, rng: Rng) -> Array:
        picked = rng.integers(len(z), size=n)
        rows = z[picked]
        rows[:, numeric] += bandwidth * rng.standard_normal((n, root.shape[1])) @ root.T
        kept = np.ones((n, len(schema.numeric)), bool)
        kept[:, schema.numeric] = rows[:, numeric] == z[picked][:, numeric]
        return np.where(kept, train.x[picked], codec.decode(rows, rng))

    return Sampler(sample)


def _root(z: Array) -> Array:
    """A root `(d, k)` of the covariance of centred rows `(n, d)`: root @ root.T is it."""
    if z.shape[1] > len(z):  # fewer rows than columns are a root themselves
        return z.T / np.sqrt(len(z))
    values, vectors = np.linalg.eigh(z.T @ z / len(z))
    return vectors * np.sqrt(np.maximum(values, 0.0))
