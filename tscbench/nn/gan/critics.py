"""How critics are played against a generator of images without classes, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

GanLoss: TypeAlias = Literal["wgan_gp", "wgan_clip", "gan"]


@dataclass(frozen=True)
class Critics:
    """How critics are played; both networks learn by Adam, whose second decay rate is 0.999.

    loss: of Wasserstein, with a penalty on the gradient or with weights that are clipped; or the
    cross-entropy of real and made, without saturation. batch: images of a step, as many real ones.
    steps: of the critic for each of the generator. penalty: weight of the squared distance of the
    gradient's norm from 1. clip: the largest weight.
    """

    loss: GanLoss = "wgan_gp"
    batch: int = 64
    steps: int = 5
    learning_rate: float = 2e-4
    beta1: float = 0.5
    penalty: float = 10.0
    clip: float = 0.01

    @property
    def norm(self) -> bool:
        """Whether the critic has batch normalisation."""
        return self.loss == "gan"
