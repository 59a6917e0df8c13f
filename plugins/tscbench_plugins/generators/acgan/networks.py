"""The two networks of the AC-GAN, and how a generator's raw outputs become encoded columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

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
    """Shared rectified layers, with a slope below 0, under two heads: real against fake `(b,)`, and
    the class `(b, k)`."""

    def __init__(
        self,
        width: int,
        hidden: Sequence[int],
        classes: int,
        dropout: float,
        minibatch_spread: bool,
        slope: float = 0.2,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for n_in, n_out in zip((width, *hidden), hidden, strict=False):
            layers += [nn.Linear(n_in, n_out), nn.LeakyReLU(slope)]
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


@dataclass(frozen=True, eq=False)
class Heads:
    """From a generator's raw outputs `(b, width)` to encoded rows, all columns at once.

    gather: `(categories · levels,)` raw columns block by block, each block filled up to the most
    levels with the column after the last. pick: `(width,)` where each encoded column lies in
    (raw outputs, relaxed flags, relaxed levels).
    """

    gather: Tensor
    levels: int
    pick: Tensor
    linear: bool

    def __call__(self, raw: Tensor, temperature: float) -> Tensor:
        """Numeric columns are linear; levels and missing flags are relaxed draws.

        Those are softmax or sigmoid of (raw + noise) / temperature; their largest entry is an
        exact draw at any temperature.
        """
        if self.linear:
            return raw
        uniform = torch.rand_like(raw).clamp(1e-6, 1 - 1e-6)
        flags = torch.sigmoid((raw + torch.logit(uniform)) / temperature)
        gumbel = (raw - torch.log(-torch.log(uniform))) / temperature
        padded = functional.pad(gumbel, (0, 1), value=-torch.inf).index_select(1, self.gather)
        levels = padded.unflatten(1, (-1, self.levels)).softmax(2).flatten(1)
        return torch.cat([raw, flags, levels], dim=1).index_select(1, self.pick)


def heads(blocks: Sequence[Block], width: int) -> Heads:
    """The heads that suit the blocks of a codec of this width."""
    sizes = [block.stop - block.start for block in blocks if not block.numeric]
    most = max(sizes, default=1)
    gather: list[int] = []
    pick = list(range(width))
    for block in blocks:
        columns = list(range(block.start, block.stop))
        if block.numeric:
            pick[block.start + 1 : block.stop] = [width + c for c in columns[1:]]
        else:
            pick[block.start : block.stop] = [
                2 * width + len(gather) + i for i in range(len(columns))
            ]
            gather += columns + [width] * (most - len(columns))
    return Heads(
        torch.tensor(gather, dtype=torch.long),
        most,
        torch.tensor(pick),
        linear=pick == list(range(width)),
    )
