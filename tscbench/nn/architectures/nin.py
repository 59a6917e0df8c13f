"""Network in network: convolutions with perceptrons on each pixel."""

from __future__ import annotations

from torch import nn

from tscbench.contracts.types import Schema
from tscbench.nn.architectures.flat import count_features


def build_nin(schema: Schema, dropout: float = 0.5) -> nn.Module:
    """The CIFAR-10 network of Lin et al. (2014), with its global average pooling; 966,986
    parameters there. That of Liu et al. (2020) ends in two linear layers of unknown widths.

    Raises:
        DataError: the images are too small.
    """
    net = nn.Sequential(
        *_block(schema.inputs[0], 192, 160, 96, kernel=5),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        nn.Dropout(dropout),
        *_block(96, 192, 192, 192, kernel=5),
        nn.AvgPool2d(3, 2, ceil_mode=True),
        nn.Dropout(dropout),
        *_block(192, 192, 192, schema.outputs[0], kernel=3)[:-1],
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )
    count_features(net, schema.inputs, "nin")
    for layer in net:
        if isinstance(layer, nn.Conv2d):  # without normalisation the scale of weights matters
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    return net


def _block(n_in: int, n_wide: int, n_next: int, n_out: int, kernel: int) -> list[nn.Module]:
    """A convolution of this kernel and two of 1 × 1, a ReLU after each."""
    layers: list[nn.Module] = [nn.Conv2d(n_in, n_wide, kernel, padding=kernel // 2), nn.ReLU()]
    layers += [nn.Conv2d(n_wide, n_next, 1), nn.ReLU()]
    return [*layers, nn.Conv2d(n_next, n_out, 1), nn.ReLU()]
