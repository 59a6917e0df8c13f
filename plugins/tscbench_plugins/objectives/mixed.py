"""Mixed: a weighted mean of the teacher's answer and the label, where there is one."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Loss, Schema, Targets, objective, one_hot, to_probabilities


@objective(
    source="Dao, Kamath, Syrgkanis & Mackey, 2021, Knowledge distillation as semiparametric "
    "inference",
    needs={"squared"},
)
def mixed(
    outputs: Array, labels: Array, real: Array, schema: Schema, *, kd_weight: float = 0.9
) -> Targets:
    """Squared error on kd_weight·p + (1 - kd_weight)·y, of synthetic rows on p alone.

    Args:
        kd_weight: the teacher's share in the mean.
    """
    p = to_probabilities(outputs, schema)
    truth = np.where(real[:, None], one_hot(labels, schema), np.nan)
    return Targets(np.where(np.isnan(truth), p, p + (1 - kd_weight) * (truth - p)), Loss.SQUARED)
