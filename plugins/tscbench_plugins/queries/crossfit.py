"""Cross-fitting: each training row is answered by a teacher fitted without its fold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tscbench import Array, Predictor, Rows, Schema, query, to_logits, to_probabilities


@query(
    source="Dao, Kamath, Syrgkanis & Mackey, 2021, Knowledge distillation as semiparametric "
    "inference",
    fits="folds",
)
def crossfit(
    fold_teachers: Sequence[Predictor],
    fold: Array,
    rows: Rows,
    schema: Schema,
    *,
    folds: int = 10,
    fold_seed: int = 0,
) -> Array:
    """Training rows by the teacher that never saw them, others by the mean of all fold teachers.

    The mean is over probabilities.

    Args:
        folds: how many fold teachers there are, each fitted without one fold of the rows.
        fold_seed: which division of the training rows into folds.
    """
    mine = np.full(len(rows), -1)
    real = rows.id >= 0
    mine[real] = fold[rows.id[real]]
    outputs = np.empty((len(rows), *schema.outputs))
    shared = mine < 0
    total = np.zeros((int(shared.sum()), *schema.outputs))
    for i in range(folds):  # one at a time: a fold teacher is loaded when it is asked for
        asked = shared | (mine == i)
        if not asked.any():
            continue
        answers = fold_teachers[i].predict(rows.take(asked).unlabelled())
        outputs[mine == i] = answers[mine[asked] == i]
        total += to_probabilities(answers[shared[asked]], schema)
    outputs[shared] = to_logits(total / folds, schema)
    return outputs
