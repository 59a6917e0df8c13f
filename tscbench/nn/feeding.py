"""The batches of an epoch as tensors; rows that stay the same lie on the device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

import numpy as np
import torch
from torch import Tensor

from tscbench.contracts.compression_set import Batch, CompressionSet, join_batches
from tscbench.contracts.types import Array, Rng, Rows, Targets
from tscbench.nn.devices import laid_out

Encode: TypeAlias = Callable[[Array], Array]
"""From `(m, …)` of `Rows.x` to a network's inputs, as numpy."""


class Feed(Protocol):
    """One epoch of batches: inputs `(b, …)` float32, and the batch with its targets."""

    def __call__(self, size: int, rng: Rng) -> Iterator[tuple[Tensor, Batch]]: ...


def feed_of(
    given: CompressionSet, encode: Encode, device: torch.device, *, joins: bool = False
) -> Feed:
    """The feed of a compression set: the same batches as of `given.batches`.

    joins: whether a row that is left over joins the batch before it, as batch normalisation needs.
    """
    changes = given.fresh is not None or given.transform is not None
    if changes or any(t.changes for t in given.targets):
        return _Sent(given, encode, device, joins)
    positions = Rows(np.arange(len(given.rows)), None, given.rows.id)
    x = laid_out(as_tensor(encode(given.rows.x)), device)
    targets = tuple(_resident(t, device) for t in given.targets)
    return _Resident(replace(given, rows=positions, targets=()), x, targets, joins)


def as_tensor(x: Array) -> Tensor:
    """The same numbers; bytes stay bytes, everything else becomes float32."""
    tensor = torch.from_numpy(np.require(x, requirements=["C", "W"]))
    return tensor if tensor.dtype == torch.uint8 else tensor.float()


def _resident(targets: Targets, device: torch.device) -> Targets:
    """The same targets as float32 tensors on the device."""
    values: Any = torch.as_tensor(targets.values, dtype=torch.float32, device=device)
    weight: Any = torch.as_tensor(targets.weight, dtype=torch.float32, device=device)
    return replace(targets, values=values, weight=weight)


@dataclass(frozen=True, eq=False)
class _Resident:
    """A fixed set, of which an epoch sends the positions alone."""

    positions: CompressionSet
    x: Tensor
    targets: tuple[Targets, ...]
    joins: bool

    def __call__(self, size: int, rng: Rng) -> Iterator[tuple[Tensor, Batch]]:
        for step in batches_of(self.positions, size, rng, joins=self.joins):
            index: Any = torch.from_numpy(step.x).to(self.x.device)
            x = laid_out(self.x[index], self.x.device).float()
            yield x, Batch(step.x, tuple(_take(t, index) for t in self.targets))


def _take(targets: Targets, index: Any) -> Targets:
    weight: Any = targets.weight
    return replace(
        targets, values=targets.values[index], weight=weight[index] if weight.ndim else weight
    )


def batches_of(
    given: CompressionSet, size: int, rng: Rng, *, joins: bool = False
) -> Iterator[Batch]:
    """The batches of an epoch; with `joins` a batch of one row becomes the end of the one before.

    Where there is none before, or rows are asked for one at a time, it is there twice.
    """
    steps = given.batches(size, rng)
    if not joins:
        yield from steps
        return
    before = next(steps, None)
    for step in steps:
        if before is not None and len(step.x) == 1 < size:
            before = join_batches([before, step])
            continue
        yield from _twice_if_alone(before)
        before = step
    yield from _twice_if_alone(before)


def _twice_if_alone(step: Batch | None) -> Iterator[Batch]:
    if step is not None:
        yield join_batches([step, step]) if len(step.x) == 1 else step


@dataclass(frozen=True, eq=False)
class _Sent:
    """A set whose batches are sent as they are drawn."""

    given: CompressionSet
    encode: Encode
    device: torch.device
    joins: bool

    def __call__(self, size: int, rng: Rng) -> Iterator[tuple[Tensor, Batch]]:
        for step in batches_of(self.given, size, rng, joins=self.joins):
            x = laid_out(as_tensor(self.encode(step.x)), self.device).float()
            yield x, step
