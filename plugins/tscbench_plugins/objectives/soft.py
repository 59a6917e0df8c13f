"""Soft targets: the classic distillation loss, softened teacher plus true labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    source="Hinton, Vinyals & Dean, 2015, Distilling the knowledge in a neural network",
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
    floor: float = 1 / 500,
) -> tuple[Targets, Targets]:
    """Cross-entropy to the softened teacher, plus cross-entropy to the label where it is known.

    Args:
        temperature: divides the teacher's and the student's logits in the first term.
        kd_weight: weight of the first term; the second has 1 - kd_weight.
        t_squared: multiply the first weight by temperature², which keeps the size of its
            gradient the same at every temperature.
        floor: least probability of a teacher before softening, as that of a forest can be 0;
            0 softens the
            logits as they are.
    """
    z = _floored(outputs, floor, schema) if floor else outputs
    factor = temperature**2 if t_squared else 1.0
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
