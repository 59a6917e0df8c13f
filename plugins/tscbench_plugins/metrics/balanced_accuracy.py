"""Balanced accuracy: accuracy in which every class counts the same."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Link, Schema, decide, metric


@metric(source="Brodersen et al., 2010, The balanced accuracy and its posterior distribution")
def balanced_accuracy(labels: Array, outputs: Array, schema: Schema) -> float:
    """Mean recall over the classes present; for several labels, the mean of that over labels.

    Decisions are those of `accuracy`: p >= 0.5, beyond two classes the last largest output.
    """
    decided = decide(outputs, schema)
    if schema.link is Link.SIGMOID:
        known = ~np.isnan(labels)
        each = [
            _mean_recall(y[k], d[k])
            for y, d, k in zip(labels.T, decided.T, known.T, strict=True)
            if k.any()
        ]
        return float(np.mean(each)) if each else float("nan")
    if not len(labels):
        return float("nan")
    return _mean_recall(labels, decided)


def _mean_recall(labels: Array, decided: Array) -> float:
    right = decided == labels
    return float(np.mean([right[labels == value].mean() for value in np.unique(labels)]))
