"""Xception: residual blocks of separable convolutions."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from tscbench.contracts.types import Schema
from tscbench.nn.architectures.flat import count_features


def _separable(n_in: int, n_out: int) -> list[nn.Module]:
    """A 3 × 3 convolution of each channel, then 1 × 1 across channels."""
    depthwise = nn.Conv2d(n_in, n_in, 3, padding=1, groups=n_in, bias=False)
    return [depthwise, nn.Conv2d(n_in, n_out, 1, bias=False), nn.BatchNorm2d(n_out)]


class _Block(nn.Module):
    """Separable convolutions, a ReLU before each, halved in size where the shortcut is."""

    def __init__(self, channels: Sequence[int], halve: bool, first_relu: bool = True) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for n_in, n_out in zip(channels, channels[1:], strict=False):
            layers += [nn.ReLU(), *_separable(n_in, n_out)]
        layers = layers if first_relu else layers[1:]
        self.body = nn.Sequential(*layers, *([nn.MaxPool2d(3, 2, padding=1)] if halve else []))
        self.shortcut: nn.Module = nn.Identity()
        if halve:
            projection = nn.Conv2d(channels[0], channels[-1], 1, 2, bias=False)
            self.shortcut = nn.Sequential(projection, nn.BatchNorm2d(channels[-1]))

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x) + self.shortcut(x)  # type: ignore[no-any-return]


def build_xception(schema: Schema) -> nn.Module:
    """Xception (Chollet, 2017): 22,855,952 parameters for 1,000 classes.

    Raises:
        DataError: the images are too small.
    """
    start: list[nn.Module] = []
    for n_in, n_out, stride in ((schema.inputs[0], 32, 2), (32, 64, 1)):
        convolution = nn.Conv2d(n_in, n_out, 3, stride, bias=False)
        start += [convolution, nn.BatchNorm2d(n_out), nn.ReLU()]
    net = nn.Sequential(
        *start,
        _Block((64, 128, 128), halve=True, first_relu=False),
        _Block((128, 256, 256), halve=True),
        _Block((256, 728, 728), halve=True),
        *(_Block((728, 728, 728, 728), halve=False) for _ in range(8)),
        _Block((728, 728, 1024), halve=True),
        *_separable(1024, 1536),
        nn.ReLU(),
        *_separable(1536, 2048),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(2048, schema.outputs[0]),
    )
    count_features(net, schema.inputs, "xception")
    return net
