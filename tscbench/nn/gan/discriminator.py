"""The discriminator of an image AC-GAN: 3 × 3 convolutions under two heads."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod, sqrt

import torch
from torch import Tensor, nn


class ImageDiscriminator(nn.Module):
    """From images `(b, c, h, w)` in [-1, 1] to logits of "real" `(b,)` and of the classes `(b, k)`.

    The first convolution and every other one after it halve the image; all but the first have batch
    normalisation, and all a leaky ReLU and dropout.

    channels: of each convolution. input_noise: standard deviation of noise on what it is trained
    on. n_kernels, kernel_dim: see `MinibatchDiscrimination`; without kernels it has none.
    """

    def __init__(
        self,
        inputs: tuple[int, ...],
        n_classes: int,
        channels: Sequence[int],
        *,
        dropout: float = 0.5,
        input_noise: float = 0.0,
        n_kernels: int = 0,
        kernel_dim: int = 30,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.input_noise = input_noise
        layers: list[nn.Module] = []
        before, (height, width) = inputs[0], inputs[1:]
        for place, after in enumerate(channels):
            stride = 1 + (place % 2 == 0)
            layers.append(nn.Conv2d(before, after, 3, stride, padding=1, bias=bias))
            layers += [nn.BatchNorm2d(after)] if place else []
            layers += [nn.LeakyReLU(0.2), nn.Dropout(dropout)]
            height, width = -(-height // stride), -(-width // stride)
            before = after
        features = prod((before, height, width))
        self.body = nn.Sequential(*layers, nn.Flatten())
        self.beside = MinibatchDiscrimination(features, n_kernels, kernel_dim)
        self.source = nn.Linear(features + n_kernels, 1)
        self.label = nn.Linear(features + n_kernels, n_classes)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if self.training and self.input_noise:
            x = x + self.input_noise * torch.randn_like(x)
        features = self.beside(self.body(x))
        return self.source(features)[:, 0], self.label(features)


class MinibatchDiscrimination(nn.Module):
    """Features `(b, d)` with `n_kernels` more that say how alike a batch is: each is the sum over
    the batch of exp(-L1 distance) of projections to `kernel_dim` dimensions (Salimans et al., 2016,
    Improved techniques for training GANs).

    The weights begin as those of the layer for Keras, whose Glorot bounds count the kernels as a
    receptive field: at larger ones all distances are so long that their exponentials vanish.
    """

    def __init__(self, n_features: int, n_kernels: int, kernel_dim: int) -> None:
        super().__init__()
        self.n_kernels = n_kernels
        self.weight = nn.Parameter(torch.empty(n_features, n_kernels * kernel_dim))
        bound = sqrt(6 / (max(n_kernels, 1) * (n_features + kernel_dim)))
        nn.init.uniform_(self.weight, -bound, bound)

    def forward(self, features: Tensor) -> Tensor:
        if not self.n_kernels:
            return features
        projected = (features @ self.weight).reshape(len(features), self.n_kernels, -1)
        each = projected.transpose(0, 1).contiguous()
        distances = torch.cdist(each, each, p=1)
        return torch.cat([features, (-distances).exp().sum(2).T], dim=1)
