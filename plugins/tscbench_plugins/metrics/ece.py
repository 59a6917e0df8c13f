"""Expected calibration error: how far confidence is from accuracy."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Link, Schema, decide, metric, to_probabilities


@metric(source="Guo et al., 2017, On calibration of modern neural networks", direction="lower")
def ece(labels: Array, outputs: Array, schema: Schema, *, n_bins: int = 15) -> float:
    """Mean over rows of |accuracy - confidence| in the row's bin of confidence.

    Confidence is the probability of the decided class; each of several labels is a row of its own.

    Args:
        n_bins: bins of equal width over [0, 1], each closed above; a confidence within 1e-9 of an
            edge is on it, as its way through logits has rounded it.
    """
    p, decided = to_probabilities(outputs, schema), decide(outputs, schema)
    if schema.link is Link.SIGMOID:
        known = ~np.isnan(labels)
        confidence, right = np.maximum(p, 1.0 - p)[known], (decided == labels)[known]
    else:
        confidence, right = p.max(axis=1), decided == labels
    if not len(confidence):
        return float("nan")
    bins = np.clip(np.ceil(confidence * n_bins - 1e-9).astype(int) - 1, 0, n_bins - 1)
    gaps = np.bincount(bins, weights=right - confidence, minlength=n_bins)
    return float(np.abs(gaps).sum() / len(confidence))
