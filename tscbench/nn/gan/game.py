"""The game of an AC-GAN: the steps of both networks, and how an interrupted one goes on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tscbench.contracts.errors import DataError, Diverged
from tscbench.contracts.progress import Progress
from tscbench.contracts.types import Rng, Rows
from tscbench.nn.devices import choose_device, laid_out, memory_said, precision, seeded_on
from tscbench.nn.feeding import as_tensor
from tscbench.nn.fitting import normalised
from tscbench.nn.gan.acgan import AcGan
from tscbench.nn.states import as_bytes, from_bytes, random_numbers, set_random_numbers

CLIP = math.log(1e7 - 1)
"""Bound of the source's logits: Keras clips probabilities at 1e-7, and beyond a target of more than
1 would reward certainty without end."""


def fit_acgan(
    build: Callable[[], AcGan],
    train: Rows,
    rng: Rng,
    progress: Progress,
    *,
    device: str | None = None,
) -> AcGan:
    """The AC-GAN that `build` makes, played on images uint8 `(n, c, h, w)` whose class is known.

    build: makes both networks, anew or as an earlier game left them; its draws follow `rng`.
    device: see `choose_device`.

    A game that was interrupted goes on where it last kept its state, and ends the same to the bit
    on a CPU. On a GPU it does not repeat, and computes in bfloat16 where `Play` does not say.

    Raises:
        Diverged: the loss became NaN or infinite.
        DataError: fewer than two images have a class, a batch is too small to be normalised, or
            the device's memory is too small.
        SpecError: the device is not there.
    """
    rows = _labelled(train)
    where = choose_device(device)
    with seeded_on(where, int(rng.integers(2**31))), memory_said(where):
        game = Game(build(), where)
        game.restore(progress.saved())
        x = laid_out(as_tensor(rows.x), where)
        y = torch.as_tensor(rows.y, dtype=torch.long, device=where)
        for epoch in progress(range(game.done, game.gan.play.epochs)):
            with normalised():
                game.run_epoch(x, y, epoch)
            progress.save(game.state)
    for net in game.networks:
        net.cpu()
    return replace(game.gan, snapshots=game.snapshots)


def _labelled(train: Rows) -> Rows:
    known = np.zeros(len(train), bool) if train.y is None else train.y >= 0
    if known.sum() < 2:
        raise DataError(
            f"{known.sum()} of {len(train)} training images have a class; an AC-GAN needs two or "
            "more: give them their labels"
        )
    return train.take(known)


class Game:
    """An AC-GAN in training, with all that it takes to go on after an interruption."""

    def __init__(self, gan: AcGan, device: torch.device) -> None:
        self.gan, self.device, self.done = gan, device, 0
        self.snapshots: dict[int, dict[str, Tensor]] = {}
        self.networks = [laid_out(net, device) for net in (gan.generator, gan.discriminator)]
        self.adam_g, self.adam_d = (self._adam(net) for net in self.networks)
        self.classes = torch.as_tensor(gan.classes, device=device)

    def _adam(self, net: nn.Module) -> torch.optim.Adam:
        play = self.gan.play
        betas = (play.beta1, 0.999)
        return torch.optim.Adam(net.parameters(), play.learning_rate, betas, fused=True)

    def run_epoch(self, x: Tensor, y: Tensor, epoch: int) -> None:
        """One epoch on all images `(n, c, h, w)` uint8 and classes `(n,)`."""
        play = self.gan.play
        losses = []
        for number, index in enumerate(self._batches(len(x))):
            number += epoch * (len(x) // len(index))
            flipped = play.flip_every > 0 and (number + 1) % play.flip_every == 0
            real = laid_out(x[index], self.device).float() / 127.5 - 1
            losses.append(self.run_batch(real, y[index], flipped=flipped))
        self.done = epoch + 1
        if not math.isfinite(loss := float(torch.stack(losses).mean())):
            raise Diverged(
                f"the loss of the two networks is {loss} in epoch {self.done}; it must stay "
                "finite: lower learning_rate"
            )
        if self.done in play.keep_epochs:
            weights = self.gan.generator.state_dict()
            self.snapshots[self.done] = {k: v.to("cpu", copy=True) for k, v in weights.items()}

    def _batches(self, n: int) -> Iterator[Tensor]:
        """Positions of the images of each batch; those that fill none are left out."""
        size = min(self.gan.play.batch, n)
        make = torch.randperm if self.gan.play.shuffle else torch.arange
        order: Tensor = make(n, device=self.device)
        yield from torch.split(order[: n - n % size], size)

    def run_batch(self, real: Tensor, y: Tensor, *, flipped: bool) -> Tensor:
        """The discriminator's rounds, then the generator's step; the sum of their losses."""
        play, generator = self.gan.play, self.gan.generator
        self.gan.discriminator.train()
        generator.train(not play.still)
        with torch.no_grad():
            fake, labels = self.draw(len(real))
        parts = [(real, y, not flipped), (fake, labels, flipped)]
        steps = [parts] if play.joint else [[part] for part in parts]
        losses = [self._step(self.adam_d, step) for _ in range(play.rounds) for step in steps]
        generator.train()
        self.gan.discriminator.requires_grad_(False)
        made, labels = self.draw(play.fresh * len(real))
        losses.append(self._step(self.adam_g, [(made, labels, True)]))
        self.gan.discriminator.requires_grad_(True)
        return torch.stack(losses).sum()

    def draw(self, n: int) -> tuple[Tensor, Tensor]:
        """n fake images `(n, c, h, w)` in [-1, 1], with classes that are drawn uniformly."""
        labels = self.classes[torch.randint(len(self.classes), (n,), device=self.device)]
        noise = torch.randn(n, self.gan.latent, device=self.device)
        with precision(self.device, self.gan.play.mixed):
            return self.gan.images(noise, labels).float(), labels

    def _step(self, adam: torch.optim.Adam, parts: list[tuple[Tensor, Tensor, bool]]) -> Tensor:
        """One step on images with their classes, and whether they are to be called real."""
        loss = torch.stack([self.loss(*part) for part in parts]).sum()
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
        return loss.detach()

    def loss(self, x: Tensor, labels: Tensor, real: bool) -> Tensor:
        """What the discriminator says of images, against their source and their classes."""
        play = self.gan.play
        with precision(self.device, play.mixed):
            source, named = self.gan.discriminator(x)
        z = source.float().clamp(-CLIP, CLIP)
        said = (functional.softplus(z) - self.target(z, real) * z).mean()
        right = functional.cross_entropy(named.float(), labels)
        loss: Tensor = play.source_weight * said + play.class_weight * right
        return loss

    def target(self, like: Tensor, real: bool) -> Tensor:
        """What the source is aimed at, of the shape of `like`."""
        if not self.gan.play.smoothing:
            return torch.full_like(like, float(real))
        low, high = (0.7, 1.2) if real else (0.0, 0.3)
        return torch.empty_like(like).uniform_(low, high)

    def state(self) -> bytes:
        """Everything that the epochs to come depend on."""
        return as_bytes(
            {
                "networks": [net.state_dict() for net in self.networks],
                "adams": [adam.state_dict() for adam in (self.adam_g, self.adam_d)],
                "done": self.done,
                "snapshots": self.snapshots,
                **random_numbers(self.device),
            }
        )

    def restore(self, kept: bytes | None) -> None:
        """Goes back to a state; None leaves everything as it is."""
        if kept is None:
            return
        state = from_bytes(kept)
        for net, weights in zip(self.networks, state["networks"], strict=True):
            net.load_state_dict(weights)
        for adam, moments in zip((self.adam_g, self.adam_d), state["adams"], strict=True):
            adam.load_state_dict(moments)
        self.done, self.snapshots = state["done"], state["snapshots"]
        set_random_numbers(state, self.device)
