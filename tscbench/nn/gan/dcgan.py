"""A DCGAN of any width as a value: its networks, samples of it, and what goes on from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from tscbench.contracts.errors import DataError, SpecError
from tscbench.contracts.types import Array, Rng, Sampler
from tscbench.nn.devices import choose_device, laid_out, memory_said
from tscbench.nn.fitting import count_parameters
from tscbench.nn.gan.critics import Critics
from tscbench.nn.gan.sizes import cut_middle

LARGEST = 32
"""Side of the images that three doublings of a map of 4 × 4 make."""

BLOCK = 512
"""Images that are drawn at a time."""


def doublings_of(size: tuple[int, ...]) -> int:
    """How often a map of 4 × 4 is doubled for images of this height and width.

    Raises:
        DataError: they are larger than 32 × 32.

    >>> doublings_of((8, 8)), doublings_of((12, 9)), doublings_of((28, 28))
    (1, 2, 3)
    """
    if max(size) > LARGEST:
        said = " × ".join(map(str, size))
        raise DataError(
            f"images of {said} pixels; this network makes 32 × 32 and cuts what is less: scale "
            "them down, with size=32 of image_folder"
        )
    return next(n for n in range(1, 4) if 4 * 2**n >= max(size))


def build_dcgan(d: int, channels: int, *, n_doublings: int = 3, latent: int = 100) -> nn.Module:
    """The generator of width d: noise `(b, latent)` to images `(b, channels, s, s)` in [-1, 1].

    A transposed convolution of 4 × 4 makes 2ⁿ·d maps of 4 × 4, n more of them double the maps and
    halve their number, each with batch normalisation and ReLU, and a convolution of 1 × 1 makes the
    channels. With n = 3 of one channel it has 672 d² + 12,831 d + 1 parameters, as published. First
    weights are those of torch: the narrow last layers of small d vanish with N(0, .02²).
    """
    widths = [d * 2**n for n in range(n_doublings, -1, -1)]
    first = nn.ConvTranspose2d(latent, widths[0], 4, 1, 0, bias=False)
    layers: list[nn.Module] = [nn.Unflatten(1, (latent, 1, 1)), first]
    layers += [nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for before, after in pairwise(widths):
        layers += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False)]
        layers += [nn.BatchNorm2d(after), nn.ReLU()]
    return nn.Sequential(*layers, nn.Conv2d(d, channels, 1), nn.Tanh())


def build_critic(d: int, channels: int, *, n_doublings: int = 3, norm: bool = False) -> nn.Module:
    """The critic of width d: images `(b, channels, s, s)` to a number each, `(b,)`.

    n convolutions of 4 × 4 halve the image and double the maps, each but the first with batch
    normalisation if norm, and with LeakyReLU of slope .2; a last one of 4 × 4 gives the number.
    """
    widths = [channels, *(d * 2**n for n in range(n_doublings))]
    layers: list[nn.Module] = []
    for place, (before, after) in enumerate(pairwise(widths)):
        layers.append(nn.Conv2d(before, after, 4, 2, 1))
        layers += [nn.BatchNorm2d(after)] if norm and place else []
        layers.append(nn.LeakyReLU(0.2))
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4, 1, 0), nn.Flatten(0))


@dataclass(frozen=True, eq=False)
class DcGan:
    """A generator of images without classes, and what it was made by.

    generator: from noise `(b, latent)` to images `(b, c, s, s)` in [-1, 1]; size: height and width
    of the images that the middle is cut to. critics: how critics were played against it.
    teacher: the generator that it was to imitate, None where there was none.
    """

    generator: nn.Module
    latent: int
    size: tuple[int, ...]
    critics: Critics
    teacher: nn.Module | None = None

    def distillation_error(self, n: int, rng: Rng) -> tuple[float, float]:
        """Mean squared difference to the teacher's pixels, of -1 to 1, over n draws of noise; and
        the variance of the teacher's pixels about their mean image, beside which it is small.

        Raises:
            SpecError: there is no teacher.
        """
        if self.teacher is None:
            raise SpecError("this generator imitates none: there is no distillation error")
        stream = torch.Generator().manual_seed(int(rng.integers(2**31)))
        noise = torch.randn(n, self.latent, generator=stream)
        ours, theirs = (_images(net, noise).double() for net in (self.generator, self.teacher))
        return float((ours - theirs).square().mean()), float(theirs.var(0, unbiased=False).mean())


def _images(net: nn.Module, noise: Tensor) -> Tensor:
    net.eval()
    with torch.inference_mode():
        return torch.cat([net(part) for part in torch.split(noise, BLOCK)])


def dcgan_sampler(gan: DcGan, history: Mapping[str, list[float]] | None = None) -> Sampler:
    """Images uint8 `(n, c, h, w)` without classes; `model` is the `DcGan`.

    Batch normalisation is in evaluation mode. `size` has the generator's parameters, and those of
    its teacher as `teacher_parameters`, where it had one.
    """
    gan.generator.cpu().eval()
    size = {"parameters": count_parameters(gan.generator)}
    if gan.teacher is not None:
        gan.teacher.cpu().eval()
        size["teacher_parameters"] = sum(p.numel() for p in gan.teacher.parameters())
    return Sampler(_Draw(gan), model=gan, size=size, history=history or {})


def dcgan_of(fitted: Sampler | None, where: str) -> DcGan:
    """The DCGAN that a fitted generator leaves.

    where: what the error names: kind and name of the plugin that goes on from it.

    Raises:
        SpecError: it leaves none.
    """
    model = None if fitted is None else fitted.model
    if not isinstance(model, DcGan):
        came = "nothing" if model is None else f"a {type(model).__name__}"
        raise SpecError(
            f"{where}: the generator within leaves {came} to imitate; it must leave a DCGAN: "
            "choose dcgan or distilled"
        )
    return model


@dataclass(frozen=True, eq=False)
class _Draw:
    gan: DcGan

    def __call__(self, n: int, rng: Rng) -> Array:
        """The noise is drawn on the CPU: the same on every device."""
        stream = torch.Generator().manual_seed(int(rng.integers(2**31)))
        device = choose_device()
        blocks = []
        with memory_said(device), torch.inference_mode():
            net = laid_out(self.gan.generator, device)
            for start in range(0, max(n, 1), BLOCK):
                noise = torch.randn(min(BLOCK, n - start), self.gan.latent, generator=stream)
                images = cut_middle(net(noise.to(device)), self.gan.size)
                blocks.append(((images + 1) * 127.5).round().to(torch.uint8).cpu().numpy())
        self.gan.generator.cpu()
        return np.ascontiguousarray(np.concatenate(blocks))
