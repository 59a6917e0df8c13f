"""Wide residual networks."""

from typing import Any

from tscbench import Schema, Training, network


@network(
    source="Zagoruyko & Komodakis, 2016, Wide residual networks",
    needs={"images"},
    offers={"dropout"},
    requires={"torch"},
    small={"epochs": 1, "depth": 10, "widen": 1},
    training=Training(
        epochs=200,
        learning_rate=0.1,
        optimiser="sgd",
        weight_decay=5e-4,
        schedule="falling",
        drops=(0.3, 0.6, 0.8),
        factor=0.2,
    ),
)
def wide_resnet(schema: Schema, *, depth: int = 28, widen: int = 10, dropout: float = 0.3) -> Any:
    """Three stages of residual blocks of many channels, trained by SGD.

    Args:
        depth: layers with weights: 6n + 4.
        widen: times the channels of the thin network, 16 to 64.
        dropout: share of features dropped within each block while training.
    """
    from tscbench.nn import build_wide_resnet

    return build_wide_resnet(schema, depth, widen, dropout)
