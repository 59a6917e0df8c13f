"""Soft targets: the classic distillation loss, softened teacher plus true labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from tscbench import (
    Array,
    Link,
    Loss,
    Schema,
    Targets,
    objective,
    one_hot,
    to_logits,
    to_probabilities,
)


def _needs(params: Mapping[str, Any]) -> set[str]:
    return {"cross_entropy"} if params["temperature"] == 1 else {"cross_entropy", "temperature"}


@objective(
    source="Hinton, Vinyals & Dean, 2015, Distilling the knowledge in a neural network; "
    "its weightings: Liu et al., 2018, GAN-TSC; Li, 2018; Dao et al., 2021",
    needs=_needs,
)
def soft(
    outputs: Array,
    labels: Array,
    schema: Schema,
    *,
    temperature: float = 4.0,
    kd_weight: float = 0.9,
    t_squared: bool = True,
    over_classes: Literal["sum", "mean"] = "sum",
    floor: float = 1 / 500,
) -> tuple[Targets, Targets]:
    """Cross-entropy to the softened teacher, plus cross-entropy to the label where it is known.

    The first term has the weight kd_weight·T² (Dao et al.), kd_weight with t_squared=false (Liu et
    al.), or kd_weight·T²/k with over_classes=mean, of k classes (Li): at T = 20 and kd_weight = 0.9
    of ten classes 360, 0.9 and 36. Where they state a Kullback-Leibler divergence instead of the
    cross-entropy, gradients are the same.

    Args:
        temperature: divides the teacher's and the student's logits in the first term.
        kd_weight: weight of the first term; the second has 1 - kd_weight.
        t_squared: multiply the first weight by temperature², which keeps the size of its
            gradient the same at every temperature.
        over_classes: mean divides the first weight by the number of classes, as an average over
            rows and classes does.
        floor: least probability of a teacher before softening, as that of a forest can be 0;
            0 softens the logits as they are.
    """
    z = _floored(outputs, floor, schema) if floor else outputs
    factor = temperature**2 if t_squared else 1.0
    factor /= schema.outputs[0] if over_classes == "mean" else 1
    teacher = Targets(
        to_probabilities(z, schema, temperature),
        Loss.CROSS_ENTROPY,
        weight=kd_weight * factor,
        temperature=temperature,
    )
    truth = one_hot(labels, schema)
    known = ~np.isnan(truth).any(axis=1)
    truth[~known] = 0.0
    return teacher, Targets(truth, Loss.CROSS_ENTROPY, weight=(1.0 - kd_weight) * known)


def _floored(outputs: Array, floor: float, schema: Schema) -> Array:
    p = to_probabilities(outputs, schema)
    if schema.link is Link.SIGMOID:
        return to_logits(np.clip(p, floor, 1.0 - floor), schema)
    raised = np.maximum(p, floor)
    return to_logits(raised / raised.sum(axis=1, keepdims=True), schema)
