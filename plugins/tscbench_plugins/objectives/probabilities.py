"""Probabilities: regress what the teacher gives for each class."""

from __future__ import annotations

from tscbench import Array, Loss, Schema, Targets, objective, to_probabilities


@objective(source="Liu et al., 2018, Teacher-student compression with GANs", needs={"squared"})
def probabilities(outputs: Array, schema: Schema) -> Targets:
    """Squared error on the teacher's probabilities, the Brier score against the teacher."""
    return Targets(to_probabilities(outputs, schema), Loss.SQUARED)
