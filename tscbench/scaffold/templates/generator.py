"""Generator mine: training rows plus Gaussian noise."""

from tscbench import Array, Rng, Rows, Sampler, Schema, generator
from tscbench.tabular import column_spread


@generator(source="who, year, title", needs={"tabular"})
def mine(train: Rows, schema: Schema, *, scale: float = 0.1) -> Sampler:
    """Rows resampled from train, each numeric column moved by scale × its standard deviation."""
    spread = scale * column_spread(train.x, schema)  # fit your model here

    def sample(n: int, rng: Rng) -> Array:  # draw from it here
        x = train.x[rng.integers(len(train), size=n)]
        return x + spread * rng.standard_normal(x.shape)

    return Sampler(sample)
