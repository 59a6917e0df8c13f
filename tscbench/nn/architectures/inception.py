"""Inception-v3: parallel branches of convolutions, joined along the channels."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tscbench.contracts.types import Schema
from tscbench.nn.architectures.flat import count_features


class _Joined(nn.Module):
    """Branches that all see the same input; their channels are stacked."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=1)


def build_inception(schema: Schema, dropout: float = 0.5) -> nn.Module:
    """Inception-v3 (Szegedy et al., 2016) without its auxiliary output: 23,834,568 parameters for
    1,000 classes. Published for images of 299 × 299; they must be 75 × 75 or larger.

    Raises:
        DataError: smaller images.
    """
    layers = [
        _unit(schema.inputs[0], 32, 3, stride=2, padding=0),
        _unit(32, 32, 3, padding=0),
        _unit(32, 64, 3),
        nn.MaxPool2d(3, 2),
        _unit(64, 80, 1),
        _unit(80, 192, 3, padding=0),
        nn.MaxPool2d(3, 2),
        *(_of_35(n_in, n_pooled) for n_in, n_pooled in ((192, 32), (256, 64), (288, 64))),
        _to_17(288),
        *(_of_17(768, width) for width in (128, 160, 160, 192)),
        _to_8(768),
        *(_of_8(n_in) for n_in in (1280, 2048)),
    ]
    convolutions = nn.Sequential(*layers)
    count_features(convolutions, schema.inputs, "inception")
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout)]
    return nn.Sequential(convolutions, *head, nn.Linear(2048, schema.outputs[0]))


def _unit(
    n_in: int,
    n_out: int,
    kernel: int | tuple[int, int],
    stride: int = 1,
    padding: int | None = None,
) -> nn.Module:
    """A convolution, normalised, with a ReLU; by default it keeps the size of the image."""
    sizes = (kernel, kernel) if isinstance(kernel, int) else kernel
    kept = (sizes[0] // 2, sizes[1] // 2) if padding is None else (padding, padding)
    convolution = nn.Conv2d(n_in, n_out, sizes, stride, kept, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(n_out, eps=1e-3), nn.ReLU())


def _pooled(n_in: int, n_out: int) -> nn.Module:
    return nn.Sequential(nn.AvgPool2d(3, 1, padding=1), _unit(n_in, n_out, 1))


def _of_35(n_in: int, n_pooled: int) -> nn.Module:
    """A module at 35 × 35, of images of 299 × 299."""
    return _Joined(
        _unit(n_in, 64, 1),
        nn.Sequential(_unit(n_in, 48, 1), _unit(48, 64, 5)),
        nn.Sequential(_unit(n_in, 64, 1), _unit(64, 96, 3), _unit(96, 96, 3)),
        _pooled(n_in, n_pooled),
    )


def _to_17(n_in: int) -> nn.Module:
    ends = _unit(96, 96, 3, stride=2, padding=0)
    return _Joined(
        _unit(n_in, 384, 3, stride=2, padding=0),
        nn.Sequential(_unit(n_in, 64, 1), _unit(64, 96, 3), ends),
        nn.MaxPool2d(3, 2),
    )


def _of_17(n_in: int, width: int) -> nn.Module:
    """A module at 17 × 17: convolutions of 7 × 7 in two steps."""
    high, wide = (7, 1), (1, 7)
    return _Joined(
        _unit(n_in, 192, 1),
        nn.Sequential(_unit(n_in, width, 1), _unit(width, width, wide), _unit(width, 192, high)),
        nn.Sequential(
            _unit(n_in, width, 1),
            _unit(width, width, high),
            _unit(width, width, wide),
            _unit(width, width, high),
            _unit(width, 192, wide),
        ),
        _pooled(n_in, 192),
    )


def _to_8(n_in: int) -> nn.Module:
    ends = [_unit(192, n_out, 3, stride=2, padding=0) for n_out in (320, 192)]
    seven = [_unit(192, 192, (1, 7)), _unit(192, 192, (7, 1))]
    return _Joined(
        nn.Sequential(_unit(n_in, 192, 1), ends[0]),
        nn.Sequential(_unit(n_in, 192, 1), *seven, ends[1]),
        nn.MaxPool2d(3, 2),
    )


def _of_8(n_in: int) -> nn.Module:
    """A module at 8 × 8, two of whose branches fork at their ends."""
    return _Joined(
        _unit(n_in, 320, 1),
        nn.Sequential(_unit(n_in, 384, 1), _forked()),
        nn.Sequential(_unit(n_in, 448, 1), _unit(448, 384, 3), _forked()),
        _pooled(n_in, 192),
    )


def _forked() -> nn.Module:
    return _Joined(_unit(384, 384, (1, 3)), _unit(384, 384, (3, 1)))
