"""One epoch of a student network, the same for fixed and streaming compression sets."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from tscbench.contracts.compression_set import CompressionSet
from tscbench.contracts.types import Array, Rng, Schema
from tscbench.nn.feeding import batches_of
from tscbench.nn.fitting import has_batch_norm
from tscbench.nn.losses import batch_loss


def student_epoch(
    net: nn.Module,
    optimiser: torch.optim.Optimizer,
    encode: Callable[[Array], Array],
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    batch: int,
) -> float:
    """Trains `net` on one epoch of batches and returns the mean loss of its steps.

    encode: from `(b, …)` of `Rows.x` to the inputs of `net`, as numpy.
    """
    net.train()
    losses = []
    for step in batches_of(compression_set, batch, rng, joins=has_batch_norm(net)):
        x = torch.as_tensor(encode(step.x), dtype=torch.float32)
        loss = batch_loss(net(x), step, schema.link)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(loss.detach())
    return float(torch.stack(losses).mean()) if losses else 0.0
