"""Fidelity: how much of the teacher's variation the student explains."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Link, Schema, metric, to_probabilities


@metric(source="R² to the teacher; Stanton et al., 2021, Does knowledge distillation really work?")
def fidelity(outputs: Array, schema: Schema, teacher_outputs: Array) -> float:
    """R² of the student's probabilities to the teacher's: 1 is equality, 0 the teacher's mean.

    Squares are summed over all columns, for two classes over the positive one. NaN where the
    teacher's answers do not vary.
    """
    ours, theirs = (to_probabilities(z, schema) for z in (outputs, teacher_outputs))
    if schema.link is Link.SOFTMAX and schema.outputs == (2,):
        ours, theirs = ours[:, 1:], theirs[:, 1:]
    if not len(theirs) or not (np.ptp(theirs, axis=0) > 1e-9).any():
        return float("nan")
    spread = np.sum((theirs - theirs.mean(axis=0)) ** 2)
    return float(1.0 - np.sum((ours - theirs) ** 2) / spread)
