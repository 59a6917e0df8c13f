"""KDGAN: a student, a teacher and a discriminator of pairs of inputs and labels, in one game."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from tscbench.contracts.compression_set import CompressionSet
from tscbench.contracts.errors import SpecError
from tscbench.contracts.progress import Progress
from tscbench.contracts.types import Link, Predictor, Rng, Rows, Schema
from tscbench.nn.together.gradients import BOUND, Gradient, adversarial_loss
from tscbench.nn.together.laws import Distance, distance, judgements, scores, true_law
from tscbench.nn.together.turns import Player, Terms, Turns, take_turns


@dataclass(frozen=True)
class Stakes:
    """What each player minimises: see the student `kdgan`.

    adv_share: the student's share against the teacher's in the adversarial game, α. kd_weight_…: of
    the distance to the other's logits, β and γ. tau: of the concrete distribution, from first to
    last round.
    """

    adv_share: float = 1.0
    kd_weight_student: float = 0.0
    kd_weight_teacher: float = 0.0
    gradient: Gradient = "exact"
    n_samples: int = 25
    tau: tuple[float, float] = (1.0, 0.1)
    distillation: Distance = "logits"

    def tau_at(self, done: float) -> float:
        """It falls exponentially.

        >>> Stakes().tau_at(0.5)
        0.31622776601683794
        """
        first, last = self.tau
        return float(max(first * (last / first) ** done, last))


def network_of(fitted: Predictor, who: str) -> nn.Module:
    """A copy of the network of a fitted model, from rows to logits, that may go on learning.

    Raises:
        SpecError: it is none.
    """
    if not isinstance(fitted.model, nn.Module):
        what = "of no model" if fitted.model is None else f"a {type(fitted.model).__name__}"
        raise SpecError(f"{who} is {what}; only networks play: choose one, such as mlp")
    return deepcopy(fitted.model).requires_grad_(True)


def play_kdgan(
    student: Predictor,
    teacher: Predictor | None,
    discriminator: Predictor,
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    stakes: Stakes,
    turns: Turns,
    rounds: tuple[int, ...] = (20, 10, 10),
) -> Predictor:
    """The student after the game; `beside` has the teacher as it has become.

    student, teacher, discriminator: networks that were fitted on labels, of which copies go on.
    rounds: epochs of discriminator, teacher and student in each round. A player who has nothing to
    minimise has no turn.

    `history` has the terms of each player with their weights, `d_loss`, `t_adv`, `t_kd`, `c_adv`
    and `c_kd`, and as `train_loss` the sum of the student's.

    Raises:
        SpecError: a player is no network, or gives outputs of another shape.
        Diverged, DataError: see `take_turns`.
    """
    rows = compression_set.rows
    c, t = network_of(student, "the student"), None
    models = {"": checked(c, "the student", rows, schema)}
    if teacher is not None:
        t = checked(network_of(teacher, "the teacher"), "the teacher", rows, schema)
        models["teacher"] = t
    d = checked(network_of(discriminator, "the discriminator"), "the discriminator", rows, schema)
    game = Rules(c, d, t, schema.link, stakes)
    players = [
        Player(net, terms, epochs)
        for (net, terms, plays), epochs in zip(game.roles(), rounds, strict=True)
        if net is not None and plays
    ]
    device = None if "images" in schema.facts else "cpu"
    found = take_turns(
        players, models, compression_set, schema, rng, progress, turns, device=device
    )
    history = found[""].history
    ours = [history[name] for name in ("c_adv", "c_kd") if name in history]
    return replace(
        found[""],
        history={**history, "train_loss": [sum(terms) for terms in zip(*ours, strict=True)]},
        beside={name: model for name, model in found.items() if name},
    )


def checked(net: nn.Module, who: str, rows: Rows, schema: Schema) -> nn.Module:
    """The network, which must give logits of the schema's outputs.

    Raises:
        SpecError: it does not.
    """
    x = torch.as_tensor(rows.x[:2]).float()
    with torch.no_grad():
        shape = tuple(net.eval()(x).shape)
    if shape != (len(x), *schema.outputs):
        wanted = (len(x), *schema.outputs)
        raise SpecError(f"{who} gives shape {shape} for {len(x)} rows; it must give {wanted}")
    return net


@dataclass(frozen=True, eq=False)
class Rules:
    """What each player of KDGAN minimises; of NaGAN, which has no teacher."""

    c: nn.Module
    d: nn.Module
    t: nn.Module | None
    link: Link
    stakes: Stakes

    def roles(self) -> list[tuple[nn.Module | None, Terms, bool]]:
        """Discriminator, teacher and student with their losses, and whether each has one."""
        share, beta, gamma = self._weights()
        return [
            (self.d, self.discriminate, True),
            (self.t, self.teach, share < 1 or gamma > 0),
            (self.c, self.learn, share > 0 or beta > 0),
        ]

    def _weights(self) -> tuple[float, float, float]:
        s = self.stakes
        return s.adv_share, s.kd_weight_student, s.kd_weight_teacher

    def discriminate(self, x: Tensor, y: Tensor, done: float) -> Mapping[str, Tensor]:
        """True pairs are told from those of the student and of the teacher, whose laws are summed
        over all answers: nothing is drawn. Questions of unknown answer do not count."""
        law, known = true_law(y, self.link)
        share = self.stakes.adv_share
        with torch.no_grad():
            made = share * self._law(self.c, x) if share > 0 else torch.zeros_like(law)
            if self.t is not None and share < 1:
                made = made + (1 - share) * self._law(self.t, x)
        g = self._judged(x)
        loss = (law * functional.softplus(-g) + made * functional.softplus(g)).sum(-1)
        return {"d_loss": (loss * known).mean()}

    def learn(self, x: Tensor, y: Tensor, done: float) -> Mapping[str, Tensor]:
        """The student's terms."""
        share, weight, _ = self._weights()
        return self._terms("c", self.c, self.t, share, weight, x, done)

    def teach(self, x: Tensor, y: Tensor, done: float) -> Mapping[str, Tensor]:
        """The teacher's terms."""
        assert self.t is not None
        share, _, weight = self._weights()
        return self._terms("t", self.t, self.c, 1 - share, weight, x, done)

    def _terms(
        self,
        name: str,
        net: nn.Module,
        other: nn.Module | None,
        share: float,
        weight: float,
        x: Tensor,
        done: float,
    ) -> Mapping[str, Tensor]:
        logits, terms, s = net(x).float(), {}, self.stakes
        if share > 0:
            z = scores(logits, self.link)
            with torch.no_grad():
                g = self._judged(x)
            loss = adversarial_loss(z, g, s.gradient, n_samples=s.n_samples, tau=s.tau_at(done))
            terms[f"{name}_adv"] = share * loss
        if weight > 0 and other is not None:
            with torch.no_grad():
                towards = other(x).float()
            terms[f"{name}_kd"] = weight * distance(logits, towards, self.link, s.distillation)
        return terms

    def _law(self, net: nn.Module, x: Tensor) -> Tensor:
        return scores(net(x).float(), self.link).softmax(-1)

    def _judged(self, x: Tensor) -> Tensor:
        """The discriminator's logits for each answer."""
        return judgements(self.d(x).float(), self.link).clamp(-BOUND, BOUND)
