"""The generator: transposed convolutions from noise times an embedding of the class."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from torch import Tensor, nn

from tscbench.nn import cut_middle, first_map


class Generator(nn.Module):
    """Noise `(b, latent)` and classes `(b,)` to images `(b, *outputs)` in [-1, 1].

    A linear layer makes a small map of `channels[0]`, and each transposed convolution of 5 × 5
    doubles it; the last map is cut to size in the middle. The ReLU comes before the batch
    normalisation, as in the published code; momentum and epsilon are those of Keras.
    """

    def __init__(
        self, outputs: tuple[int, ...], n_classes: int, latent: int, channels: Sequence[int]
    ) -> None:
        super().__init__()
        self.size = outputs[1:]
        self.base = (channels[0], *first_map(self.size, len(channels)))
        self.embedding = nn.Embedding(n_classes, latent)
        self.dense = nn.Linear(latent, prod(self.base))
        layers: list[nn.Module] = []
        for before, after in pairwise((*channels, outputs[0])):
            layers += [nn.ConvTranspose2d(before, after, 5, 2, padding=2, output_padding=1)]
            layers += [nn.ReLU(), nn.BatchNorm2d(after, eps=1e-3, momentum=0.01)]
        self.layers = nn.Sequential(*layers[:-2], nn.Tanh())

    def forward(self, noise: Tensor, labels: Tensor) -> Tensor:
        small = self.dense(noise * self.embedding(labels)).relu().unflatten(1, self.base)
        return cut_middle(self.layers(small), self.size)


def glorot(net: nn.Module) -> nn.Module:
    """The network with Glorot's normal weights, and biases of 0."""
    for part in net.modules():
        if isinstance(part, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.Embedding):
            nn.init.xavier_normal_(part.weight)
        if isinstance(part, nn.Linear | nn.Conv2d | nn.ConvTranspose2d) and part.bias is not None:
            nn.init.zeros_(part.bias)
    return net
