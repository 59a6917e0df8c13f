"""AUC: the chance that a positive row is ranked above a negative one."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Link, Schema, metric, to_probabilities


@metric(source="Hanley & McNeil, 1982; more classes: Provost & Domingos, 2000, one against rest")
def auc(labels: Array, outputs: Array, schema: Schema) -> float:
    """Area under the ROC curve, ties counted half; NaN where only one class is present.

    Two classes are ranked on z₁ - z₀. Beyond two it is the mean over the classes present, each
    against the rest on its probability. Both count to 10 decimals, at which the ties of small
    forests are ties. For several labels it is the mean over those with both values.
    """
    if schema.link is Link.SIGMOID:
        return _mean([_area(z, y == 1, y == 0) for z, y in zip(outputs.T, labels.T, strict=True)])
    if schema.outputs == (2,):
        return _area(outputs[:, 1] - outputs[:, 0], labels == 1, labels == 0)
    p = to_probabilities(outputs, schema)
    return _mean([_area(p[:, c], labels == c, labels != c) for c in range(p.shape[1])])


def _area(score: Array, positive: Array, negative: Array) -> float:
    """Pairs in the right order among all pairs of a positive and a negative row."""
    score = np.round(score, 10)
    above, below = np.sort(score[positive]), np.sort(score[negative])
    pairs = len(above) * len(below)
    if not pairs or np.isnan(above[-1]) or np.isnan(below[-1]):
        return float("nan")
    left = np.searchsorted(below, above, side="left").sum()
    right = np.searchsorted(below, above, side="right").sum()
    return float((left + right) / (2 * pairs))


def _mean(areas: list[float]) -> float:
    defined = [area for area in areas if not np.isnan(area)]
    return float(np.mean(defined)) if defined else float("nan")
