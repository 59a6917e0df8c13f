"""Accuracy: the share of right decisions."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Link, Schema, decide, metric


@metric(source="the headline metric of Liu et al., 2018, GAN-TSC")
def accuracy(labels: Array, outputs: Array, schema: Schema) -> float:
    """Share of rows, or of single label decisions, that are right.

    The class of the largest output is decided, and of equal ones the last, so that two classes
    are cut at p >= 0.5; so is each label of several.
    """
    if not len(labels):
        return float("nan")
    right = decide(outputs, schema) == labels
    return float(np.mean(right[~np.isnan(labels)] if schema.link is Link.SIGMOID else right))
