"""Residual networks for small images: of 16, 32, 64 channels, ResNet-18, and wide ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from tscbench.contracts.errors import SpecError
from tscbench.contracts.types import Schema
from tscbench.nn.architectures.flat import check_halvings


class _Padded(nn.Module):
    """The shortcut without parameters: every second pixel, and zeros for the new channels."""

    def __init__(self, n_in: int, n_out: int, stride: int) -> None:
        super().__init__()
        self.more, self.stride = n_out - n_in, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, self.more // 2, self.more - self.more // 2))


class _Projected(nn.Sequential):
    """The shortcut by a convolution of 1 × 1."""

    def __init__(self, n_in: int, n_out: int, stride: int) -> None:
        convolution = nn.Conv2d(n_in, n_out, 1, stride, bias=False)
        super().__init__(convolution, nn.BatchNorm2d(n_out))


class _Basic(nn.Module):
    """Two convolutions and a shortcut, each normalised after the convolution."""

    def __init__(self, n_in: int, n_out: int, stride: int, shortcut: type[nn.Module]) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _convolution(n_in, n_out, stride),
            nn.BatchNorm2d(n_out),
            nn.ReLU(),
            _convolution(n_out, n_out),
            nn.BatchNorm2d(n_out),
        )
        plain = stride == 1 and n_in == n_out
        self.shortcut = nn.Identity() if plain else shortcut(n_in, n_out, stride)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.body(x) + self.shortcut(x))


class _Wide(nn.Module):
    """Two convolutions and a shortcut, each normalised before the convolution."""

    def __init__(self, n_in: int, n_out: int, stride: int, dropout: float) -> None:
        super().__init__()
        self.before = nn.Sequential(nn.BatchNorm2d(n_in), nn.ReLU())
        self.body = nn.Sequential(
            _convolution(n_in, n_out, stride),
            nn.BatchNorm2d(n_out),
            nn.ReLU(),
            nn.Dropout(dropout),
            _convolution(n_out, n_out),
        )
        self.shortcut = None if n_in == n_out else nn.Conv2d(n_in, n_out, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        ready = self.before(x)
        kept: Tensor = x if self.shortcut is None else self.shortcut(ready)
        return torch.add(kept, self.body(ready))


def build_resnet(schema: Schema, depth: int) -> nn.Module:
    """The CIFAR-10 networks of He et al. (2016), section 4.2, with shortcuts A: 269,722 parameters
    at depth 20. None of them has a depth of 10, which is four stages of one block here.

    Raises:
        SpecError: a depth other than 10 and 6n + 2.
        DataError: the images are too small.
    """
    if depth == 10:
        return _stages("resnet", schema, (16, 16, 32, 64, 128), 1, _Padded)
    blocks, rest = divmod(depth - 2, 6)
    if rest or blocks < 1:
        raise SpecError(f"network resnet: depth={depth}; it must be 10 or 6n + 2: 8, 14, 20, 32, …")
    return _stages("resnet", schema, (16, 16, 32, 64), blocks, _Padded)


def build_resnet18(schema: Schema) -> nn.Module:
    """ResNet-18 as it is used for CIFAR-10, its first convolution of 3 × 3 and stride 1:
    11,173,962 parameters.

    Raises:
        DataError: the images are too small.
    """
    return _stages("resnet18", schema, (64, 64, 128, 256, 512), 2, _Projected)


def _stages(
    name: str,
    schema: Schema,
    channels: Sequence[int],
    blocks: int,
    shortcut: type[nn.Module],
) -> nn.Module:
    check_halvings(schema.inputs, len(channels) - 2, name)
    layers: list[nn.Module] = [
        _convolution(schema.inputs[0], channels[0]),
        nn.BatchNorm2d(channels[0]),
    ]
    layers.append(nn.ReLU())
    for stage, (n_in, n_out) in enumerate(pairwise(channels)):
        for block in range(blocks):
            stride = 2 if stage and not block else 1
            layers.append(_Basic(n_out if block else n_in, n_out, stride, shortcut))
    return _started(nn.Sequential(*layers, *_head(channels[-1], schema)))


def build_wide_resnet(schema: Schema, depth: int, widen: int, dropout: float = 0.0) -> nn.Module:
    """Wide residual networks of Zagoruyko and Komodakis (2016): 36,479,194 parameters for CIFAR-10
    at depth 28, ten times as wide.

    Raises:
        SpecError: a depth other than 6n + 4.
        DataError: the images are too small.
    """
    blocks, rest = divmod(depth - 4, 6)
    if rest or blocks < 1:
        raise SpecError(f"network wide_resnet: depth={depth}; it must be 6n + 4: 10, 16, 22, 28")
    check_halvings(schema.inputs, 2, "wide_resnet")
    channels = (16, 16 * widen, 32 * widen, 64 * widen)
    layers: list[nn.Module] = [_convolution(schema.inputs[0], 16)]
    for stage, (n_in, n_out) in enumerate(pairwise(channels)):
        for block in range(blocks):
            stride = 2 if stage and not block else 1
            layers.append(_Wide(n_out if block else n_in, n_out, stride, dropout))
    layers += [nn.BatchNorm2d(channels[-1]), nn.ReLU()]
    return _started(nn.Sequential(*layers, *_head(channels[-1], schema)))


def _convolution(n_in: int, n_out: int, stride: int = 1) -> nn.Module:
    return nn.Conv2d(n_in, n_out, 3, stride, padding=1, bias=False)


def _head(features: int, schema: Schema) -> list[nn.Module]:
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(features, schema.outputs[0])]


def _started(net: nn.Module) -> nn.Module:
    """The same network with the first weights of He et al. (2015)."""
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    return net
