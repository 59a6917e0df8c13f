"""SqueezeNet, which has few parameters."""

from typing import Any

from tscbench import Schema, Training, network


@network(
    source="Iandola et al., 2016, SqueezeNet: AlexNet-level accuracy with 50x fewer parameters",
    needs={"images"},
    offers={"dropout"},
    requires={"torch"},
    small={"epochs": 1},
    training=Training(batch=64),
)
def squeezenet(schema: Schema, *, dropout: float = 0.5) -> Any:
    """Fire modules, in the version 1.1 of their authors, trained by Adam.

    Args:
        dropout: share of channels before the last layer dropped while training.
    """
    from tscbench.nn import build_squeezenet

    return build_squeezenet(schema, dropout)
