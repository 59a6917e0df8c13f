"""The batches of an epoch as tensors; rows that stay the same lie on the device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

import numpy as np
import torch
from torch import Tensor

from tscbench.contracts.types import Array, Batch, CompressionSet, Rng, Rows, Targets
from tscbench.nn.devices import laid_out

Encode: TypeAlias = Callable[[Array], Array]
"""From `(m, …)` of `Rows.x` to a network's inputs, as numpy."""


class Feed(Protocol):
    """One epoch of batches: inputs `(b, …)` float32, and the batch with its targets."""

    def __call__(self, size: int, rng: Rng) -> Iterator[tuple[Tensor, Batch]]: ...


def feed_of(given: CompressionSet, encode: Encode, device: torch.device, at_least: int = 1) -> Feed:
    """The feed of a compression set: the same batches as of `given.batches`.

    at_least: 2 where a batch of one row is to hold it twice, as batch normalisation needs.
    """
    changes = given.fresh is not None or given.transform is not None
    if changes or any(t.noise for t in given.targets):
        return _Sent(given, encode, device, at_least)
    positions = Rows(np.arange(len(given.rows)), None, given.rows.id)
    x = laid_out(as_tensor(encode(given.rows.x)), device)
    targets = tuple(_resident(t, device) for t in given.targets)
    return _Resident(replace(given, rows=positions, targets=()), x, targets, at_least)


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
    at_least: int

    def __call__(self, size: int, rng: Rng) -> Iterator[tuple[Tensor, Batch]]:
        for step in self.positions.batches(size, rng):
            index: Any = torch.from_numpy(_filled(step.x, self.at_least)).to(self.x.device)
            x = laid_out(self.x[index], self.x.device).float()
            yield x, Batch(step.x, tuple(_take(t, index) for t in self.targets))


def _take(targets: Targets, index: Any) -> Targets:
    weight: Any = targets.weight
    return replace(
        targets, values=targets.values[index], weight=weight[index] if weight.ndim else weight
    )


def _filled(index: Array, at_least: int) -> Array:
    """The rows, each repeated where they are too few."""
    return np.repeat(index, at_least) if len(index) < at_least else index


@dataclass(frozen=True, eq=False)
class _Sent:
    """A set whose batches are sent as they are drawn."""

    given: CompressionSet
    encode: Encode
    device: torch.device
    at_least: int

    def __call__(self, size: int, rng: Rng) -> Iterator[tuple[Tensor, Batch]]:
        for step in self.given.batches(size, rng):
            index = _filled(np.arange(len(step.x)), self.at_least)
            x = laid_out(as_tensor(self.encode(step.x[index])), self.device).float()
            yield x, Batch(step.x, tuple(t.take(index) for t in step.targets))
