"""Split: one part of the training rows makes the teacher, the other its student."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tscbench import Array, Predictor, Rows, Schema, query


@query(
    source="Dao, Kamath, Syrgkanis & Mackey, 2021, Knowledge distillation as semiparametric "
    "inference",
    fits="share",
)
def split(
    fold_teachers: Sequence[Predictor],
    fold: Array,
    rows: Rows,
    schema: Schema,
    *,
    share: float = 0.5,
    fold_seed: int = 0,
) -> Array:
    """Answers of a teacher fitted on a share of the training rows, which themselves have none.

    Args:
        share: of the training rows, that the teacher is fitted on.
        fold_seed: which division of the training rows.
    """
    asked = rows.id < 0
    asked[~asked] = fold[rows.id[~asked]] == 0
    outputs = np.full((len(rows), *schema.outputs), np.nan)
    outputs[asked] = fold_teachers[0].predict(rows.take(asked).unlabelled())
    return outputs
