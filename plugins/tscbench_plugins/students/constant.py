"""Constant: the same answer for every row, the smallest student there is."""

from __future__ import annotations

import numpy as np

from tscbench import Array, CompressionSet, Predictor, Rows, Schema, student
from tscbench.tabular import regressed_outputs, regression_problem


@student(
    source="the student of the constructed examples of Dao, Kamath, Syrgkanis & Mackey, 2021, "
    "Knowledge distillation as semiparametric inference",
    offers={"squared", "signed_targets", "deterministic"},
)
def constant(compression_set: CompressionSet, schema: Schema) -> Predictor:
    """The weighted mean of the targets: the least squared error that a constant can have."""
    _, values, weight, scale = regression_problem(compression_set, schema)
    mean = np.average(values, axis=0, weights=weight)

    def predict(rows: Rows) -> Array:
        return regressed_outputs(np.repeat(mean[None], len(rows), axis=0), scale, schema)

    return Predictor(predict, size={"parameters": mean.size})
