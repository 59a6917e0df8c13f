"""Network mine: one hidden layer, of tables and of images."""

from math import prod
from typing import Any

from tscbench import Training, network


@network(
    source="who, year, title",
    requires=("torch",),
    small={"epochs": 2},
    training=Training(epochs=20, batch=32, learning_rate=0.01),
)
def mine(inputs: tuple[int, ...], outputs: tuple[int, ...], *, hidden: int = 32) -> Any:
    """A layer of ReLU units and a linear output, trained by Adam.

    Args:
        hidden: units of the layer.
    """
    from torch import nn

    # Put your network here: from inputs (b, *inputs) to one logit for each output.
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(prod(inputs), hidden),
        nn.ReLU(),
        nn.Linear(hidden, outputs[0]),
    )
