"""Logits: regress the teacher on the log scale, where small probabilities still differ."""

from __future__ import annotations

import numpy as np

from tscbench import (
    Array,
    Link,
    Loss,
    Scale,
    Schema,
    Targets,
    objective,
    to_logits,
    to_probabilities,
)


@objective(
    source="Ba & Caruana, 2014, Do deep nets really need to be deep?",
    needs={"squared", "signed_targets"},
)
def logits(
    outputs: Array, schema: Schema, *, floor: float = 1 / 500, centred: bool = True
) -> Targets:
    """Squared error on the teacher's logits, kept finite by a floor under its probabilities.

    Two classes are regressed on (0, log p / (1 - p)) of the second, each of several labels on
    log p / (1 - p), and more than two classes on log p, as logits are free up to a shift.

    Args:
        floor: probabilities below it are raised to it, without a change to the others; where
            1 - p counts too, p stays below 1 - floor. 0 takes the teacher's logits as they are.
        centred: a network's logits are compared with the teacher's after both were centred, as
            softmax leaves their shift free; false is the plain L2 of Ba & Caruana. A student that
            regresses columns is the same by both.
    """
    if floor == 0:
        return Targets(outputs, Loss.SQUARED, Scale.LOGIT, free_shift=centred)
    several = schema.link is Link.SOFTMAX and schema.outputs[0] > 2
    p = np.clip(to_probabilities(outputs, schema), floor, 1.0 if several else 1.0 - floor)
    return Targets(to_logits(p, schema), Loss.SQUARED, Scale.LOGIT, free_shift=centred)
