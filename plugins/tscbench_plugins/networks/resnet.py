"""Residual networks for small images, 16 to 64 channels wide."""

from typing import Any

from tscbench import Schema, Training, network


@network(
    source="He et al., 2016, Deep residual learning for image recognition, section 4.2; trained "
    "as by Dao et al., 2021, Knowledge distillation as semiparametric inference",
    needs={"images"},
    requires={"torch"},
    small={"epochs": 1, "depth": 8},
    training=Training(
        learning_rate=0.1,
        optimiser="sgd",
        weight_decay=5e-4,
        schedule="falling",
        drops=(0.4, 0.6, 0.8),
        factor=0.2,
    ),
)
def resnet(schema: Schema, *, depth: int = 20) -> Any:
    """Three stages of residual blocks, trained by SGD.

    Args:
        depth: layers with weights: 6n + 2 (8, 14, 20, 32, 44, 56); or 10, which has four stages.
    """
    from tscbench.nn import build_resnet

    return build_resnet(schema, depth)
