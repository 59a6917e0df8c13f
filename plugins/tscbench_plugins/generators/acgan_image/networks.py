"""The generator: transposed convolutions from noise times an embedding of the class."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from torch import Tensor, nn


class Generator(nn.Module):
    """Noise `(b, latent)` and classes `(b,)` to images `(b, *outputs)` in [-1, 1].

    A linear layer makes a small map of `channels[0]`, and each transposed convolution of 5 × 5
    doubles it: the first map has ⌈size / 2^n⌉ to a side for n convolutions, and the last one is cut
    to size in the middle. The ReLU comes before the batch normalisation, as in the published code;
    momentum and epsilon are those of Keras.
    """

    def __init__(
        self, outputs: tuple[int, ...], n_classes: int, latent: int, channels: Sequence[int]
    ) -> None:
        super().__init__()
        self.size = outputs[1:]
        sides = (-(-side // 2 ** len(channels)) for side in self.size)
        self.base = (channels[0], *sides)
        self.embedding = nn.Embedding(n_classes, latent)
        self.dense = nn.Linear(latent, prod(self.base))
        layers: list[nn.Module] = []
        for before, after in pairwise((*channels, outputs[0])):
            layers += [nn.ConvTranspose2d(before, after, 5, 2, padding=2, output_padding=1)]
            layers += [nn.ReLU(), nn.BatchNorm2d(after, eps=1e-3, momentum=0.01)]
        self.layers = nn.Sequential(*layers[:-2], nn.Tanh())

    def forward(self, noise: Tensor, labels: Tensor) -> Tensor:
        small = self.dense(noise * self.embedding(labels)).relu().unflatten(1, self.base)
        whole = self.layers(small)
        top, left = ((a - b) // 2 for a, b in zip(whole.shape[2:], self.size, strict=True))
        return whole[:, :, top : top + self.size[0], left : left + self.size[1]]


def glorot(net: nn.Module) -> nn.Module:
    """The network with Glorot's normal weights, and biases of 0."""
    for part in net.modules():
        if isinstance(part, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.Embedding):
            nn.init.xavier_normal_(part.weight)
        if isinstance(part, nn.Linear | nn.Conv2d | nn.ConvTranspose2d) and part.bias is not None:
            nn.init.zeros_(part.bias)
    return net
