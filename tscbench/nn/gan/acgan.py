"""An AC-GAN of images as a value: samples are drawn from it, and plugins go on from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from tscbench.contracts.errors import SpecError
from tscbench.contracts.types import Array, Rng, Sampler
from tscbench.nn.devices import choose_device, laid_out, memory_said
from tscbench.nn.gan.play import Play

BLOCK = 1024
"""Images that are drawn at a time."""


@dataclass(frozen=True, eq=False)
class AcGan:
    """Both networks of an AC-GAN, what the generator is fed, and how they are played.

    generator: from noise `(b, latent)` and classes `(b,)` to images `(b, c, h, w)` in [-1, 1].
    discriminator: from such images to logits of "real" `(b,)` and of the classes `(b, k)`.
    classes: those of which it makes images, in equal numbers. noise: standard deviation.
    snapshots: the generator's weights after the epochs that `play` keeps.
    """

    generator: nn.Module
    discriminator: nn.Module
    classes: tuple[int, ...]
    latent: int
    noise: float
    play: Play
    snapshots: Mapping[int, dict[str, Tensor]] = field(default_factory=dict)

    def images(self, noise: Tensor, labels: Tensor) -> Tensor:
        """Images `(b, c, h, w)` in [-1, 1] of standard normal noise `(b, latent)` and classes."""
        made: Tensor = self.generator(self.noise * noise, labels)
        return made


def acgan_sampler(gan: AcGan, *, device: str | None = None) -> Sampler:
    """Images uint8 `(n, c, h, w)` with their classes, as many of each; `model` is the AC-GAN.

    Batch normalisation is in evaluation mode. device: see `choose_device`; None chooses whenever
    images are drawn. Between draws the networks lie on the CPU, so that they can be pickled.
    """
    gan.generator.cpu().eval()
    gan.discriminator.cpu().eval()
    return Sampler(_Draw(gan, device), model=gan)


def acgan_of(fitted: Sampler | None, where: str) -> AcGan:
    """The AC-GAN that a fitted generator leaves.

    where: what the error names: kind and name of the plugin that goes on from it.

    Raises:
        SpecError: it leaves none.
    """
    model = None if fitted is None else fitted.model
    if not isinstance(model, AcGan):
        came = "nothing" if model is None else f"a {type(model).__name__}"
        raise SpecError(
            f"{where}: the generator within leaves {came} to go on from; it must leave an AC-GAN "
            "of images: choose acgan_image or acgan_pytorch"
        )
    return model


@dataclass(frozen=True, eq=False)
class _Draw:
    gan: AcGan
    device: str | None

    def __call__(self, n: int, rng: Rng) -> tuple[Array, Array]:
        y = rng.permutation(np.resize(np.array(self.gan.classes), n))
        stream = torch.Generator().manual_seed(int(rng.integers(2**31)))
        device = choose_device(self.device)
        with memory_said(device), torch.inference_mode():
            laid_out(self.gan.generator, device)
            blocks = [
                self._pixels(labels, stream, device)
                for labels in torch.split(torch.as_tensor(y), BLOCK)
            ]
        self.gan.generator.cpu()
        return np.concatenate(blocks), y

    def _pixels(self, labels: Tensor, stream: torch.Generator, device: torch.device) -> Array:
        """The noise is drawn on the CPU: the same on every device."""
        noise = torch.randn(len(labels), self.gan.latent, generator=stream)
        images = self.gan.images(noise.to(device), labels.to(device))
        found: Array = ((images + 1) * 127.5).round().to(torch.uint8).cpu().numpy()
        return np.ascontiguousarray(found)
