"""A loss that a plugin adds to the training loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from tscbench.contracts.compression_set import Batch
from tscbench.contracts.types import Rng

AddedLoss: TypeAlias = Callable[[Tensor, Tensor, Batch, nn.Module, Rng], Tensor]
"""From inputs `(b, …)`, logits `(b, *k)`, the batch with its targets, the network and the rng of
the fit to a term of the loss."""


@dataclass(frozen=True, eq=False)
class Extra:
    """A term that is added to the loss of every step.

    keeps: what it owns by name, modules and optimisers, which a checkpoint keeps and brings back.
    optimiser: one of those, which steps with the network's by the gradient of the sum. A critic
    that learns by a loss of its own steps within `loss`.
    """

    loss: AddedLoss
    keeps: Mapping[str, nn.Module | torch.optim.Optimizer] = field(default_factory=dict)
    optimiser: torch.optim.Optimizer | None = None

    def state(self) -> dict[str, Any]:
        """The state of what it keeps, by name."""
        return {name: kept.state_dict() for name, kept in self.keeps.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Goes back to a state."""
        for name, kept in self.keeps.items():
            kept.load_state_dict(state[name])


MakeExtra: TypeAlias = Callable[[nn.Module], AbstractContextManager[Extra]]
"""Called with the network on its device, where torch is seeded; entered for as long as the fit."""
