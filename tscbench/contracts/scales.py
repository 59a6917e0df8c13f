"""Between probabilities and logits: every model speaks logits, and no order is lost on the way."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.types import Array, Link, Scale, Schema

EDGE = 1e-12  # beyond it log and logit go on linearly: p = 0, 1 and 1.2 stay finite and ordered
TIE = 1e-9  # logits nearer than this differ by rounding alone: equal shares summed otherwise


def log(p: Array) -> Array:
    """Natural logarithm, continued linearly below `EDGE`; any shape."""
    inside = np.maximum(p, EDGE)
    return np.asarray(np.log(inside) + np.minimum(p - EDGE, 0.0) / EDGE)


def logit(p: Array) -> Array:
    """log p / (1 - p), continued linearly outside [`EDGE`, 1 - `EDGE`]; any shape.

    Values that differ by 1e-9 or more stay distinct and in order.
    """
    inside = np.clip(p, EDGE, 1 - EDGE)
    return np.asarray(np.log(inside) - np.log1p(-inside) + (p - inside) / EDGE)


def to_logits(p: Array, schema: Schema) -> Array:
    """Logits `(m, *k)` of probabilities `(m, *k)`, or `(m,)` of the positive one of two classes.

    Two classes become (0, logit p₁), so that z₁ - z₀ keeps every order of p₁. Under an identity
    link the values are returned as they are.
    """
    p = np.asarray(p, dtype=np.float64)
    if schema.link is Link.SOFTMAX and schema.outputs == (2,):
        positive = logit(p if p.ndim == 1 else p[:, 1])
        return np.stack([np.zeros_like(positive), positive], axis=1)
    if schema.link is Link.SOFTMAX:
        return log(p)
    return logit(p) if schema.link is Link.SIGMOID else p


def to_probabilities(outputs: Array, schema: Schema, temperature: float = 1.0) -> Array:
    """Probabilities `(m, *k)` of logits `(m, *k)` divided by `temperature`."""
    z = np.asarray(outputs, dtype=np.float64) / temperature
    if schema.link is Link.SOFTMAX:
        z = z - z.max(axis=1, keepdims=True)
        e = np.exp(z)
        return np.asarray(e / e.sum(axis=1, keepdims=True))
    if schema.link is Link.SIGMOID:
        return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))
    return z


def to_outputs(values: Array, scale: Scale, schema: Schema) -> Array:
    """Logits `(m, *k)` of what a student regressed, `(m, *k)` on `scale`."""
    if scale is Scale.PROBABILITY:
        return to_logits(values, schema)
    return np.asarray(values, dtype=np.float64)


def decide(outputs: Array, schema: Schema) -> Array:
    """The class of the largest logit `(m,)`, of equal ones the last, so that two classes are cut at
    p >= 0.5; of several labels whether each is at p >= 0.5, `(m, k)` bool.

    Logits within `TIE` are equal: what is ½ may have come as 0.49999999999999994.
    """
    if schema.link is Link.SIGMOID:
        return np.asarray(outputs >= -TIE)
    largest = outputs >= outputs.max(axis=1, keepdims=True) - TIE
    return np.asarray(outputs.shape[1] - 1 - np.argmax(largest[:, ::-1], axis=1))


def one_hot(labels: Array, schema: Schema) -> Array:
    """Labels as probabilities `(m, *k)`; rows whose label is unknown are NaN."""
    if labels.ndim > 1:
        return labels.astype(np.float64)
    k = schema.outputs[0]
    p = np.zeros((len(labels), k))
    known = labels >= 0
    p[np.flatnonzero(known), labels[known].astype(int)] = 1.0
    p[~known] = np.nan
    return p
