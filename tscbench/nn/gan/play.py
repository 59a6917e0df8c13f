"""How an AC-GAN is played, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from tscbench.contracts.errors import SpecError


@dataclass(frozen=True)
class Play:
    """How an AC-GAN is played. Both networks learn by Adam; the generator plays without saturation.

    epochs: each is as many whole batches as the images fill. batch: real images of a batch, and as
    many fake ones. beta1: Adam's first decay rate; the second is 0.999.
    rounds: turns of the discriminator at each batch, on the same images and the same fakes.
    joint: one step on real and fake images in a round; else one on each, the real ones first.
    fresh: fake images of the generator's step, for each one of a batch.
    still: the discriminator's fakes come from a generator in evaluation mode.
    smoothing: the source is aimed at U(0.7, 1.2) for real and U(0, 0.3) for fake, not at 1 and 0.
    flip_every: every so many batches, over all epochs, the discriminator is told real for fake and
    fake for real; 0 never does.
    source_weight, class_weight: of the two cross-entropies.
    keep_epochs: after which the generator's weights are kept, counted from 1.
    mixed: bfloat16 in forward passes; None: on a GPU.

    Raises:
        SpecError: an epoch is to be kept that does not come.
    """

    epochs: int
    batch: int = 100
    learning_rate: float = 2e-4
    beta1: float = 0.5
    rounds: int = 1
    joint: bool = False
    fresh: int = 1
    still: bool = False
    smoothing: bool = False
    flip_every: int = 0
    shuffle: bool = True
    source_weight: float = 1.0
    class_weight: float = 1.0
    keep_epochs: tuple[int, ...] = ()
    mixed: bool | None = None

    def __post_init__(self) -> None:
        if late := [epoch for epoch in self.keep_epochs if not 1 <= epoch <= self.epochs]:
            raise SpecError(
                f"keep_epochs holds {late[0]}, and epochs={self.epochs}; it must be one of 1 to "
                f"{self.epochs}"
            )
