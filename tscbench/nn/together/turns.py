"""Networks that learn in turns: each by a loss of its own, while the others only answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from tscbench.contracts.compression_set import Batch, CompressionSet
from tscbench.contracts.errors import DataError, Diverged
from tscbench.contracts.progress import Progress
from tscbench.contracts.scales import one_hot
from tscbench.contracts.types import Loss, Predictor, Rng, Schema, Targets
from tscbench.nn.devices import (
    choose_device,
    describe_device,
    laid_out,
    memory_said,
    precision,
    seeded_on,
)
from tscbench.nn.feeding import Feed, feed_of
from tscbench.nn.fit import as_it_is
from tscbench.nn.fitting import check_weights, has_batch_norm
from tscbench.nn.predictor import module_predictor
from tscbench.nn.states import as_bytes, from_bytes, random_numbers, set_random_numbers

Terms: TypeAlias = Callable[[Tensor, Tensor, float], Mapping[str, Tensor]]
"""From inputs `(b, …)`, labels `(b, *k)` as probabilities, NaN where unknown, and the share of the
game that is behind, to the terms by name whose sum is minimised."""


@dataclass(frozen=True, eq=False)
class Player:
    """A network that takes turns.

    terms: its loss; other networks in it answer and learn nothing. epochs: of each turn.
    """

    net: nn.Module
    terms: Terms
    epochs: int = 1


@dataclass(frozen=True)
class Turns:
    """How a game is played, by Adam.

    epochs: rounds, in each of which every player has its turn. batch: rows of a step.
    variance_batches: after each round the variance of the gradient of the last player's terms is
    taken over so many batches, at weights that stay; 0 never does.
    """

    epochs: int
    batch: int
    learning_rate: float = 5e-4
    variance_batches: int = 0
    clip: float | None = None


def take_turns(
    players: Sequence[Player],
    models: Mapping[str, nn.Module],
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    turns: Turns,
    *,
    device: str | None = None,
) -> dict[str, Predictor]:
    """The models of a game, by name, once its rounds are played.

    models: from rows to logits, each of which is judged after every round, under its name; the
    first is the student, whose name is empty and whose `history` has the mean of each term.
    compression_set: its labels are what counts, of a streaming set those of each batch.

    A game that was interrupted goes on where it last kept its state, and ends the same to the bit
    on a CPU.

    Raises:
        Diverged: a term or a weight became NaN or infinite.
        DataError: there are no labels; the device's memory is too small.
    """
    where = choose_device(device)
    with seeded_on(where, int(rng.integers(2**31))), memory_said(where):
        each = dict.fromkeys((*models.values(), *(player.net for player in players)))
        nets = [laid_out(net, where) for net in each]
        game = Game(players, nets, turns, rng)
        game.restore(progress.saved())
        joins = any(has_batch_norm(net) for net in nets)
        feed = feed_of(by_labels(compression_set, schema), as_it_is, where, joins=joins)
        found = {
            name: module_predictor(net, as_it_is, schema, device=str(where))
            for name, net in models.items()
        }
        for round_ in progress(range(game.done, turns.epochs)):
            game.run_round(feed, round_)
            for name, predictor in found.items():
                progress.judge(predictor, name)
            progress.save(game.state)
        for net in nets:
            check_weights(net)
    said = "" if where.type == "cpu" else describe_device(where)
    fitted = {n: replace(p, device=said, model=models[n].cpu()) for n, p in found.items()}
    return fitted | {"": replace(fitted[""], history=game.history)}


def by_labels(given: CompressionSet, schema: Schema) -> CompressionSet:
    """The same set with its labels as targets, and nothing else.

    Raises:
        DataError: it has none.
    """
    if given.labels is None:
        raise DataError("the compression set has no labels, which a game between networks needs")
    targets = Targets(one_hot(given.labels, schema), Loss.CROSS_ENTROPY)
    if np.isnan(targets.values).all() and given.fresh is None:
        raise DataError("no label is known, and a game between networks needs some")
    draw = given.fresh

    def fresh(rng: Rng) -> Batch:
        assert draw is not None
        batch = draw(rng)
        return Batch(batch.x, (replace(targets, values=batch.targets[0].values),))

    return replace(given, targets=(targets,), fresh=None if draw is None else fresh)


@dataclass
class Game:
    """Players in training, with all that it takes to go on after an interruption. nets: theirs and
    those that only answer."""

    players: Sequence[Player]
    nets: Sequence[nn.Module]
    turns: Turns
    rng: Rng
    done: int = 0
    history: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rate = self.turns.learning_rate
        self.adams = [
            torch.optim.Adam(_learning(player.net), rate, fused=True) for player in self.players
        ]
        self.place = next(self.nets[0].parameters()).device

    def run_round(self, feed: Feed, number: int) -> None:
        """A turn of each player; leaves all networks in evaluation mode."""
        for net in self.nets:
            net.eval()
        for player, adam in zip(self.players, self.adams, strict=True):
            player.net.train()
            self._turn(player, adam, feed, number)
            player.net.eval()
        if self.turns.variance_batches:
            self._note_variances(feed, number)
        self.done = number + 1

    def _turn(self, player: Player, adam: torch.optim.Adam, feed: Feed, number: int) -> None:
        noted: dict[str, list[Tensor]] = {}
        for _ in range(player.epochs):
            for x, batch in feed(self.turns.batch, self.rng):
                terms = self._terms(player, x, batch, number)
                adam.zero_grad()
                torch.stack(list(terms.values())).sum().backward()  # type: ignore[no-untyped-call]
                if self.turns.clip is not None:
                    nn.utils.clip_grad_norm_(player.net.parameters(), self.turns.clip)
                adam.step()
                for name, term in terms.items():
                    noted.setdefault(name, []).append(term.detach())
        for name, values in noted.items():
            self._note(name, float(torch.stack(values).mean()), number)

    def _terms(self, player: Player, x: Tensor, batch: Batch, number: int) -> Mapping[str, Tensor]:
        y = torch.as_tensor(batch.targets[0].values, dtype=torch.float32, device=x.device)
        with precision(x.device, None):
            return player.terms(x, y, number / self.turns.epochs)

    def _note(self, name: str, value: float, number: int) -> None:
        if not math.isfinite(value):
            raise Diverged(
                f"the loss {name} is {value} in epoch {number + 1} of the game; it must stay "
                "finite: lower learning_rate, or look for huge values in the inputs"
            )
        self.history.setdefault(name, []).append(value)

    def _note_variances(self, feed: Feed, number: int) -> None:
        """Of each term of the last player: the variance of its gradient from batch to batch, mean
        over the weights. The game goes on as if nothing had been asked."""
        player, kept = self.players[-1], self.rng.bit_generator.state
        devices = [self.place] if self.place.type == "cuda" else []
        player.net.train()
        with torch.random.fork_rng(devices=devices):
            noted: dict[str, Moments] = {}
            count = 0
            while count < self.turns.variance_batches:
                for x, batch in feed(self.turns.batch, self.rng):
                    terms = self._terms(player, x, batch, number)
                    for name, term in terms.items():
                        noted.setdefault(name, Moments()).add(_gradient(term, player.net))
                    count += 1
        player.net.eval()
        self.rng.bit_generator.state = kept
        for name, moments in noted.items():
            self._note(f"{name}_gradient_variance", moments.variance(), number)

    def state(self) -> bytes:
        """Everything that the rounds to come depend on."""
        return as_bytes(
            {
                "nets": [net.state_dict() for net in self.nets],
                "adams": [adam.state_dict() for adam in self.adams],
                "done": self.done,
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
        for net, weights in zip(self.nets, state["nets"], strict=True):
            net.load_state_dict(weights)
        for adam, moments in zip(self.adams, state["adams"], strict=True):
            adam.load_state_dict(moments)
        self.done, self.history = state["done"], state["history"]
        self.rng.bit_generator.state = state["rng"]
        set_random_numbers(state, self.place)


@dataclass
class Moments:
    """Sums over gradients, from which their variance follows."""

    n: int = 0
    total: Any = 0.0
    squares: Any = 0.0

    def add(self, gradient: Tensor) -> None:
        """Counts one more."""
        g = gradient.double()
        self.n, self.total, self.squares = self.n + 1, self.total + g, self.squares + g.square()

    def variance(self) -> float:
        """(1 / n) Σ ‖g - ḡ‖², over the number of weights."""
        mean = self.total / self.n
        return float((self.squares / self.n - mean.square()).clamp(min=0).mean())


def _learning(net: nn.Module) -> list[nn.Parameter]:
    return [weight for weight in net.parameters() if weight.requires_grad]


def _gradient(term: Tensor, net: nn.Module) -> Tensor:
    found = torch.autograd.grad(term, _learning(net), retain_graph=True, allow_unused=True)
    pairs = zip(found, _learning(net), strict=True)
    return torch.cat([(torch.zeros_like(w) if g is None else g).flatten() for g, w in pairs])
