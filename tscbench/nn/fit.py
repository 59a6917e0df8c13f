"""The training loop of a network, for fixed and streaming compression sets."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property

import torch
from torch import Tensor, nn

from tscbench.contracts.compression_set import CompressionSet
from tscbench.contracts.errors import Diverged
from tscbench.contracts.progress import Progress
from tscbench.contracts.training import Training
from tscbench.contracts.types import Array, Link, Predictor, Rng, Rows, Schema
from tscbench.nn.devices import (
    choose_device,
    describe_device,
    laid_out,
    memory_said,
    precision,
    seeded_on,
)
from tscbench.nn.extra import Extra, MakeExtra
from tscbench.nn.feeding import Encode, Feed, feed_of
from tscbench.nn.fitting import check_weights, has_batch_norm
from tscbench.nn.losses import batch_loss
from tscbench.nn.predictor import module_predictor
from tscbench.nn.settings import learning_rate, make_optimiser
from tscbench.nn.states import as_bytes, from_bytes, random_numbers, set_random_numbers
from tscbench.nn.stopping import Best, log_loss


def as_it_is(x: Array) -> Array:
    """The rows themselves are the network's inputs."""
    return x


def fit_student(
    build: Callable[[], nn.Module],
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    training: Training,
    *,
    encode: Encode = as_it_is,
    device: str | None = None,
    block: int = 512,
    extra: MakeExtra | None = None,
) -> Predictor:
    """The network that `build` makes, fitted on a compression set; `model` is the module.

    build: makes the module, from inputs to logits `(b, *k)`; its draws follow `rng`.
    encode: from `(m, …)` of `Rows.x` to the module's inputs, which enter as float32.
    device: see `choose_device`. block: rows that are answered at a time.
    extra: a context that gives the `Extra` loss of the network that it is called with.

    A fit that was interrupted goes on where it last kept its state, and ends the same to the bit on
    a CPU. `history` has the `train_loss` of each epoch, the `extra_loss` that is a part of it, and
    with patience the `valid_loss`.

    Raises:
        Diverged: the loss or a weight became NaN or infinite.
        DataError: the device's memory is too small.
        SpecError: the device is not there.
    """
    where = choose_device(device)
    with seeded_on(where, int(rng.integers(2**31))), memory_said(where), ExitStack() as stack:
        net = laid_out(build(), where)
        added = stack.enter_context(extra(net)) if extra else None
        fit = Fit(net, make_optimiser(net, training), training, rng, added)
        fit.restore(progress.saved())
        feed = feed_of(compression_set, encode, where, joins=has_batch_norm(net))
        predictor = module_predictor(net, encode, schema, block=block, device=device)
        _train(fit, feed, predictor, valid, schema, progress)
        check_weights(net)
    said = "" if where.type == "cpu" else describe_device(where)
    return replace(predictor, history=fit.history, device=said, model=net.cpu())


def _train(
    fit: Fit, feed: Feed, predictor: Predictor, valid: Rows, schema: Schema, progress: Progress
) -> None:
    """The epochs that are left, each judged and kept; at the end the best one's weights."""
    training = fit.training
    for epoch in progress(range(fit.done, training.epochs)):
        if fit.is_over:
            break
        fit.run_epoch(feed, schema.link, epoch)
        progress.judge(predictor)
        if training.patience is not None:
            fit.note(log_loss(predictor.predict(valid.unlabelled()), valid, schema))
        progress.save(fit.state)
    if fit.best.weights is not None:
        fit.net.load_state_dict(fit.best.weights)


@dataclass
class Fit:
    """A network in training, with all that it takes to go on after an interruption."""

    net: nn.Module
    optimiser: torch.optim.Optimizer
    training: Training
    rng: Rng
    extra: Extra | None = None
    best: Best = field(default_factory=Best)
    history: dict[str, list[float]] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """Epochs behind."""
        return len(self.history.get("train_loss", ()))

    @property
    def place(self) -> torch.device:
        """Where the network lies."""
        return next(self.net.parameters()).device

    @property
    def is_over(self) -> bool:
        """Whether patience has run out."""
        patience = self.training.patience
        return patience is not None and self.best.is_over(patience)

    @cached_property
    def forward(self) -> Callable[[Tensor], Tensor]:
        """The network's forward pass, compiled where that is asked for."""
        return torch.compile(self.net) if self.training.compile else self.net

    def run_epoch(self, feed: Feed, link: Link, epoch: int) -> None:
        """One epoch of steps; leaves the network in evaluation mode."""
        training = self.training
        losses: list[Tensor] = []
        added: list[Tensor] = []
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(training, epoch)
        self.net.train()
        for x, batch in feed(training.batch, self.rng):
            with precision(x.device, training.mixed):
                z = self.forward(x)
            z = z.float()
            loss = batch_loss(z, batch, link)
            if self.extra is not None:
                term = self.extra.loss(x, z, batch, self.net, self.rng)
                loss = loss + term
                added.append(term.detach())
            self._descend(loss)
            losses.append(loss.detach())
        self.net.eval()
        self.record("train_loss", _finite(losses, epoch))
        if self.extra is not None:
            self.record("extra_loss", _finite(added, epoch))

    def _descend(self, loss: Tensor) -> None:
        """One step of the network, and of what learns with it."""
        beside = None if self.extra is None else self.extra.optimiser
        optimisers = [self.optimiser] if beside is None else [self.optimiser, beside]
        for optimiser in optimisers:
            optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        if self.training.clip is not None:
            nn.utils.clip_grad_norm_(self.net.parameters(), self.training.clip)
        for optimiser in optimisers:
            optimiser.step()

    def note(self, valid_loss: float) -> None:
        """Takes note of an epoch's validation loss."""
        self.record("valid_loss", valid_loss)
        self.best.note(valid_loss, self.net)

    def record(self, name: str, value: float) -> None:
        """Adds a figure of an epoch to the history."""
        self.history.setdefault(name, []).append(value)

    def state(self) -> bytes:
        """Everything that the epochs to come depend on."""
        return as_bytes(
            {
                "net": self.net.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "extra": {} if self.extra is None else self.extra.state(),
                "best": vars(self.best),
                "history": self.history,
                "rng": self.rng.bit_generator.state,
                **random_numbers(self.place),
            }
        )

    def restore(self, kept: bytes | None) -> None:
        """Goes back to a state; None leaves everything as it is."""
        if kept is None:
            return
        state = from_bytes(kept)
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        if self.extra is not None:
            self.extra.restore(state["extra"])
        self.best, self.history = Best(**state["best"]), state["history"]
        self.rng.bit_generator.state = state["rng"]
        set_random_numbers(state, self.place)


def _finite(losses: list[Tensor], epoch: int) -> float:
    """The mean of the steps' losses."""
    loss = float(torch.stack(losses).mean()) if losses else 0.0
    if not math.isfinite(loss):
        raise Diverged(
            f"the training loss is {loss} in epoch {epoch + 1}; it must stay finite: lower "
            "learning_rate, set clip, or look for huge values in the inputs or targets"
        )
    return loss
