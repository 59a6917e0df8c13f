"""Distilled: a small generator that learns from a large one, pixel by pixel."""

from typing import Literal

from tscbench import Progress, Rng, Rows, Sampler, Schema, Spec, generator

DCGAN = Spec("dcgan")


@generator(
    source="Aguinaldo et al., 2019, Compressing GANs using knowledge distillation, equations 3 "
    "and 4",
    needs=lambda params: params["generator"].needs,
    requires={"torch"},
    small={
        "generator": "dcgan(d=4, steps=2, batch=4, critic_steps=1)",
        "d": 4,
        "steps": 2,
        "loss": "joint",
    },
)
def distilled(
    train: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    fitted: Sampler,
    *,
    generator: Spec = DCGAN,
    d: int = 8,
    loss: Literal["mse", "joint"] = "mse",
    adv_weight: float = 1e-4,
    critic_d: int | None = None,
    steps: int = 20_000,
    learning_rate: float = 1e-3,
) -> Sampler:
    """The generator of width d that makes of each noise the image that its teacher makes of it.

    mse minimises the mean squared difference of pixels, of -1 to 1, on fresh noise in every batch;
    it reads no training row. joint minimises (1 - α)·mse + α·(loss of a critic's favour), where a
    critic of the student's own tells its images from training images, played as the teacher's was.
    The teacher is in evaluation mode, the student in that of training while it learns; Adam's rate
    falls to 0 along half a cosine. `history` has the figures of each 50 steps.

    Args:
        generator: the teacher, a dcgan or another distilled; it is fitted once for all its
            students.
        d: width of the student; see `dcgan`.
        loss: mse, or joint with a critic.
        adv_weight: α of joint; with 0 it is mse. The publication has 0.0001 for Celeb-A.
        critic_d: width of the student's critic; d if not given.
        steps: of the student.
        learning_rate: of the student's Adam, at first.
    """
    from tscbench.nn import (
        DcGan,
        Imitation,
        Networks,
        build_critic,
        build_dcgan,
        dcgan_of,
        dcgan_sampler,
        doublings_of,
        fit_dcgan,
    )

    whole = dcgan_of(fitted, f"generator distilled(generator={generator})")
    channels, n = schema.inputs[0], doublings_of(schema.inputs[1:])

    def build() -> Networks:
        made = build_dcgan(d, channels, n_doublings=n, latent=whole.latent)
        width = d if critic_d is None else critic_d
        critic = build_critic(width, channels, n_doublings=n, norm=whole.critics.norm)
        return Networks(made, critic, whole.latent, whole.generator)

    weight = adv_weight if loss == "joint" else 0.0
    how = Imitation(steps, weight, whole.critics, learning_rate, whole.critics.beta1, falling=True)
    net, history = fit_dcgan(build, train.x, rng, progress, how)
    gan = DcGan(net, whole.latent, whole.size, whole.critics, whole.generator)
    return dcgan_sampler(gan, history)
