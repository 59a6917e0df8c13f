"""Hard labels: the teacher's decision without its confidence."""

from __future__ import annotations

from typing import Literal

import numpy as np

from tscbench import Array, Link, Loss, Schema, Targets, decide, objective, one_hot


@objective(
    source="the hard-label arm of Bucila, Caruana & Niculescu-Mizil, 2006, Model compression",
    needs=lambda params: {params["loss"]},
)
def hard(
    outputs: Array, schema: Schema, *, loss: Literal["squared", "cross_entropy"] = "squared"
) -> Targets:
    """The class of the teacher's largest output, or each label at p >= 0.5, as 0 and 1.

    Of equal classes the last one counts, so that two classes are cut at p >= 0.5 as well.

    Args:
        loss: what the student minimises; squared is what a regression forest can do.
    """
    decided = decide(outputs, schema)
    decided = decided.astype(float) if schema.link is Link.SIGMOID else one_hot(decided, schema)
    decided[np.isnan(outputs).any(axis=1)] = np.nan
    return Targets(decided, Loss(loss))
