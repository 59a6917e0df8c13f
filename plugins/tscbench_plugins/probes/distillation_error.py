"""Distillation error: how far the images of a compressed generator are from its teacher's."""

from tscbench import Figure, Rng, Sampler, probe


@probe(
    source="the squared error of Aguinaldo et al., 2019, Compressing GANs using knowledge "
    "distillation, on noise that the student never met",
    needs={"images"},
    requires=("torch",),
    figures={
        "error": Figure("lower", help="mean squared difference of pixels, of -1 to 1"),
        "share": Figure("lower", "share", "error over the variance of the teacher's pixels"),
    },
)
def distillation_error(sampler: Sampler, rng: Rng, *, n: int = 2000) -> dict[str, float]:
    """The mean of (g_T(z) - g_S(z))² over pixels and draws of z; not defined without a teacher.

    share: that over the variance of the teacher's pixels about their mean image: 1 is a student
    that makes this image of all noise.

    Args:
        n: draws of noise.
    """
    from tscbench.nn import DcGan

    model = sampler.model
    if not isinstance(model, DcGan) or model.teacher is None:
        return {"error": float("nan"), "share": float("nan")}
    error, spread = model.distillation_error(n, rng)
    return {"error": error, "share": error / spread if spread else float("nan")}
