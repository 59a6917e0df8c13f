"""Brier score: squared error of the probabilities."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Link, Schema, metric, one_hot, to_probabilities


@metric(source="Brier, 1950, Verification of forecasts", direction="lower")
def brier(labels: Array, outputs: Array, schema: Schema) -> float:
    """Mean squared difference of probability and truth.

    Of two classes the second counts (0 to 1), beyond two the sum over classes (0 to 2); for
    several labels it is the mean over labels.
    """
    error = (to_probabilities(outputs, schema) - one_hot(labels, schema)) ** 2
    if schema.link is Link.SIGMOID:
        known = error[~np.isnan(error)]
        return float(known.mean()) if known.size else float("nan")
    each = error[:, 1] if schema.outputs == (2,) else error.sum(axis=1)
    return float(each.mean()) if each.size else float("nan")
