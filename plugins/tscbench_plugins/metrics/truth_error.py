"""Truth error: how far answers are from the true probabilities, of data that was made."""

from __future__ import annotations

from typing import Literal

import numpy as np

from tscbench import Array, Schema, metric


@metric(
    source="Dao, Kamath, Syrgkanis & Mackey, 2021, Knowledge distillation as semiparametric "
    "inference",
    needs={"single_label"},
    direction="lower",
)
def truth_error(
    outputs: Array,
    schema: Schema,
    truth: Array,
    *,
    scale: Literal["p", "logp"] = "p",
    to: Literal["rows", "mean"] = "rows",
) -> float:
    """Mean squared distance to the truth: ‖p̂ - p₀‖² of a teacher, ‖f̂ - f₀‖² of a student.

    Of two classes the positive one counts, beyond two the sum over classes.

    Args:
        scale: of probabilities, or of their logarithms.
        to: the truth of each row; or its mean over the rows, which is the best constant.
    """
    if not len(outputs):
        return float("nan")
    ours, theirs = (z - np.logaddexp.reduce(z, axis=1, keepdims=True) for z in (outputs, truth))
    if scale == "p":
        ours, theirs = np.exp(ours), np.exp(theirs)
    if to == "mean":
        theirs = theirs.mean(axis=0)
    squared = (ours - theirs) ** 2
    return float(np.mean(squared[:, 1] if schema.outputs == (2,) else squared.sum(axis=1)))
