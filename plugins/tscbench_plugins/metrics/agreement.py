"""Agreement: how often the student decides as its teacher does."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Schema, decide, metric


@metric(source="Stanton et al., 2021, Does knowledge distillation really work?")
def agreement(outputs: Array, schema: Schema, teacher_outputs: Array) -> float:
    """Share of rows, or of single label decisions, on which student and teacher decide alike.

    Decisions are those of `accuracy`: p >= 0.5, beyond two classes the last largest output.
    """
    if not len(outputs):
        return float("nan")
    return float(np.mean(decide(outputs, schema) == decide(teacher_outputs, schema)))
