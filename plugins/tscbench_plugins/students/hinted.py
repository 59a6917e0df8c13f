"""Hinted: a network whose first layers learn the teacher's hidden layer before the rest learns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from tscbench import (
    Batch,
    CompressionSet,
    Diverged,
    Predictor,
    Progress,
    Rng,
    Rows,
    Schema,
    Spec,
    SpecError,
    student,
)


def _needs(params: Mapping[str, Any]) -> frozenset[str]:
    inner = params["student"]
    if inner.network is None:
        raise SpecError(f"student hinted: {inner} is no network with layers; choose one, as mlp")
    return frozenset(inner.needs | {"features"})


@student(
    source="Romero et al., 2015, FitNets: hints for thin deep nets",
    needs=_needs,
    offers=lambda params: params["student"].offers,
    requires=("torch",),
    small={"student": "mlp(epochs=2, hidden=[8])", "hint_epochs": 2},
)
def hinted(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    teacher: Predictor,
    *,
    student: Spec,
    hint: int = -2,
    guided: int = -2,
    hint_epochs: int = 50,
    hint_learning_rate: float = 1e-3,
) -> Predictor:
    """The student, whose layers up to the guided one have first learnt the teacher's hint layer.

    With a linear map after them they learn to give what that layer gives, on all inputs of the
    compression set, synthetic ones too; then the whole network learns the targets. Maps of
    images are brought to the size of the teacher's by averages and mapped by a convolution of 1
    × 1, where the source lets a larger one shrink them. The source's own objective is
    `soft(t_squared=false, temperature=3)`, whose weight it lets fall.

    Args:
        student: the network.
        hint: the teacher's layer, by its place among the top-level layers of its network.
        guided: the student's layer.
        hint_epochs: of the first stage; without any the network learns as it does alone.
        hint_learning_rate: of Adam in the first stage.
    """
    from tscbench.nn import as_it_is, fit_student, network_of, seeded_on, untrained
    from tscbench.nn import choose_device as chosen

    given = {"compression_set": compression_set, "valid": valid, "schema": schema}
    if not hint_epochs:
        return student(**given, rng=rng, progress=progress)
    network, images = student.network, "images" in schema.facts
    net = untrained(network, compression_set.rows.x, schema, rng)
    theirs, own = network_of(teacher, "the teacher"), np.random.default_rng(rng.integers(2**62))
    device = None if images else "cpu"
    with seeded_on(chosen(device), int(own.integers(2**31))):
        batches = partial(compression_set.batches, network.training.batch, own)
        told = _give_hints(
            (net, guided), (theirs, hint), batches, hint_epochs, hint_learning_rate, chosen(device)
        )
    fitted = fit_student(
        lambda: net,
        **given,
        rng=rng,
        progress=progress,
        training=network.training,
        encode=as_it_is,
        device=device,
    )
    return replace(fitted, history={**fitted.history, "hint_loss": told})


def _give_hints(
    ours: tuple[Any, int],
    theirs: tuple[Any, int],
    batches: Callable[[], Iterable[Batch]],
    epochs: int,
    rate: float,
    device: Any,
) -> list[float]:
    """The first stage, on networks with their layers; half the squared distance of each epoch."""
    import torch

    from tscbench.nn import features_of

    (net, guided), (teacher, hint) = ours, theirs
    net.to(device), teacher.to(device).eval()
    told = []
    with features_of(net[-1], guided) as given, features_of(teacher[-1], hint) as wanted:

        def met(step: Batch) -> None:
            x = torch.as_tensor(step.x, device=device).float()
            net(x)
            with torch.no_grad():
                teacher(x)

        with torch.no_grad():
            net.eval()
            met(next(iter(batches())))
        regressor = _regressor(given(), wanted()).to(device)
        learning = [*net.parameters(), *regressor.parameters()]
        adam = torch.optim.Adam(learning, rate, fused=True)
        net.train()
        for epoch in range(epochs):
            losses = []
            for step in batches():
                met(step)
                apart = regressor(given()) - wanted().reshape(len(step.x), *regressor.gives)
                loss = apart.flatten(1).square().sum(1).mean() / 2
                adam.zero_grad()
                loss.backward()
                adam.step()
                losses.append(loss.detach())
            told.append(float(torch.stack(losses).mean()))
            if not np.isfinite(told[-1]):
                raise Diverged(
                    f"the loss of the hints is {told[-1]} in epoch {epoch + 1}; it must stay "
                    "finite: lower hint_learning_rate"
                )
    net.cpu()
    return told


def _regressor(given: Any, wanted: Any) -> Any:
    """The map from the guided layer to the hint; `gives` is the shape of a row of what it gives."""
    from torch import nn

    if given.ndim == wanted.ndim == 4:
        sizes = nn.AdaptiveAvgPool2d(wanted.shape[2:])
        regressor = nn.Sequential(sizes, nn.Conv2d(given.shape[1], wanted.shape[1], 1))
        regressor.gives = wanted.shape[1:]
        return regressor
    widths = [z.flatten(1).shape[1] for z in (given, wanted)]
    regressor = nn.Sequential(nn.Flatten(), nn.Linear(*widths))
    regressor.gives = (widths[1],)
    return regressor
