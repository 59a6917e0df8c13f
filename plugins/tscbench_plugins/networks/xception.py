"""Xception, of separable convolutions."""

from typing import Any

from tscbench import Schema, Training, network


@network(
    source="Chollet, 2017, Xception: deep learning with depthwise separable convolutions",
    needs={"images"},
    requires={"torch"},
    small={"epochs": 1},
    training=Training(batch=32),
)
def xception(schema: Schema) -> Any:
    """36 convolutions, nearly all separable, in residual blocks, trained by Adam."""
    from tscbench.nn import build_xception

    return build_xception(schema)
