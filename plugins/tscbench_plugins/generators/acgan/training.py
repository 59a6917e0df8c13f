"""The adversarial game: alternating Adam steps of discriminator and generator."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, softplus

from tscbench.nn import check_finite

from .networks import Discriminator

Draw = Callable[[nn.Module, Tensor], Tensor]


@dataclass(frozen=True)
class Schedule:
    """How the game is played; see the parameters of `acgan`."""

    epochs: int
    batch: int
    learning_rate: float
    discriminator_learning_rate: float
    beta1: float
    class_weight: float
    averaging: float
    instance_noise: float
    label_smoothing: float
    decay: bool

    def slowing(self, done: float) -> float:
        """The factor of both learning rates when the share `done` of all steps is behind."""
        return min(1.0, 2.0 - 2.0 * done) if self.decay else 1.0


@dataclass(frozen=True, eq=False)
class Game:
    """Both players with their optimisers; `draw(generator, labels)` makes fake encoded rows."""

    generator: nn.Module
    discriminator: Discriminator
    draw: Draw
    schedule: Schedule
    adam_g: torch.optim.Adam
    adam_d: torch.optim.Adam

    def blur(self, x: Tensor) -> Tensor:
        sd = self.schedule.instance_noise
        return x + sd * torch.randn_like(x) if sd else x

    def teach_discriminator(self, x: Tensor, y: Tensor, labels: Tensor) -> Tensor:
        """One step on real rows `x` of classes `y` and fake rows of classes `labels`."""
        with torch.no_grad():
            fake = self.draw(self.generator, labels)
        source_real, label_real = self.discriminator(self.blur(x))
        source_fake, label_fake = self.discriminator(self.blur(fake))
        smoothing = self.schedule.label_smoothing
        source = softplus(-source_real).mean() + smoothing * source_real.mean()
        source = source + softplus(source_fake).mean()
        named = cross_entropy(label_real, y) + cross_entropy(label_fake, labels)
        return _step(self.adam_d, source + self.schedule.class_weight * named)

    def teach_generator(self, labels: Tensor) -> Tensor:
        """One step towards rows that pass for real ones and for their class."""
        source, label = self.discriminator(self.blur(self.draw(self.generator, labels)))
        named = cross_entropy(label, labels)
        return _step(self.adam_g, softplus(-source).mean() + self.schedule.class_weight * named)


def play(
    generator: nn.Module,
    discriminator: Discriminator,
    draw: Draw,
    x: Tensor,
    y: Tensor,
    prior: Tensor,
    schedule: Schedule,
    progress: Callable[[Iterable[int]], Iterable[int]],
) -> nn.Module:
    """The fitted generator, its weights averaged over the last steps.

    x: encoded real rows `(n, width)`; y: their classes `(n,)`; prior: law of the fake classes.
    """
    game = Game(
        generator,
        discriminator,
        draw,
        schedule,
        _adam(generator, schedule),
        _adam(discriminator, schedule),
    )
    average = deepcopy(generator).requires_grad_(False)
    size = min(schedule.batch, len(x))
    per_epoch = len(x) // size
    step = 0
    for epoch in progress(range(schedule.epochs)):
        loss = torch.zeros(())
        for index in torch.randperm(len(x))[: per_epoch * size].split(size):
            slowing = schedule.slowing(step / (schedule.epochs * per_epoch))
            _set_rate(game.adam_g, schedule.learning_rate * slowing)
            _set_rate(game.adam_d, schedule.discriminator_learning_rate * slowing)
            loss = game.teach_discriminator(x[index], y[index], _labels(prior, size))
            loss = loss + game.teach_generator(_labels(prior, size))
            step += 1
            _follow(average, generator, max(1.0 - schedule.averaging, 1.0 / step))
        check_finite(float(loss), "generator acgan", epoch)
    return average


def _adam(net: nn.Module, schedule: Schedule) -> torch.optim.Adam:
    return torch.optim.Adam(net.parameters(), betas=(schedule.beta1, 0.999), foreach=True)


def _set_rate(adam: torch.optim.Adam, rate: float) -> None:
    adam.param_groups[0]["lr"] = rate


def _step(adam: torch.optim.Adam, loss: Tensor) -> Tensor:
    adam.zero_grad()
    loss.backward()
    adam.step()
    return loss.detach()


def _labels(prior: Tensor, n: int) -> Tensor:
    return torch.multinomial(prior, n, replacement=True)


def _follow(average: nn.Module, net: nn.Module, share: float) -> None:
    with torch.no_grad():
        torch._foreach_lerp_(list(average.parameters()), list(net.parameters()), share)
