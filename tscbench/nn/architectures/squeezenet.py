"""SqueezeNet: fire modules, which squeeze channels before they expand them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tscbench.contracts.types import Schema
from tscbench.nn.architectures.flat import count_features


class _Fire(nn.Module):
    """1 × 1 convolutions to few channels, then 1 × 1 and 3 × 3 to many, side by side."""

    def __init__(self, n_in: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Sequential(nn.Conv2d(n_in, squeezed, 1), nn.ReLU())
        self.one = nn.Sequential(nn.Conv2d(squeezed, expanded, 1), nn.ReLU())
        self.three = nn.Sequential(nn.Conv2d(squeezed, expanded, 3, padding=1), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        x = self.squeeze(x)
        return torch.cat([self.one(x), self.three(x)], dim=1)


def build_squeezenet(schema: Schema, dropout: float = 0.5) -> nn.Module:
    """SqueezeNet 1.1 (Iandola et al., 2016, and their release): 1,235,496 parameters for 1,000
    classes.

    Raises:
        DataError: the images are too small.
    """
    last = nn.Conv2d(512, schema.outputs[0], 1)
    net = nn.Sequential(
        nn.Conv2d(schema.inputs[0], 64, 3, stride=2, padding=1),
        nn.ReLU(),
        _pool(),
        _Fire(64, 16, 64),
        _Fire(128, 16, 64),
        _pool(),
        _Fire(128, 32, 128),
        _Fire(256, 32, 128),
        _pool(),
        _Fire(256, 48, 192),
        _Fire(384, 48, 192),
        _Fire(384, 64, 256),
        _Fire(512, 64, 256),
        nn.Dropout(dropout),
        last,
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )
    count_features(net, schema.inputs, "squeezenet")
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias) if layer.bias is not None else None
    nn.init.normal_(last.weight, std=0.01)
    return net


def _pool() -> nn.Module:
    return nn.MaxPool2d(3, 2, ceil_mode=True)
