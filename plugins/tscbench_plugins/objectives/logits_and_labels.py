"""Logits and labels: the squared distance to the teacher's logits, plus the labels."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Loss, Scale, Schema, Targets, objective, one_hot


@objective(
    source="what code released with Wang et al., 2018, KDGAN, calls distillation (DISTN)",
    needs={"squared", "cross_entropy", "signed_targets"},
)
def logits_and_labels(
    outputs: Array,
    labels: Array,
    schema: Schema,
    *,
    kd_weight: float = 0.7,
    divide: float = 1.0,
) -> tuple[Targets, Targets]:
    """Half the sum of squared differences of logits, plus cross-entropy to the known label.

    The weights are kd_weight/divide² and 1 - kd_weight; logits are compared as they are. No law is
    softened: released for MNIST the temperature cancels, for CIFAR-10 it is `divide`.

    Args:
        kd_weight: weight of the first term; the second has 1 - kd_weight.
        divide: divides both logits, whose squares are summed and halved.
    """
    half = schema.outputs[0] / 2  # a squared loss is the mean over outputs
    first = Targets(
        outputs,
        Loss.SQUARED,
        Scale.LOGIT,
        weight=kd_weight * half / divide**2,
        free_shift=False,
    )
    truth = one_hot(labels, schema)
    known = ~np.isnan(truth).any(axis=1)
    truth[~known] = 0.0
    return first, Targets(truth, Loss.CROSS_ENTROPY, weight=(1.0 - kd_weight) * known)
