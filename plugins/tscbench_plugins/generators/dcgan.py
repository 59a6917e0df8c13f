"""DCGAN: images without classes from a generator whose width is a parameter."""

from collections.abc import Mapping
from typing import Any, Literal

from tscbench import Progress, Rng, Rows, Sampler, Schema, generator


def _check(params: Mapping[str, Any], schema: Schema) -> str:
    height, width = schema.inputs[1:]
    if max(height, width) <= 32:
        return ""
    return f"makes 32 × 32 pixels at most, and images are {height} × {width}: scale them to 32"


@generator(
    source="the generators of Aguinaldo et al., 2019, Compressing GANs using knowledge "
    "distillation; DCGAN: Radford, Metz and Chintala, 2016; WGAN with a penalty: Gulrajani et al., "
    "2017",
    needs={"images"},
    check=_check,
    requires={"torch"},
    small={"d": 4, "steps": 2, "batch": 4, "critic_steps": 1},
)
def dcgan(
    train: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    d: int = 64,
    loss: Literal["wgan_gp", "wgan_clip", "gan"] = "wgan_gp",
    critic_d: int | None = None,
    latent: int = 100,
    steps: int = 20_000,
    batch: int = 64,
    critic_steps: int = 5,
    learning_rate: float = 2e-4,
    beta1: float = 0.5,
    penalty: float = 10.0,
    clip: float = 0.01,
) -> Sampler:
    """Images of 32 × 32 from 100 numbers, played against a critic of the same width.

    A generator of width d has 672 d² + 12,831 d + 1 parameters of grey images, as published. Images
    of less than 32 × 32 are padded with black to the next of 8, 16 and 32, for which the networks
    have as many layers, and what is made is cut back in the middle. The publication leaves open how
    the critic is built, kept Lipschitz and trained; what is here is common practice. On a CPU
    choose a small width and few steps: at d = 32 one of cross-entropy takes a fifth of a second.

    Args:
        d: width: the generator's last maps are d, those before it twice as many each.
        loss: of Wasserstein with a penalty on the critic's gradient or with clipped weights, or
            the cross-entropy of real and made, with batch normalisation in the critic.
        critic_d: width of the critic; d if not given.
        latent: numbers that an image is made from.
        steps: of the generator.
        batch: images of a step, as many real ones.
        critic_steps: steps of the critic for each of the generator.
        learning_rate: of Adam, for both networks, the same in all steps.
        beta1: Adam's first decay rate; the second is 0.999.
        penalty: weight of the critic's gradient penalty, of wgan_gp.
        clip: the largest weight of the critic, of wgan_clip.
    """
    from tscbench.nn import (
        Critics,
        DcGan,
        Imitation,
        Networks,
        build_critic,
        build_dcgan,
        dcgan_sampler,
        doublings_of,
        fit_dcgan,
    )

    critics = Critics(loss, batch, critic_steps, learning_rate, beta1, penalty, clip)
    channels, n = schema.inputs[0], doublings_of(schema.inputs[1:])

    def build() -> Networks:
        made = build_dcgan(d, channels, n_doublings=n, latent=latent)
        width = d if critic_d is None else critic_d
        critic = build_critic(width, channels, n_doublings=n, norm=critics.norm)
        return Networks(made, critic, latent)

    how = Imitation(steps, 1.0, critics, learning_rate, beta1)
    net, history = fit_dcgan(build, train.x, rng, progress, how)
    return dcgan_sampler(DcGan(net, latent, schema.inputs[1:], critics), history)
