"""AC-GAN for tables: a generator told the class, a discriminator that also names it."""

from collections.abc import Callable, Iterable
from typing import Literal

import numpy as np

from tscbench import Array, DataError, Rng, Rows, Sampler, Schema, generator
from tscbench.tabular import fit_codec


@generator(
    source="Odena, Olah and Shlens, 2017, Conditional Image Synthesis with Auxiliary Classifier "
    "GANs; for tables Liu, Fusi and Mackey, 2018, Teacher-Student Compression with GANs",
    needs={"tabular", "single_label"},
    offers={"class_labels"},
    requires={"torch"},
    small={"epochs": 2, "hidden": (8,), "discriminator_hidden": (8,)},
)
def acgan(
    train: Rows,
    schema: Schema,
    rng: Rng,
    progress: Callable[[Iterable[int]], Iterable[int]],
    *,
    hidden: tuple[int, ...] = (100,),
    discriminator_hidden: tuple[int, ...] = (128, 128),
    latent: int = 100,
    noise: float = 0.5,
    labels: Literal["prior", "balanced"] = "prior",
    numeric: Literal["standardise", "rank_gauss"] = "rank_gauss",
    temperature: float = 0.5,
    epochs: int = 80,
    batch: int = 128,
    learning_rate: float = 2e-3,
    discriminator_learning_rate: float = 4e-3,
    beta1: float = 0.0,
    decay: bool = True,
    class_weight: float = 1.0,
    averaging: float = 0.999,
    instance_noise: float = 0.0,
    label_smoothing: float = 0.0,
    dropout: float = 0.0,
    minibatch_spread: bool = False,
    slope: float = 0.2,
) -> Sampler:
    """Rows of a class, from noise times that class's embedding, made to pass for training rows.

    The generator plays without saturation: it maximises log P(real). What Liu, Fusi and
    Mackey describe is `acgan(hidden=[50], discriminator_hidden=[50], slope=0, numeric=standardise,
    learning_rate=0.0002, discriminator_learning_rate=0.0002, beta1=0.5, decay=false, averaging=0)`.
    They do not say epochs and batch; with `epochs=200, batch=100` its rows teach as much as
    training rows do, and more epochs bring no more. The generator that they released teaches more.

    Args:
        hidden: widths of the generator's ReLU layers.
        discriminator_hidden: widths of the rectified layers that both heads share.
        latent: length of the noise and of a class's embedding.
        noise: standard deviation of the noise.
        labels: classes of the fake rows as frequent as in training, or all equally.
        numeric: how numeric columns are scaled.
        temperature: of the relaxed categorical draws; the smaller, the closer to one-hot.
        epochs: passes over the training rows.
        batch: real rows, and as many fake ones, per step.
        learning_rate: the generator's, of Adam.
        discriminator_learning_rate: the discriminator's.
        beta1: Adam's first decay rate; the second is 0.999.
        decay: let the learning rates fall linearly to 0 over the second half.
        class_weight: weight of naming the class against telling real from fake.
        averaging: share of its old value that the averaged generator, which makes the rows, keeps
            in every step; 0 uses the last weights.
        instance_noise: standard deviation of noise on all that the discriminator sees.
        label_smoothing: the discriminator is to call real rows real with 1 minus this.
        dropout: share of the discriminator's hidden units dropped.
        minibatch_spread: show the discriminator how much its features vary over a batch.
        slope: of the discriminator's rectifiers below 0; 0 is ReLU.
    """
    import torch

    from tscbench.nn import seeded

    from .networks import Discriminator, Generator, heads
    from .training import Schedule, play

    real, prior = _labelled(train, schema, labels)
    codec = fit_codec(real.x, schema, rng, numeric=numeric)
    activate, classes = heads(codec.blocks, codec.width), len(prior)
    schedule = Schedule(
        epochs=epochs,
        batch=batch,
        learning_rate=learning_rate,
        discriminator_learning_rate=discriminator_learning_rate,
        beta1=beta1,
        decay=decay,
        class_weight=class_weight,
        averaging=averaging,
        instance_noise=instance_noise,
        label_smoothing=label_smoothing,
    )

    def draw(net: torch.nn.Module, label: torch.Tensor) -> torch.Tensor:
        raw = net(noise * torch.randn(len(label), latent), label)
        return activate(raw, temperature)

    with seeded(int(rng.integers(2**31))):
        fitted = play(
            Generator(classes, latent, hidden, codec.width),
            Discriminator(
                codec.width, discriminator_hidden, classes, dropout, minibatch_spread, slope
            ),
            draw,
            torch.as_tensor(codec.encode(real.x), dtype=torch.float32),
            torch.as_tensor(real.y, dtype=torch.long),
            torch.as_tensor(prior),
            schedule,
            progress,
        )

    def sample(n: int, rng: Rng) -> tuple[Array, Array]:
        y = _draw_labels(n, prior, labels, rng)
        with seeded(int(rng.integers(2**31))), torch.no_grad():
            blocks = torch.as_tensor(y).split(8192)
            z = torch.cat([draw(fitted, label) for label in blocks]).double().numpy()
        return codec.decode(z, rng), y

    return Sampler(sample)


def _labelled(train: Rows, schema: Schema, labels: str) -> tuple[Rows, Array]:
    """The rows whose class is known, and the law `(k,)` of fake classes."""
    y = np.zeros(0, int) if train.y is None else train.y
    if not (y >= 0).any():
        raise DataError("generator acgan: no training row has a class; it needs labelled rows")
    count = np.bincount(y[y >= 0], minlength=schema.outputs[0])
    weight = count.astype(float) if labels == "prior" else (count > 0).astype(float)
    return train.take(y >= 0), weight / weight.sum()


def _draw_labels(n: int, prior: Array, labels: str, rng: Rng) -> Array:
    """Independent draws from the prior, or the classes in equal numbers, shuffled; `(n,)`."""
    if labels == "prior":
        return rng.choice(len(prior), size=n, p=prior)
    return rng.permutation(np.resize(np.flatnonzero(prior), n))
