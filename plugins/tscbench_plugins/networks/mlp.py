"""A multilayer perceptron, of tables and of images."""

from math import prod
from typing import Any

from tscbench import Training, network


@network(
    source="Ba and Caruana, 2014, Do Deep Nets Really Need to be Deep?, section 3",
    offers={"dropout"},
    requires={"torch"},
    small={"epochs": 3, "hidden": (8,)},
    training=Training(batch=256),
)
def mlp(
    inputs: tuple[int, ...],
    outputs: tuple[int, ...],
    *,
    hidden: tuple[int, ...] = (64, 64),
    dropout: float = 0.0,
) -> Any:
    """ReLU layers and a linear output, trained by Adam; categories enter one-hot, images flat.

    Args:
        hidden: widths of the hidden layers; () is a linear model.
        dropout: share of hidden units dropped while training.
    """
    from torch import nn

    layers: list[nn.Module] = [nn.Flatten()] if len(inputs) > 1 else []
    width = prod(inputs)
    for units in hidden:
        layers += [nn.Linear(width, units), nn.ReLU()]
        layers += [nn.Dropout(dropout)] if dropout else []
        width = units
    return nn.Sequential(*layers, nn.Linear(width, prod(outputs)))
