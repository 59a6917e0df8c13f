"""Teacher entropy: how sure the teacher is of its answers on synthetic rows."""

import numpy as np

from tscbench import (
    Array,
    Figure,
    Link,
    Schema,
    probe,
    to_probabilities,
)


@probe(
    source="rows near the boundary teach most; Heo et al., 2019, Knowledge distillation with "
    "adversarial samples supporting decision boundary",
    figures={
        "entropy": Figure("", "nats", "mean entropy of the teacher's probabilities"),
        "near_tie": Figure("", "share", "rows that the teacher hardly decides"),
    },
)
def teacher_entropy(outputs: Array, schema: Schema, *, margin: float = 0.1) -> dict[str, float]:
    """How unsure the teacher is of its answers on synthetic rows.

    entropy: mean entropy of its probabilities, in nats, of several labels that of one label.
    near_tie: share of rows, or labels, where moving less than `margin` of probability from the
    likeliest answer to the next would make a tie: |p₁ - 0.5| < 0.1 of two classes. Rows that could
    not be answered are left out.

    Args:
        margin: distance from a tie, in probability.
    """
    answered = ~np.isnan(outputs.reshape(len(outputs), -1)).any(axis=1)
    if schema.link is Link.IDENTITY or not answered.any():
        return {"entropy": float("nan"), "near_tie": float("nan")}
    p = to_probabilities(outputs[answered], schema)
    if schema.link is Link.SIGMOID:
        p = np.stack([p.ravel(), 1 - p.ravel()], axis=1)
    logs = np.log(p, where=p > 0, out=np.zeros_like(p))
    best = np.sort(p, axis=1)[:, -2:]
    lead = best[:, -1] - best[:, 0] if p.shape[1] > 1 else np.ones(len(p))
    return {
        "entropy": float(-(p * logs).sum(axis=1).mean()),
        "near_tie": float((lead < 2 * margin - 1e-9).mean()),
    }
