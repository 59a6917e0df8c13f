"""Mixup: points on the line between two training rows."""

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, Schema, generator


@generator(
    source="Zhang et al., 2018, mixup: Beyond Empirical Risk Minimization, ICLR",
    needs={"tabular"},
)
def mixup(train: Rows, schema: Schema, *, alpha: float = 0.5) -> Sampler:
    """Convex combinations of two random training rows; their labels are left to the teacher.

    A categorical cell, and a numeric one that is missing in either row, is taken whole from the
    first row with the probability of its share, else from the second. A number lies between those
    of the rows, and is theirs where they are equal.

    Args:
        alpha: the first row's share is Beta(alpha, alpha); small values stay near one of the rows.
    """

    def sample(n: int, rng: Rng) -> Array:
        first, second = (train.x[rng.integers(len(train.x), size=n)] for _ in range(2))
        share = rng.beta(alpha, alpha, size=(n, 1))
        either = np.where(rng.random(first.shape) < share, first, second)
        mixed = share * first + (1 - share) * second
        mixed = np.clip(mixed, np.minimum(first, second), np.maximum(first, second))
        return np.where(schema.numeric & ~np.isnan(mixed), mixed, either)

    return Sampler(sample)
