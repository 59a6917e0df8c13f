"""A codec as a torch module, so that a network with its codec is one graph from rows to logits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from tscbench.tabular.codec import Affine, Block, Codec, RankGauss


def codec_module(codec: Codec) -> nn.Module:
    """`codec.encode` as a module: rows `(n, d)` of any float type to `(n, width)` float32.

    It computes in float64, as the codec does, and exports to ONNX with any number of rows.
    """
    numbers = [block for block in codec.blocks if block.numeric]
    return _Joined(
        [
            _Affine([block for block in numbers if isinstance(block.scaling, Affine)]),
            _Ranked([block for block in numbers if isinstance(block.scaling, RankGauss)]),
            _Flags([block for block in numbers if block.missing]),
            _Levels([block for block in codec.blocks if not block.numeric]),
        ]
    )


class _Part(nn.Module):
    """Makes some of the encoded columns, `places` among all of them, from `columns` of the rows."""

    columns: Tensor

    def __init__(self, columns: Sequence[int], places: Sequence[int]) -> None:
        super().__init__()
        self.places = list(places)
        self.register_buffer("columns", torch.tensor(columns, dtype=torch.int64))

    def keep(self, **numbers: Sequence[float] | np.ndarray) -> None:
        """Buffers of float64."""
        for name, values in numbers.items():
            self.register_buffer(name, torch.as_tensor(np.asarray(values, np.float64)))


class _Joined(nn.Module):
    """The parts that make any column, with all columns in their order."""

    order: Tensor

    def __init__(self, parts: list[_Part]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(part for part in parts if part.places)
        places = [place for part in parts for place in part.places]
        self.register_buffer("order", torch.as_tensor(np.argsort(places)))

    def forward(self, x: Tensor) -> Tensor:
        x = x.double()
        made = torch.cat([part(x) for part in self.parts], dim=1)
        return made[:, self.order].float()


class _Affine(_Part):
    """(x - centre) / spread, with the fill for what is missing."""

    fill: Tensor
    centre: Tensor
    spread: Tensor

    def __init__(self, blocks: list[Block]) -> None:
        super().__init__([b.column for b in blocks], [b.start for b in blocks])
        scalings = [b.scaling for b in blocks if isinstance(b.scaling, Affine)]
        self.keep(
            fill=[b.fill for b in blocks],
            centre=[s.centre for s in scalings],
            spread=[s.spread for s in scalings],
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, self.columns]
        return (torch.where(x.isnan(), self.fill, x) - self.centre) / self.spread


class _Ranked(_Part):
    """Normal scores, interpolated between training values; `np.interp` of all columns at once.

    values, scores: `(columns, steps)`, filled up to a power of two with infinity and the last
    score, and laid end to end.
    """

    fill: Tensor
    values: Tensor
    scores: Tensor
    first: Tensor
    last: Tensor

    def __init__(self, blocks: list[Block]) -> None:
        super().__init__([b.column for b in blocks], [b.start for b in blocks])
        scalings = [b.scaling for b in blocks if isinstance(b.scaling, RankGauss)]
        counts = np.array([len(s.values) for s in scalings], dtype=np.int64)
        self.steps = 1 << int(counts.max(initial=1)).bit_length()
        values = np.full((len(blocks), self.steps), np.inf)
        scores = np.zeros_like(values)
        for i, scaling in enumerate(scalings):
            values[i, : counts[i]] = scaling.values
            scores[i] = scaling.forward(values[i])
        self.keep(fill=[b.fill for b in blocks], values=values.ravel(), scores=scores.ravel())
        first = np.arange(len(blocks)) * self.steps
        self.register_buffer("first", torch.as_tensor(first))
        self.register_buffer("last", torch.as_tensor(first + counts - 1))

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, self.columns]
        x = torch.where(x.isnan(), self.fill, x)
        below = self.first.expand(x.shape)
        step = self.steps // 2
        while step:  # the place of the last value that is not above x, by bisection
            further = below + step
            below = torch.where(self.values[further] <= x, further, below)
            step //= 2
        below = torch.minimum(below, self.last)
        above = torch.minimum(below + 1, self.last)
        width = torch.where(above > below, self.values[above] - self.values[below], 1.0)
        share = ((x - self.values[below]) / width).clamp(0.0, 1.0)
        return self.scores[below] + share * (self.scores[above] - self.scores[below])


class _Flags(_Part):
    """1 where a number is missing."""

    def __init__(self, blocks: list[Block]) -> None:
        super().__init__([b.column for b in blocks], [b.start + 1 for b in blocks])

    def forward(self, x: Tensor) -> Tensor:
        return x[:, self.columns].isnan().double()


class _Levels(_Part):
    """1 at the level of a category. Absent: the level that means missing, -1 where none does."""

    level: Tensor
    absent: Tensor

    def __init__(self, blocks: list[Block]) -> None:
        each = [(b, place) for b in blocks for place in range(b.start, b.stop)]
        super().__init__([b.column for b, _ in each], [place for _, place in each])
        self.keep(
            level=[place - b.start for b, place in each],
            absent=[b.stop - b.start - 1 if b.missing else -1 for b, _ in each],
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, self.columns]
        return (torch.where(x.isnan(), self.absent, x) == self.level).double()
