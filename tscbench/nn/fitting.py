"""What fitting any network needs: reproducible randomness, a device, a check of the loss."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from tscbench.contracts.errors import DataError


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Inside, all of torch's CPU randomness (initial weights, dropout, draws) follows `seed`.

    On leaving it, torch's global state is what it was before.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


def pick_device() -> torch.device:
    """The CPU, always; `choose_device` looks further."""
    return torch.device("cpu")


def count_parameters(module: nn.Module) -> int:
    """How many numbers training may change."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def check_finite(loss: float, who: str, epoch: int) -> float:
    """`loss`, or the error that ends a diverged fit.

    Raises:
        DataError: the loss is NaN or infinite.
    """
    if not math.isfinite(loss):
        raise DataError(
            f"{who}: the training loss is {loss} in epoch {epoch + 1}; it must stay finite: "
            "lower learning_rate, or look for huge values in the inputs or targets"
        )
    return loss
