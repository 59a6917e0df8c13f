"""What a `Training` means for torch: the learning rate of an epoch, and the optimiser."""

from __future__ import annotations

from math import cos, pi

import torch
from torch import nn

from tscbench.contracts.training import Training


def learning_rate(training: Training, epoch: int) -> float:
    """The learning rate of an epoch, counted from 0.

    >>> halves = Training(epochs=4, schedule="falling", drops=(0.5, 0.75), factor=0.5)
    >>> [learning_rate(halves, epoch) for epoch in range(4)]
    [0.001, 0.001, 0.0005, 0.00025]
    """
    return training.learning_rate * _share(training, epoch / training.epochs)


def _share(training: Training, done: float) -> float:
    """What is left of the rate when a share, from 0 to 1, of all epochs is behind."""
    if training.schedule == "cosine":
        return (1 + cos(pi * done)) / 2
    if training.schedule == "falling":
        return float(training.factor ** sum(done >= drop for drop in training.drops))
    return 1.0


def make_optimiser(net: nn.Module, training: Training) -> torch.optim.Optimizer:
    """The optimiser of all of a network's parameters."""
    rate, decay = training.learning_rate, training.weight_decay
    if training.optimiser == "adam":
        return torch.optim.AdamW(net.parameters(), rate, weight_decay=decay, foreach=True)
    return torch.optim.SGD(
        net.parameters(), rate, training.momentum, weight_decay=decay, foreach=True
    )
