"""AC-GAN for images, as the published code for PyTorch has it, with its class loss put right."""

from tscbench import DataError, Progress, Rng, Rows, Sampler, Schema, generator


@generator(
    source="Odena, Olah and Shlens, 2017, Conditional Image Synthesis with Auxiliary Classifier "
    "GANs; the GAN whose images Liu, Fusi and Mackey, 2018, Teacher-Student Compression with GANs, "
    "seem to have scored",
    needs={"images", "single_label"},
    offers={"class_labels"},
    requires={"torch"},
    small={"epochs": 1, "channels": (4, 4), "discriminator_channels": (4,)},
)
def acgan_pytorch(
    train: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    epochs: int = 500,
    batch: int = 100,
    latent: int = 110,
    channels: tuple[int, ...] = (384, 192, 96, 48),
    discriminator_channels: tuple[int, ...] = (16, 32, 64, 128, 256, 512),
    dropout: float = 0.5,
    learning_rate: float = 2e-4,
    beta1: float = 0.5,
    class_weight: float = 1.0,
    keep_epochs: tuple[int, ...] = (),
) -> Sampler:
    """Images of a class, which takes the place of the first entries of the noise.

    At each batch both networks have one step, without smoothing. The published code differs in
    three things: its class loss takes probabilities for their logarithms, so that it is weak, and
    here it is the cross-entropy; its batch is 1 unless said, which takes a hundred times as long;
    and its generator learns from the fakes that the discriminator has just seen, here from new
    ones.

    Args:
        epochs: each is as many batches as the training images fill.
        batch: real images, and as many fake ones, of a step.
        latent: length of the noise, more than there are classes.
        channels: of the linear layer, then of the maps, each twice as large as the last.
        discriminator_channels: of its convolutions; the first and every other one halve the image.
        dropout: share of the discriminator's units dropped.
        learning_rate: of Adam, the same in all epochs.
        beta1: Adam's first decay rate; the second is 0.999.
        class_weight: weight of naming the class against telling real from fake.
        keep_epochs: epochs, from 1, after which the generator is kept for `snapshot`.
    """
    import numpy as np

    from tscbench.nn import AcGan, ImageDiscriminator, Play, acgan_sampler, fit_acgan

    from .networks import Generator, normal

    k = schema.outputs[0]
    if latent <= k:
        raise DataError(
            f"generator acgan_pytorch: latent={latent} for {k} classes; it must be more, as a "
            "class takes an entry of the noise: raise latent"
        )
    play = Play(
        epochs=epochs,
        batch=batch,
        learning_rate=learning_rate,
        beta1=beta1,
        joint=True,
        class_weight=class_weight,
        keep_epochs=keep_epochs,
    )

    def build() -> AcGan:
        discriminator = ImageDiscriminator(
            schema.inputs, k, discriminator_channels, dropout=dropout, bias=False
        )
        return AcGan(
            normal(Generator(schema.inputs, k, latent, channels)),
            normal(discriminator),
            tuple(np.unique(train.y[train.y >= 0]).tolist()),
            latent,
            1.0,
            play,
        )

    return acgan_sampler(fit_acgan(build, train, rng, progress))
