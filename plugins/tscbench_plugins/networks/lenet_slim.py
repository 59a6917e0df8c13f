"""The LeNet of TF-slim."""

from typing import Any

from tscbench import Schema, Training, network


@network(
    source="LeCun et al., 1998, Gradient-based learning applied to document recognition; the "
    "MNIST teacher of Wang et al., 2018, KDGAN",
    needs={"images"},
    offers={"dropout"},
    requires={"torch"},
    small={"epochs": 1},
    training=Training(batch=100, schedule="constant"),
)
def lenet_slim(schema: Schema, *, dropout: float = 0.5) -> Any:
    """Two convolutions and 1,024 hidden units, trained by Adam.

    Args:
        dropout: share of hidden units dropped while training.
    """
    from tscbench.nn import build_lenet_slim

    return build_lenet_slim(schema, dropout)
