"""KDGAN: a student, a teacher and a discriminator learn in one game."""

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
        raise SpecError(f"student kdgan: {inner} is no network; only networks play, such as mlp")
    if not 0 <= params["adv_share"] <= 1:
        raise SpecError(f"student kdgan: adv_share={params['adv_share']} must lie in [0, 1]")
    return frozenset(inner.needs | params["discriminator"].needs | {"features"})


@student(
    source="Wang et al., 2018, KDGAN: knowledge distillation with generative adversarial networks",
    needs=_needs,
    offers={"labels_only", "streaming", "features"},
    requires=("torch",),
    small={
        "student": "mlp(epochs=1, hidden=[8])",
        "discriminator": "mlp(epochs=1, hidden=[8])",
        "epochs": 2,
        "rounds": (2, 1, 2),
        "learning_rate": 0.01,
    },
)
def kdgan(
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    teacher: Predictor,
    fitted: Mapping[str, Predictor],
    *,
    student: Spec,
    discriminator: Spec,
    adv_share: float = 0.1,
    kd_weight_student: float = 2.0,
    kd_weight_teacher: float = 1e-4,
    gradient: Literal["reinforce", "gumbel", "exact", "bce"] = "gumbel",
    n_samples: int = 25,
    tau: tuple[float, ...] = (1.0, 0.1),
    distillation: Literal["logits", "log_probabilities", "kl"] = "logits",
    epochs: int = 100,
    rounds: tuple[int, ...] = (20, 10, 10),
    batch: int = 10,
    learning_rate: float = 5e-4,
    clip: float | None = None,
    variance_batches: int = 0,
) -> Predictor:
    """The student after a game with its teacher, who learns too, and with a discriminator.

    The discriminator tells the answers of student and teacher from the true labels, while each of
    the two is drawn to the other's logits. All three go on from their fits on labels. The
    discriminator sums over all answers where the paper draws them; of several labels each is a
    question of its own. The teacher becomes another one: it is scored as `teacher` beside the
    student.

    Args:
        student: what learns, a network.
        discriminator: the network that judges pairs of inputs and labels; its settings are those of
            its fit on labels.
        adv_share: the student's share, against the teacher's, of what the discriminator is shown
            and of the adversarial losses; α in the paper.
        kd_weight_student: of the student's distance to the teacher; β in the paper.
        kd_weight_teacher: of the teacher's distance to the student; γ in the paper.
        gradient: of the adversarial losses. gumbel and reinforce are with and without the paper's
            Gumbel trick, exact sums over all answers, bce is that of the released code.
        n_samples: draws for a row, of all gradients but the exact one.
        tau: temperature of the Gumbel trick in the first and in the last round.
        distillation: half the squared distance of logits, of log-probabilities, or the divergence
            from the other's law.
        epochs: rounds of the game.
        rounds: epochs of discriminator, teacher and student in each.
        batch: rows per step.
        learning_rate: of Adam, for all three.
        clip: the largest norm that a gradient may have.
        variance_batches: after each round the variance of the gradient of both of the student's
            terms is noted, over so many batches; 0 does not.
    """
    from tscbench.nn import Stakes, Turns, play_kdgan

    if len(rounds) != 3 or len(tau) != 2:
        raise SpecError(f"student kdgan: rounds={rounds} must be three counts, tau={tau} two")
    weights = (adv_share, kd_weight_student, kd_weight_teacher)
    stakes = Stakes(*weights, gradient, n_samples, (tau[0], tau[1]), distillation)
    turns = Turns(epochs, batch, learning_rate, variance_batches, clip)
    players = (fitted["student"], teacher, fitted["discriminator"])
    given = (compression_set, schema, rng, progress)
    return play_kdgan(*players, *given, stakes, turns, rounds)
