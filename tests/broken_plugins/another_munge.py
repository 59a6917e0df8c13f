"""Has the name of an installed generator."""

from tscbench import Sampler, generator


@generator()
def munge(train):
    """Gives training rows."""
    return Sampler(lambda n, rng: train.x[rng.integers(len(train.x), size=n)])
