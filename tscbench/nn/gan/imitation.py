"""The fit of a DCGAN: against a critic, after another generator, or both at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tscbench.contracts.errors import DataError, Diverged
from tscbench.contracts.progress import Progress
from tscbench.contracts.types import Array, Rng
from tscbench.nn.devices import choose_device, memory_said, seeded_on
from tscbench.nn.gan.critics import Critics
from tscbench.nn.states import as_bytes, from_bytes

STREAK = 50
"""Steps after which a fit says how it goes, and may be kept."""

FEWEST_IMAGES = 2


@dataclass(frozen=True)
class Imitation:
    """How a generator learns: steps, and what it is to come near to.

    adv_weight: weight α of the critic against 1 - α of the squared error to the teacher's pixels; 1
    has no teacher, and 0 asks no critic and reads no image. learning_rate, beta1: of the
    generator's Adam; falling: its rate falls to 0 along half a cosine.
    """

    steps: int
    adv_weight: float
    critics: Critics
    learning_rate: float
    beta1: float = 0.5
    falling: bool = False

    def rate(self, step: int) -> float:
        """The generator's learning rate at a step."""
        fall = 0.5 * (1 + math.cos(math.pi * step / self.steps)) if self.falling else 1.0
        return self.learning_rate * fall


@dataclass(frozen=True)
class Networks:
    """Untrained: the generator and its critic; fitted: the teacher, where there is one."""

    generator: nn.Module
    critic: nn.Module
    latent: int
    teacher: nn.Module | None = None


def fit_dcgan(
    build: Callable[[], Networks], x: Array, rng: Rng, progress: Progress, how: Imitation
) -> tuple[nn.Module, dict[str, list[float]]]:
    """The generator that `build` makes, fitted, and figures of each 50 steps.

    build: makes the networks; its draws follow `rng`. x: real images uint8 `(n, c, h, w)`, which
    are padded with 0 to the size that is made; not read where the critic has no weight. Noise of
    the generator's steps, noise of the critic's, and the choice of real images have a stream each,
    so that students differ by what they minimise alone. The teacher, in evaluation mode, is copied
    and stays as it is.

    An interrupted fit goes on where it last kept its state, and ends the same to the bit on a CPU.

    Raises:
        DataError: fewer than two images, or the device's memory is too small.
        Diverged: the loss became NaN or infinite.
    """
    if how.adv_weight and len(x) < FEWEST_IMAGES:
        raise DataError(f"{len(x)} training images; a critic needs two or more: raise n_train")
    where = choose_device()
    seed = int(rng.integers(2**31))
    with seeded_on(where, seed), memory_said(where):
        game = _Game(build(), how, x, where, seed)
        game.restore(progress.saved())
        for streak in progress(range(game.done, -(-how.steps // STREAK))):
            game.run(streak)
            progress.save(game.state)
    return game.generator.cpu().eval(), game.history


@dataclass(eq=False)
class _Game:
    """A generator in training, with all that it takes to go on after an interruption."""

    networks: Networks
    how: Imitation
    x: Array
    device: torch.device
    seed: int
    done: int = 0
    history: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.generator, self.critic = self._laid(self.networks.generator), None
        if self.how.adv_weight:
            self.critic = self._laid(self.networks.critic)
        teacher = self.networks.teacher
        self.teacher = self._laid(deepcopy(teacher)).eval() if teacher is not None else None
        critics = self.how.critics
        self.adam = self._adam(self.generator, self.how.learning_rate, self.how.beta1)
        if self.critic is not None:
            self.adam_d = self._adam(self.critic, critics.learning_rate, critics.beta1)
        self.noises = {
            name: torch.Generator().manual_seed((self.seed + place) % 2**31)
            for place, name in enumerate(("generator", "critic", "real"), start=1)
        }

    def _laid(self, net: nn.Module) -> nn.Module:
        """Channels last, which is the quicker order on a CPU too."""
        return net.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    def _adam(self, net: nn.Module, rate: float, beta1: float) -> torch.optim.Adam:
        return torch.optim.Adam(net.parameters(), rate, (beta1, 0.999), fused=True)

    def run(self, streak: int) -> None:
        """The next steps, with the means of their figures."""
        figures: dict[str, list[Tensor]] = {}
        self.generator.train()
        for step in range(streak * STREAK, min((streak + 1) * STREAK, self.how.steps)):
            for name, value in self._step(step):
                figures.setdefault(name, []).append(value)
        self.done = streak + 1
        for name, values in figures.items():
            mean = float(torch.stack(values).mean())
            if not math.isfinite(mean):
                raise Diverged(
                    f"{name} is {mean} within {step + 1} steps; it must stay finite: lower "
                    "learning_rate"
                )
            self.history.setdefault(name, []).append(mean)

    def _step(self, step: int) -> Iterator[tuple[str, Tensor]]:
        if self.critic is not None:
            rounds = [self._critic_step(self.critic) for _ in range(self.how.critics.steps)]
            yield "critic_loss", torch.stack(rounds).mean()
        for group in self.adam.param_groups:
            group["lr"] = self.how.rate(step)
        z = self._noise("generator")
        made, weight, total = self.generator(z), self.how.adv_weight, []
        if self.teacher is not None:
            with torch.no_grad():
                aim = self.teacher(z)
            error = (made - aim).square().mean()
            total.append((1 - weight) * error)
            yield "squared_error", error.detach()
        if self.critic is not None:
            self.critic.requires_grad_(False)
            fooled = self._fooled(self.critic(made))
            self.critic.requires_grad_(True)
            total.append(weight * fooled)
            yield "adversarial_loss", fooled.detach()
        self._minimise(self.adam, torch.stack(total).sum())

    def _critic_step(self, critic: nn.Module) -> Tensor:
        critics = self.how.critics
        with torch.no_grad():
            made = self.generator(self._noise("critic"))
        real = self._real(made.shape[-1])
        if critics.loss == "gan":
            loss = (
                functional.softplus(-critic(real)).mean() + functional.softplus(critic(made)).mean()
            )
        else:
            loss = critic(made).mean() - critic(real).mean()
        if critics.loss == "wgan_gp":
            loss = loss + critics.penalty * self._penalty(critic, real, made)
        self._minimise(self.adam_d, loss)
        if critics.loss == "wgan_clip":
            with torch.no_grad():
                for weights in critic.parameters():
                    weights.clamp_(-critics.clip, critics.clip)
        return loss.detach()

    def _penalty(self, critic: nn.Module, real: Tensor, made: Tensor) -> Tensor:
        """The mean of (‖gradient‖ - 1)² at points drawn between real and made images."""
        share = torch.rand(len(real), 1, 1, 1, generator=self.noises["critic"]).to(self.device)
        between = (share * real + (1 - share) * made).requires_grad_(True)
        (gradient,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
        apart: Tensor = gradient.flatten(1).norm(dim=1) - 1
        return apart.square().mean()

    def _fooled(self, said: Tensor) -> Tensor:
        fooled: Tensor = functional.softplus(-said) if self.how.critics.loss == "gan" else -said
        return fooled.mean()

    def _minimise(self, adam: torch.optim.Adam, loss: Tensor) -> None:
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()

    def _noise(self, stream: str) -> Tensor:
        shape = (self.how.critics.batch, self.networks.latent)
        return torch.randn(shape, generator=self.noises[stream]).to(self.device)

    def _real(self, side: int) -> Tensor:
        """Real images `(b, c, side, side)` in [-1, 1], drawn with replacement, black around."""
        index = torch.randint(len(self.x), (self.how.critics.batch,), generator=self.noises["real"])
        images = self.x[np.sort(index.numpy())].astype(np.float32) / 127.5 - 1
        height, width = images.shape[2:]
        top, left = (side - height) // 2, (side - width) // 2
        edges = (left, side - width - left, top, side - height - top)
        padded = functional.pad(torch.from_numpy(images), edges, value=-1.0)
        return padded.to(self.device, memory_format=torch.channels_last)

    def state(self) -> bytes:
        """Everything that the steps to come depend on."""
        critic = self.critic
        return as_bytes(
            {
                "generator": self.generator.state_dict(),
                "critic": None if critic is None else critic.state_dict(),
                "adam": self.adam.state_dict(),
                "adam_d": None if critic is None else self.adam_d.state_dict(),
                "noises": {name: one.get_state() for name, one in self.noises.items()},
                "done": self.done,
                "history": self.history,
            }
        )

    def restore(self, kept: bytes | None) -> None:
        """Goes back to a state; None leaves everything as it is."""
        if kept is None:
            return
        state = from_bytes(kept)
        self.generator.load_state_dict(state["generator"])
        self.adam.load_state_dict(state["adam"])
        if self.critic is not None:
            self.critic.load_state_dict(state["critic"])
            self.adam_d.load_state_dict(state["adam_d"])
        for name, one in self.noises.items():
            one.set_state(state["noises"][name])
        self.done, self.history = state["done"], state["history"]
