"""The classic LeNet, as wide as is asked for."""

from typing import Any

from tscbench import Schema, SpecError, Training, network


def _too_small(params: Any, schema: Schema) -> str:
    size = min(schema.inputs[1:])
    return f"images of {size} pixels are too small for it: 16 or more" if size < 16 else ""


@network(
    source="LeCun et al., 1998, Gradient-based learning applied to document recognition; as wide "
    "as in Jia et al., 2014, Caffe: Convolutional architecture for fast feature embedding",
    needs={"images"},
    offers={"dropout"},
    requires={"torch"},
    small={"epochs": 1},
    check=_too_small,
    training=Training(batch=100, schedule="constant"),
)
def lenet(
    inputs: tuple[int, ...],
    outputs: tuple[int, ...],
    *,
    channels: tuple[int, ...] = (20, 50),
    hidden: int = 500,
    dropout: float = 0.5,
) -> Any:
    """Two convolutions of 5 × 5 and a hidden layer, trained by Adam.

    It has 431,080 parameters for 10 classes of 28 × 28 grey pixels.

    Args:
        channels: of the two convolutions.
        hidden: units of the hidden layer.
        dropout: share of hidden units dropped while training.
    """
    from torch import nn

    if len(channels) != 2:
        raise SpecError(f"network lenet: channels={channels} must be two widths")
    first, second = channels
    height, width = ((side - 4) // 2 for side in inputs[1:])
    features = second * ((height - 4) // 2) * ((width - 4) // 2)
    convolutions = [nn.Conv2d(inputs[0], first, 5), nn.ReLU(), nn.MaxPool2d(2)]
    convolutions += [nn.Conv2d(first, second, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    head = [nn.Linear(features, hidden), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*convolutions, *head, nn.Linear(hidden, outputs[0]))
