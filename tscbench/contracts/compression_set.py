"""The compression set: the inputs that a student learns from, with targets, and its batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from tscbench.contracts.types import Array, Rng, Rows, Targets


@dataclass(frozen=True, eq=False)
class Batch:
    """One step of a student's training: inputs `(b, …)` and the targets aligned with them."""

    x: Array
    targets: tuple[Targets, ...]


@dataclass(frozen=True, eq=False)
class CompressionSet:
    """The inputs a student learns from, with targets.

    rows, outputs, labels and targets are aligned; of a streaming set they hold the real rows only.
    outputs is None where the objective asks no teacher. labels are those of `Rows.y`.
    n_train: training rows of the split; n_left_out: rows that had no answer or no target. A field
    is `silent` if no student learns anything from it: equal fits are shared whatever it holds.
    real: `(m,)` bool, which of the rows are training rows; None where that is not known.
    fresh: of a streaming set: `fresh(rng)` draws and labels a block of synthetic rows.
    transform: `transform(x, rng)` changes the inputs of a batch, such as images that are mirrored
    at random; their targets stay.
    """

    rows: Rows
    outputs: Array | None
    labels: Array | None
    targets: tuple[Targets, ...]
    n_train: int
    n_left_out: int = field(default=0, metadata={"silent": True})
    p_fake: float = 0.0
    per_example: bool = False
    fresh: Callable[[Rng], Batch] | None = None
    real: Array | None = None
    transform: Callable[[Array, Rng], Array] | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return int(self.rows.x.nbytes + sum(t.values.nbytes for t in self.targets))

    def batches(self, size: int, rng: Rng) -> Iterator[Batch]:
        """One epoch: ⌈n_train / size⌉ batches for every arm, shuffled anew from `rng`."""
        for batch in self._batches(size, rng):
            x = batch.x if self.transform is None else self.transform(batch.x, rng)
            yield Batch(x, tuple(t.disturbed(rng) for t in batch.targets))

    def _batches(self, size: int, rng: Rng) -> Iterator[Batch]:
        real = _cycle(lambda _: Batch(self.rows.x, self.targets), size, rng)
        if self.fresh is None:
            for _ in range(-(-self.n_train // size)):
                yield next(real)
            return
        synthetic = _cycle(self.fresh, size, rng)
        for _ in range(-(-self.n_train // size)):
            if self.per_example:
                n_fake = int(rng.binomial(size, self.p_fake))
                parts = [(real, size - n_fake), (synthetic, n_fake)]
                yield join_batches([_head(next(source), n) for source, n in parts if n])
            else:
                yield next(synthetic if rng.random() < self.p_fake else real)


def _cycle(block: Callable[[Rng], Batch], size: int, rng: Rng) -> Iterator[Batch]:
    """Batches without end: each block is shuffled and served once, then the next is drawn."""
    while True:
        whole = block(rng)
        order = rng.permutation(len(whole.x))
        for start in range(0, len(order), size):
            yield _take(whole, order[start : start + size])


def _take(batch: Batch, index: Array) -> Batch:
    return Batch(batch.x[index], tuple(t.take(index) for t in batch.targets))


def _head(batch: Batch, n: int) -> Batch:
    return _take(batch, np.arange(min(n, len(batch.x))))


def join_batches(batches: list[Batch]) -> Batch:
    """One batch of the rows of all, in order."""
    x = np.concatenate([b.x for b in batches])
    terms = []
    for same in zip(*(b.targets for b in batches), strict=True):
        weight = np.concatenate([np.broadcast_to(t.weight, len(t.values)) for t in same])
        values = np.concatenate([t.values for t in same])
        terms.append(replace(same[0], values=values, weight=weight))
    return Batch(x, tuple(terms))
