"""Log-loss: how surprised the model is by the truth."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Link, Schema, metric, to_probabilities


@metric(source="Good, 1952, Rational decisions", direction="lower")
def log_loss(labels: Array, outputs: Array, schema: Schema, *, floor: float = 1e-12) -> float:
    """Mean of -log p of the true class, in nats; for several labels, the mean over labels too.

    Args:
        floor: least probability counted, as that of a forest can be 0.
    """
    p = to_probabilities(outputs, schema)
    if schema.link is Link.SIGMOID:
        known = ~np.isnan(labels)
        of_truth = np.where(labels == 1, p, 1.0 - p)[known]
    else:
        of_truth = p[np.arange(len(labels)), labels]
    if not of_truth.size:
        return float("nan")
    return float(-np.mean(np.log(np.maximum(of_truth, floor))))
