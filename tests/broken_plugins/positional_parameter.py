"""Has a hyper-parameter that is not keyword-only."""

from tscbench import generator


@generator()
def positional_parameter(train, scale=0.1):
    """Lacks the star before scale."""
