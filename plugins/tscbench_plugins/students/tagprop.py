"""TagProp: weights of neighbours by their rank, and a sigmoid for each tag, learned together."""

from typing import Literal

import numpy as np

from tscbench import Array, CompressionSet, Predictor, Rows, Schema, student
from tscbench.tabular import neighbourhood, tagged_rows

EPSILON = 1e-5
"""Chance that a neighbour's tag says nothing."""


@student(
    source="Guillaumin, Mensink, Verbeek & Schmid, 2009, TagProp: discriminative metric learning "
    "in nearest neighbor models for image auto-annotation",
    needs={"numeric", "complete"},
    offers={"labels_only", "deterministic"},
    small={"k": 3, "rounds": 3},
)
def tagprop(
    compression_set: CompressionSet,
    schema: Schema,
    *,
    k: int = 20,
    distance: Literal["cosine", "euclidean"] = "cosine",
    rounds: int = 100,
) -> Predictor:
    """A logistic function, one for each tag, of the weighted share of neighbours that carry it.

    Weights of ranks are positive and sum to 1. Both maximise the likelihood of the tags of training
    rows, each asked of its neighbours without itself; carried tags weigh in all as much as others.
    They take turns, a step on the sigmoids and one on the weights, until it moves less than 1e-6.

    Args:
        k: neighbours; all where there are fewer.
        distance: of standardised columns, or of such rows of length 1.
        rounds: most turns.
    """
    x, tags = tagged_rows(compression_set, schema)
    points = neighbourhood(x, distance)
    share = np.minimum(tags.sum() / tags.size, 1 - 1 / tags.size)
    weight = np.where(tags > 0, 0.5 / share, 0.5 / (1 - share)) / tags.size
    near = points.nearest_others(k)
    ranks, slope, shift = _fit(_votes(tags, near), tags, weight, rounds)

    def predict(rows: Rows) -> Array:
        votes = _votes(tags, points.nearest(rows.x, len(ranks)))
        return slope * _mean(votes, ranks) + shift

    size = points.points.size + tags.size + len(ranks) + 2 * len(slope)
    return Predictor(predict, size={"numbers": size})


def _votes(tags: Array, near: Array) -> Array:
    """`(m, r, k)`: what the neighbour of each rank says."""
    return (1 - 2 * EPSILON) * tags[near] + EPSILON


def _mean(votes: Array, ranks: Array) -> Array:
    """The same sums for any number of rows."""
    return (votes * ranks[:, None]).sum(axis=1)


def _fit(votes: Array, tags: Array, weight: Array, rounds: int) -> tuple[Array, Array, Array]:
    """Weights of ranks `(r,)`, slopes and shifts `(k,)`."""
    ranks = np.full(votes.shape[1], 1 / max(votes.shape[1], 1))
    slope, shift = np.ones(tags.shape[1]), np.zeros(tags.shape[1])
    before, rate = -np.inf, 1.0
    for _ in range(rounds):
        at = _mean(votes, ranks)
        slope, shift = _newton(at, tags, weight, slope, shift)
        likelihood = _likelihood(slope * at + shift, tags, weight)
        gradient = np.einsum(
            "nw,nrw->r", weight * (tags - _sigmoid(slope * at + shift)) * slope, votes
        )
        while rate > 1e-6:  # the largest step that gains
            other = _simplex(ranks + rate * gradient)
            gained = _likelihood(slope * _mean(votes, other) + shift, tags, weight)
            if gained >= likelihood:
                ranks, likelihood, rate = other, gained, 2 * rate
                break
            rate /= 2
        if likelihood - before < 1e-6 * abs(likelihood):
            break
        before = likelihood
    return ranks, slope, shift


def _newton(
    at: Array, tags: Array, weight: Array, slope: Array, shift: Array
) -> tuple[Array, Array]:
    """Five Newton steps of each tag's weighted logistic regression, with a slight penalty."""
    slight = 1e-6
    for _ in range(5):
        p = _sigmoid(slope * at + shift)
        left, curve = weight * (tags - p), weight * p * (1 - p)
        g0, g1 = left.sum(0) - slight * shift, (left * at).sum(0) - slight * slope
        h00, h01 = curve.sum(0) + slight, (curve * at).sum(0)
        h11 = (curve * at * at).sum(0) + slight
        inverse = 1 / np.maximum(h00 * h11 - h01**2, 1e-12)
        shift = shift + np.clip((h11 * g0 - h01 * g1) * inverse, -5, 5)
        slope = slope + np.clip((h00 * g1 - h01 * g0) * inverse, -5, 5)
    return slope, shift


def _sigmoid(z: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * z))


def _likelihood(z: Array, tags: Array, weight: Array) -> float:
    return float((weight * (tags * z - np.logaddexp(0, z))).sum())


def _simplex(v: Array) -> Array:
    """The nearest point of positive weights that sum to 1 (Duchi et al., 2008)."""
    down = np.sort(v)[::-1]
    excess = (np.cumsum(down) - 1) / np.arange(1, len(v) + 1)
    return np.maximum(v - excess[np.flatnonzero(down > excess)[-1]], 0.0)
