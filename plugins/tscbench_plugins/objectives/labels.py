"""Labels: no teacher at all, the baseline that every compression should beat."""

from __future__ import annotations

from typing import Literal

from tscbench import Array, Loss, Schema, Targets, objective, one_hot


@objective(
    source="the student-only baseline of Liu et al., 2018, GAN-TSC",
    needs=lambda params: {params["loss"]},
)
def labels(
    labels: Array, schema: Schema, *, loss: Literal["squared", "cross_entropy"] = "squared"
) -> Targets:
    """The true labels as probabilities 0 and 1; rows of unknown label carry no target.

    Args:
        loss: what the student minimises; squared is what a regression forest can do.
    """
    return Targets(one_hot(labels, schema), Loss(loss))
