"""The generator: transposed convolutions from noise that begins with the class."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from tscbench.nn import cut_middle, first_map


class Generator(nn.Module):
    """Noise `(b, latent)` and classes `(b,)` to images `(b, *outputs)` in [-1, 1].

    The class, as one of k, takes the place of the first k entries of the noise. A linear layer
    makes `channels[0]` numbers, the first transposed convolution a small map of them, and each of
    the others, of 4 × 4, doubles it; the last map is cut to size in the middle.
    """

    def __init__(
        self, outputs: tuple[int, ...], n_classes: int, latent: int, channels: Sequence[int]
    ) -> None:
        super().__init__()
        self.n_classes, self.size = n_classes, outputs[1:]
        self.dense = nn.Linear(latent, channels[0])
        first, *others = pairwise((*channels, outputs[0]))
        base = first_map(self.size, len(others))
        layers: list[nn.Module] = [nn.ConvTranspose2d(*first, base, bias=False)]
        for before, after in others:
            layers += [nn.BatchNorm2d(before), nn.ReLU()]
            layers.append(nn.ConvTranspose2d(before, after, 4, 2, padding=1, bias=False))
        self.layers = nn.Sequential(*layers, nn.Tanh())

    def forward(self, noise: Tensor, labels: Tensor) -> Tensor:
        told = one_hot(labels, self.n_classes).to(noise.dtype)
        given = torch.cat([told, noise[:, self.n_classes :]], dim=1)
        return cut_middle(self.layers(self.dense(given)[:, :, None, None]), self.size)


def normal(net: nn.Module) -> nn.Module:
    """The network with convolutions of N(0, 0.02²) and batch normalisations of N(1, 0.02²)."""
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02)
        elif isinstance(part, nn.BatchNorm2d):
            nn.init.normal_(part.weight, 1.0, 0.02)
    return net
