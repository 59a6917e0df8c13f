"""What fitting any network needs: reproducible randomness, a device, a check of the loss."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from tscbench.contracts.errors import DataError, Diverged


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


def has_batch_norm(net: nn.Module) -> bool:
    """Whether a network needs two rows or more in each batch."""
    return any(isinstance(part, nn.modules.batchnorm._BatchNorm) for part in net.modules())


@contextmanager
def normalised() -> Iterator[None]:
    """Inside, what torch says of a batch that cannot be normalised becomes a `DataError`."""
    try:
        yield
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):
            raise
        raise DataError(
            "a batch of one row cannot be normalised; batch normalisation needs two or more: give "
            "more training rows, or a batch of 2 or more"
        ) from error


def check_weights(net: nn.Module) -> None:
    """Raises `Diverged` where a network's weights or running figures are not finite."""
    if not all(bool(torch.isfinite(value).all()) for value in net.state_dict().values()):
        raise Diverged(
            "the network's weights are not finite after the last epoch; they must stay finite: "
            "lower learning_rate, set clip, or give more training rows"
        )


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
