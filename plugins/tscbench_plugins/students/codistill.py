"""Co-distillation: student and teacher learn at once, each from the labels and from the other."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tscbench import (
    CompressionSet,
    Link,
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
        raise SpecError(f"student codistill: {inner} is no network; choose one, such as mlp")
    return frozenset(inner.needs | {"features"})


@student(
    source="Anil et al., 2018, Large scale distributed neural network training through online "
    "distillation; between a student and a teacher: Wang et al., 2018, KDGAN, as CODIS",
    needs=_needs,
    offers={"labels_only", "streaming", "features"},
    requires=("torch",),
    small={"student": "mlp(epochs=1, hidden=[8])", "epochs": 4, "learning_rate": 0.01},
)
def codistill(
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    teacher: Predictor,
    fitted: Predictor,
    *,
    student: Spec,
    kd_weight: float = 0.7,
    temperature: float = 3.0,
    teacher_kd_weight: float = 1.0,
    released: bool = False,
    burn_in: int = 0,
    epochs: int = 100,
    batch: int = 10,
    learning_rate: float = 5e-4,
    clip: float | None = None,
) -> Predictor:
    """The student after it and its teacher have learnt from the labels and from each other.

    Both minimise (1 - kd_weight)·cross-entropy to the labels plus kd_weight·T² times the divergence
    from the other's softened law, on the same batches; each goes on from its fit on labels.

    Args:
        student: what learns, a network.
        kd_weight: of the distance to the other.
        temperature: divides both logits in that distance.
        teacher_kd_weight: times the weight of that distance in the teacher's loss.
        released: the distance is half the squared one of logits, as in code released with KDGAN,
            in which the temperature cancels.
        burn_in: first epochs, in which labels alone count.
        epochs: of both.
        batch: rows per step.
        learning_rate: of Adam, for both.
        clip: the largest norm that a gradient may have.
    """
    from torch import nn
    from torch.nn import functional

    from tscbench.nn import Player, Turns, distance, network_of, take_turns

    both = {"": network_of(fitted, "the student"), "teacher": network_of(teacher, "the teacher")}

    def labelled(logits: Any, y: Any) -> Any:
        known = ~y.isnan()
        y = y.nan_to_num()
        if schema.link is Link.SIGMOID:
            return (functional.softplus(logits) - y * logits).mul(known).mean()
        return -(y * logits.log_softmax(1)).sum(1).mul(known.all(1)).mean()

    def apart(logits: Any, other: Any) -> Any:
        if released:
            return distance(logits, other.detach(), schema.link, "logits")
        softened = (z / temperature for z in (logits, other.detach()))
        return temperature**2 * distance(*softened, schema.link, "kl")

    def terms(x: Any, y: Any, done: float) -> Mapping[str, Any]:
        c, t = (net(x).float() for net in both.values())
        y = y.reshape(c.shape)
        if done * epochs < burn_in:
            return {"c_labels": labelled(c, y), "t_labels": labelled(t, y)}
        return {
            "c_labels": (1 - kd_weight) * labelled(c, y),
            "c_kd": kd_weight * apart(c, t),
            "t_labels": (1 - kd_weight) * labelled(t, y),
            "t_kd": teacher_kd_weight * kd_weight * apart(t, c),
        }

    players = [Player(nn.ModuleList(both.values()), terms)]
    turns = Turns(epochs, batch, learning_rate, clip=clip)
    given = (compression_set, schema, rng, progress)
    device = None if "images" in schema.facts else "cpu"
    found = take_turns(players, both, *given, turns, device=device)
    history = dict(found[""].history)
    kd = history.get("c_kd", [])
    kd = [0.0] * (len(history["c_labels"]) - len(kd)) + kd
    history["train_loss"] = [a + b for a, b in zip(history["c_labels"], kd, strict=True)]
    return replace(found[""], history=history, beside={"teacher": found["teacher"]})
