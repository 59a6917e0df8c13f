"""Inferior: a fitted AC-GAN made worse, until its images are sure of their class alone."""

from tscbench import Progress, Rng, Rows, Sampler, Spec, generator

ACGAN_IMAGE = Spec("acgan_image")


@generator(
    source="the inferior GAN of Liu, Fusi and Mackey, 2018, Teacher-Student Compression with GANs",
    needs=lambda params: params["generator"].needs,
    offers=lambda params: params["generator"].offers,
    requires={"torch"},
    small={
        "generator": "acgan_image(epochs=1, channels=[4], discriminator_channels=[4], "
        "n_kernels=2, kernel_dim=2)",
        "epochs": 1,
    },
)
def inferior(
    train: Rows,
    rng: Rng,
    progress: Progress,
    fitted: Sampler,
    *,
    generator: Spec = ACGAN_IMAGE,
    epochs: int = 10,
) -> Sampler:
    """The AC-GAN after more epochs in which both networks maximise the likelihood of classes alone.

    Nothing tells real from fake any longer. The epochs are played as those before, with Adam's
    averages begun anew.

    Args:
        generator: the AC-GAN that is made worse; it is fitted once, also where it is compared with.
        epochs: how many more.
    """
    from copy import deepcopy
    from dataclasses import replace

    from tscbench.nn import AcGan, acgan_of, acgan_sampler, fit_acgan

    whole = acgan_of(fitted, f"generator inferior(generator={generator})")
    play = replace(whole.play, epochs=epochs, source_weight=0.0, class_weight=1.0, keep_epochs=())

    def build() -> AcGan:
        networks = deepcopy((whole.generator, whole.discriminator))
        return AcGan(*networks, whole.classes, whole.latent, whole.noise, play)

    return acgan_sampler(fit_acgan(build, train, rng, progress))
