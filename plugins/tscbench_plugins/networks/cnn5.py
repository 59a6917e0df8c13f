"""A network of three convolutions and two linear layers."""

from typing import Any

from tscbench import Schema, Training, network


@network(
    source="Li, 2018, Knowledge distillation in PyTorch; as a student: Liu, Fusi & Mackey, 2018",
    needs={"images"},
    offers={"dropout"},
    requires={"torch"},
    small={"epochs": 1},
    training=Training(epochs=200, schedule="constant"),
)
def cnn5(schema: Schema, *, dropout: float = 0.5) -> Any:
    """Five layers with batch normalisation, trained by Adam.

    Args:
        dropout: share of hidden units dropped while training.
    """
    from tscbench.nn import build_cnn5

    return build_cnn5(schema, dropout)
