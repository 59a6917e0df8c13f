"""Network in network: convolutions with perceptrons on each pixel."""

from typing import Any

from tscbench import Schema, Training, network


@network(
    source="Lin, Chen & Yan, 2014, Network in network",
    needs={"images"},
    offers={"dropout"},
    requires={"torch"},
    small={"epochs": 1},
    training=Training(epochs=200),
)
def nin(schema: Schema, *, dropout: float = 0.5) -> Any:
    """Nine convolutions, six of them 1 × 1, and global average pooling, trained by Adam.

    Args:
        dropout: share of each group of channels dropped while training.
    """
    from tscbench.nn import build_nin

    return build_nin(schema, dropout)
