"""How a network is trained, as one value; schedules; optimisers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi
from typing import Literal, TypeAlias

import torch
from torch import nn

Schedule: TypeAlias = Callable[[float], float]
"""The factor of the learning rate when a share, from 0 to 1, of all epochs is behind."""


def constant(done: float) -> float:
    """The same rate from first to last."""
    return 1.0


def cosine(done: float) -> float:
    """Down to 0 along half a cosine."""
    return (1 + cos(pi * done)) / 2


def falling(at: tuple[float, ...], factor: float) -> Schedule:
    """Times `factor` at each of these shares of all epochs.

    >>> [falling((0.5, 0.75), 0.1)(done) for done in (0.0, 0.5, 0.9)]
    [1.0, 0.1, 0.010000000000000002]
    """
    return lambda done: float(factor ** sum(done >= share for share in at))


@dataclass(frozen=True)
class Training:
    """How a network is trained.

    epochs: each is ⌈n_train / batch⌉ steps, for every compression set. batch: rows per step.
    learning_rate: at first; `schedule` says how it falls, from epoch to epoch.
    optimiser: adam is AdamW, whose weight decay is apart from the gradient; sgd has a momentum of
    `momentum`, and its weight decay is added to the gradient.
    clip: the largest norm that a gradient may have; None does not clip.
    patience: stop after so many epochs without a lower validation log loss, and return to the best
    epoch; None, or no labelled validation rows, trains for all epochs and keeps the last.
    mixed: bfloat16 in the forward pass; None: on a GPU. compile: with `torch.compile`.
    """

    epochs: int
    batch: int = 128
    learning_rate: float = 1e-3
    optimiser: Literal["adam", "sgd"] = "adam"
    momentum: float = 0.9
    weight_decay: float = 0.0
    schedule: Schedule = cosine
    clip: float | None = None
    patience: int | None = None
    mixed: bool | None = None
    compile: bool = False

    def rate(self, epoch: int) -> float:
        """The learning rate of an epoch, counted from 0."""
        return self.learning_rate * self.schedule(epoch / self.epochs)


def make_optimiser(net: nn.Module, training: Training) -> torch.optim.Optimizer:
    """The optimiser of all of a network's parameters."""
    rate, decay = training.learning_rate, training.weight_decay
    if training.optimiser == "adam":
        return torch.optim.AdamW(net.parameters(), rate, weight_decay=decay, foreach=True)
    return torch.optim.SGD(
        net.parameters(), rate, training.momentum, weight_decay=decay, foreach=True
    )
