"""NaGAN: a student against a discriminator of labels, without a teacher."""

from collections.abc import Mapping
from typing import Any, Literal

from tscbench import (
    CompressionSet,
    Predictor,
    Progress,
    Rng,
    Schema,
    Spec,
    SpecError,
    student,
)


def _needs(params: Mapping[str, Any]) -> frozenset[str]:
    inner = params["student"]
    if "features" not in inner.offers:
        raise SpecError(f"student nagan: {inner} is no network; only networks play, such as mlp")
    return frozenset(inner.needs | params["discriminator"].needs)


@student(
    source="the naive GAN of Wang et al., 2018, KDGAN: knowledge distillation with "
    "generative adversarial networks, section 3",
    needs=_needs,
    offers={"labels_only", "streaming", "features"},
    requires=("torch",),
    small={
        "student": "mlp(epochs=1, hidden=[8])",
        "discriminator": "mlp(epochs=1, hidden=[8])",
        "epochs": 2,
        "rounds": (2, 2),
        "learning_rate": 0.01,
    },
)
def nagan(
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    fitted: Mapping[str, Predictor],
    *,
    student: Spec,
    discriminator: Spec,
    gradient: Literal["reinforce", "gumbel", "exact", "bce"] = "gumbel",
    n_samples: int = 25,
    tau: tuple[float, ...] = (1.0, 0.1),
    epochs: int = 100,
    rounds: tuple[int, ...] = (20, 10),
    batch: int = 10,
    learning_rate: float = 5e-4,
    clip: float | None = None,
    variance_batches: int = 0,
) -> Predictor:
    """The student after a game with a discriminator that tells its answers from the true labels.

    It is `kdgan` without a teacher.

    Args:
        student: what learns, a network that goes on from its fit on labels.
        discriminator: the network that judges pairs of inputs and labels; its settings are those of
            its fit on labels.
        gradient: of the adversarial loss, as in kdgan.
        n_samples: draws for a row, of all gradients but the exact one.
        tau: temperature of the Gumbel trick in the first and in the last round.
        epochs: rounds of the game.
        rounds: epochs of discriminator and student in each.
        batch: rows per step.
        learning_rate: of Adam, for both.
        clip: the largest norm that a gradient may have.
        variance_batches: after each round the variance of the gradient is noted, over so many
            batches; 0 does not.
    """
    from tscbench.nn import Stakes, Turns, play_kdgan

    if len(rounds) != 2 or len(tau) != 2:
        raise SpecError(f"student nagan: rounds={rounds} must be two counts, tau={tau} two")
    stakes = Stakes(gradient=gradient, n_samples=n_samples, tau=(tau[0], tau[1]))
    turns = Turns(epochs, batch, learning_rate, variance_batches, clip)
    players = (fitted["student"], None, fitted["discriminator"])
    given = (compression_set, schema, rng, progress)
    return play_kdgan(*players, *given, stakes, turns, (rounds[0], 0, rounds[1]))
