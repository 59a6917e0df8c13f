"""The two networks of the AC-GAN, and how a generator's raw outputs become encoded columns."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from tscbench.tabular import Block


class Generator(nn.Module):
    """Noise `(b, latent)`, multiplied by an embedding of the class, through ReLU layers."""

    def __init__(self, classes: int, latent: int, hidden: Sequence[int], width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(classes, latent)
        layers: list[nn.Module] = []
        for n_in, n_out in zip((latent, *hidden), hidden, strict=False):
            layers += [nn.Linear(n_in, n_out), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Linear((latent, *hidden)[-1], width))

    def forward(self, noise: Tensor, label: Tensor) -> Tensor:
        return self.layers(noise * self.embedding(label))


class Discriminator(nn.Module):
    """Shared leaky layers under two heads: real against fake `(b,)`, and the class `(b, k)`."""

    def __init__(
        self,
        width: int,
        hidden: Sequence[int],
        classes: int,
        dropout: float,
        minibatch_spread: bool,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for n_in, n_out in zip((width, *hidden), hidden, strict=False):
            layers += [nn.Linear(n_in, n_out), nn.LeakyReLU(0.2)]
            layers += [nn.Dropout(dropout)] if dropout else []
        self.layers = nn.Sequential(*layers)
        top = (width, *hidden)[-1]
        self.minibatch_spread = minibatch_spread
        self.source = nn.Linear(top + minibatch_spread, 1)
        self.label = nn.Linear(top, classes)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features = self.layers(x)
        judged = features
        if self.minibatch_spread:
            spread = features.std(dim=0, correction=0).mean().expand(len(x), 1)
            judged = torch.cat([features, spread], dim=1)
        return self.source(judged)[:, 0], self.label(features)


def activate(raw: Tensor, blocks: Sequence[Block], temperature: float) -> Tensor:
    """Raw outputs `(b, width)` as encoded rows.

    Numeric columns are linear. Levels and missing flags are relaxed draws: softmax or sigmoid of
    (raw + noise) / temperature; their largest entry is an exact draw at any temperature.
    """
    if all(block.numeric and not block.missing for block in blocks):
        return raw
    uniform = torch.rand_like(raw).clamp(1e-6, 1 - 1e-6)
    gumbel = -torch.log(-torch.log(uniform))
    logistic = torch.logit(uniform)
    parts = []
    for block in blocks:
        part = slice(block.start, block.stop)
        if block.numeric:
            flag = slice(block.start + 1, block.stop)
            relaxed = torch.sigmoid((raw[:, flag] + logistic[:, flag]) / temperature)
            parts.append(torch.cat([raw[:, part][:, :1], relaxed], dim=1))
        else:
            parts.append(torch.softmax((raw[:, part] + gumbel[:, part]) / temperature, dim=1))
    return torch.cat(parts, dim=1)
