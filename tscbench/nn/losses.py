"""The closed set of student losses, for torch: what `Targets` ask of a network's logits."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from tscbench.contracts.compression_set import Batch
from tscbench.contracts.errors import ContractError
from tscbench.contracts.types import Array, Link, Loss, Scale, Targets


def batch_loss(logits: Tensor, batch: Batch, link: Link) -> Tensor:
    """The sum over the batch's targets of their losses; `logits` is `(b, *k)`."""
    losses = [targets_loss(logits, targets, link) for targets in batch.targets]
    return torch.stack(losses).sum()


def targets_loss(logits: Tensor, targets: Targets, link: Link) -> Tensor:
    """One term: Σᵢ weightᵢ lossᵢ / b over all b rows; those without a target count with loss 0.

    The squared loss of a row is the mean over its outputs. Its cross-entropy is summed over
    classes under softmax and is the mean over labels under sigmoid. Under softmax logits are
    defined up to a shift, so both sides are centred before they are compared, unless the targets
    say `free_shift=False`.

    Raises:
        ContractError: a cross-entropy with targets that are not probabilities.
    """
    logits = logits.flatten(1)
    values = _tensor(targets.values, logits).reshape(logits.shape)
    weight = _tensor(targets.weight, logits)
    known = ~values.isnan()
    if link is Link.SOFTMAX:
        known = known.all(1, keepdim=True).expand_as(known)
    values = torch.where(known, values, 0.0)
    if targets.loss is Loss.SQUARED:
        errors = _squared(logits, values, targets, link)
    else:
        errors = _cross_entropy(logits / targets.temperature, values, targets.scale, link)
    return (weight * torch.where(known, errors, 0.0).mean(1)).mean()


def _tensor(values: float | Array | Tensor, like: Tensor) -> Tensor:
    return torch.as_tensor(values, dtype=like.dtype, device=like.device)


def _squared(logits: Tensor, values: Tensor, targets: Targets, link: Link) -> Tensor:
    scale = targets.scale
    if scale is not Scale.PROBABILITY and link is Link.SOFTMAX and targets.free_shift:
        logits = logits - logits.mean(1, keepdim=True)
        values = values - values.mean(1, keepdim=True)
    if scale is Scale.PROBABILITY and link is Link.SOFTMAX:
        logits = logits.softmax(1)
    if scale is Scale.PROBABILITY and link is Link.SIGMOID:
        logits = logits.sigmoid()
    return (logits - values).square()


def _cross_entropy(logits: Tensor, values: Tensor, scale: Scale, link: Link) -> Tensor:
    """`(b, k)`; also for values outside [0, 1], in which it is linear."""
    if scale is not Scale.PROBABILITY or link is Link.IDENTITY:
        raise ContractError(f"cross-entropy needs probabilities: scale is {scale}, link is {link}")
    if link is Link.SOFTMAX:
        return -values * logits.log_softmax(1) * logits.shape[1]  # a sum, once averaged
    return functional.softplus(logits) - values * logits
