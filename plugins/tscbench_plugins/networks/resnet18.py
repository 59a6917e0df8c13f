"""ResNet-18 for small images."""

from typing import Any

from tscbench import Schema, Training, network


@network(
    source="He et al., 2016, Deep residual learning for image recognition; trained as by Li, "
    "2018, Knowledge distillation in PyTorch",
    needs={"images"},
    requires={"torch"},
    small={"epochs": 1},
    training=Training(
        epochs=170,
        learning_rate=0.1,
        optimiser="sgd",
        weight_decay=5e-4,
        schedule="falling",
        drops=(0.88,),
    ),
)
def resnet18(schema: Schema) -> Any:
    """Four stages of residual blocks, 64 to 512 channels wide, trained by SGD."""
    from tscbench.nn import build_resnet18

    return build_resnet18(schema)
