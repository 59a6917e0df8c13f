"""Metric mine: how often the model is sure and wrong."""

import numpy as np

from tscbench import Array, Schema, decide, metric, to_probabilities


@metric(source="who, year, title", needs={"single_label"}, direction="lower")
def mine(labels: Array, outputs: Array, schema: Schema, *, sure: float = 0.9) -> float:
    """Share of the rows that are given to a wrong class with a probability of sure or more.

    Args:
        sure: least probability that counts, 0 to 1.
    """
    if not len(labels):
        return float("nan")
    # Score here: outputs are logits, labels are classes 0…k-1.
    p = to_probabilities(outputs, schema)
    wrong = decide(outputs, schema) != labels
    return float(np.mean(wrong & (p.max(axis=1) >= sure - 1e-9)))  # 0.9 may come as 0.8999…
