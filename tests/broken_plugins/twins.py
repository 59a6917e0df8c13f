"""A name that two distributions have."""

from tscbench import Sampler, generator


@generator()
def twin(train):
    """Gives training rows."""
    return Sampler(lambda n, rng: train.x[rng.integers(len(train.x), size=n)])
