"""Control: every column resampled on its own, so that nothing between columns survives."""

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, generator


@generator(
    source="Breiman & Cutler, 2003, Random Forests manual (the synthetic class of proximities)",
    needs={"tabular"},
)
def marginals(train: Rows) -> Sampler:
    """Each cell drawn from the training values of its column, independently of the others."""

    def sample(n: int, rng: Rng) -> Array:
        picked = rng.integers(len(train.x), size=(n, train.x.shape[1]))
        return np.take_along_axis(train.x, picked, axis=0)

    return Sampler(sample)
