"""AC-GAN for images, as the published code for Keras has it."""

from tscbench import Progress, Rng, Rows, Sampler, Schema, generator


@generator(
    source="Odena, Olah and Shlens, 2017, Conditional Image Synthesis with Auxiliary Classifier "
    "GANs; in the setting of Liu, Fusi and Mackey, 2018, Teacher-Student Compression with GANs",
    needs={"images", "single_label"},
    offers={"class_labels"},
    requires={"torch"},
    small={
        "epochs": 1,
        "channels": (4,),
        "discriminator_channels": (4,),
        "n_kernels": 2,
        "kernel_dim": 2,
    },
)
def acgan_image(
    train: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    epochs: int = 1000,
    batch: int = 100,
    latent: int = 110,
    noise: float = 0.5,
    channels: tuple[int, ...] = (384, 192, 96),
    discriminator_channels: tuple[int, ...] = (16, 32, 64, 128, 256, 512),
    dropout: float = 0.5,
    input_noise: float = 0.05,
    n_kernels: int = 50,
    kernel_dim: int = 30,
    learning_rate: float = 2e-4,
    beta1: float = 0.5,
    rounds: int = 3,
    smoothing: bool = True,
    flip_every: int = 30,
    class_weight: float = 1.0,
    shuffle: bool = True,
    keep_epochs: tuple[int, ...] = (),
) -> Sampler:
    """Images of a class, from noise times that class's embedding, as many of each class.

    At each batch the discriminator has its rounds, in each a step on real and a step on fake
    images, and the generator one step on twice as many new ones. As in the published code, the
    discriminator's fakes come from a generator in evaluation mode, whose batch normalisation uses
    running figures, while the generator learns with those of the batch. The parameters are those of
    that code, but for its images, which come in the same order in each epoch. They are slow without
    a GPU: with channels=[32, 16] and discriminator_channels=[16, 32, 64] an epoch on a CPU takes
    seconds.

    Args:
        epochs: each is as many batches as the training images fill.
        batch: real images, and as many fake ones, of a step.
        latent: length of the noise and of a class's embedding.
        noise: standard deviation of the noise.
        channels: of the generator's maps, each twice as large as the last.
        discriminator_channels: of its convolutions; the first and every other one halve the image.
        dropout: share of the discriminator's units dropped.
        input_noise: standard deviation of noise on all that the discriminator sees, of -1 to 1.
        n_kernels: projections by which the discriminator sees how alike the images of a batch are.
        kernel_dim: dimensions of such a projection.
        learning_rate: of Adam, the same in all epochs.
        beta1: Adam's first decay rate; the second is 0.999.
        rounds: turns of the discriminator at each batch, on the same images.
        smoothing: aim at U(0.7, 1.2) for real and U(0, 0.3) for fake, instead of 1 and 0.
        flip_every: tell the discriminator real for fake at each so many-th batch; 0 never does.
        class_weight: weight of naming the class against telling real from fake.
        shuffle: whether images come in another order in each epoch.
        keep_epochs: epochs, from 1, after which the generator is kept for `snapshot`.
    """
    import numpy as np

    from tscbench.nn import AcGan, ImageDiscriminator, Play, acgan_sampler, fit_acgan

    from .networks import Generator, glorot

    play = Play(
        epochs=epochs,
        batch=batch,
        learning_rate=learning_rate,
        beta1=beta1,
        rounds=rounds,
        fresh=2,
        still=True,
        smoothing=smoothing,
        flip_every=flip_every,
        shuffle=shuffle,
        class_weight=class_weight,
        keep_epochs=keep_epochs,
    )

    def build() -> AcGan:
        k = schema.outputs[0]
        discriminator = ImageDiscriminator(
            schema.inputs,
            k,
            discriminator_channels,
            dropout=dropout,
            input_noise=input_noise,
            n_kernels=n_kernels,
            kernel_dim=kernel_dim,
        )
        return AcGan(
            glorot(Generator(schema.inputs, k, latent, channels)),
            glorot(discriminator),
            tuple(np.unique(train.y[train.y >= 0]).tolist()),
            latent,
            noise,
            play,
        )

    return acgan_sampler(fit_acgan(build, train, rng, progress))
