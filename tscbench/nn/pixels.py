"""What a network of images begins with: pixels on a scale that suits its weights."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from tscbench.contracts.types import Array


class Pixels(nn.Module):
    """Bytes 0…255 `(b, c, h, w)` less a mean, over a spread, each of a channel or of a pixel."""

    mean: Tensor
    spread: Tensor

    def __init__(self, mean: Array, spread: Array) -> None:
        super().__init__()
        self.register_buffer("mean", torch.as_tensor(mean, dtype=torch.float32))
        self.register_buffer("spread", torch.as_tensor(spread, dtype=torch.float32))

    def forward(self, x: Tensor) -> Tensor:
        return (x.float() - self.mean) / self.spread


def pixels(
    images: Array, scaling: Literal["channels", "mean_image"] = "channels", *, rows: int = 10_000
) -> Pixels:
    """Each channel with mean 0 and standard deviation 1 over these images, uint8 `(n, c, h, w)`; or
    `less_mean_image`, as networks for Caffe were trained.

    rows: that many of them tell, evenly spaced. Without any, 0…255 becomes -2…2.
    """
    if scaling == "mean_image":
        return less_mean_image(images)
    if not len(images):
        return Pixels(np.array(127.5), np.array(63.75))
    some = images[:: -(-len(images) // rows)].astype(np.float64)
    mean, spread = (f(some, axis=(0, 2, 3), keepdims=True)[0] for f in (np.mean, np.std))
    return Pixels(mean, np.where(spread > 0, spread, 1.0))


def less_mean_image(images: Array) -> Pixels:
    """Bytes less the mean image `(c, h, w)` of these images, not divided by anything."""
    if not len(images):
        return Pixels(np.array(127.5), np.array(1.0))
    return Pixels(images.mean(axis=0, dtype=np.float64), np.array(1.0))
