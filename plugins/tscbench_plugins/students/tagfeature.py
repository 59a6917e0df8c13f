"""TagFeature: a linear model of each tag on the row and on what first models say of all tags."""

from typing import Any

import numpy as np

from tscbench import Array, CompressionSet, Predictor, Rng, Rows, Schema, student
from tscbench.tabular import calibration, neighbourhood, tagged_rows


@student(
    source="Chen, Xu, Tsang & Luo, 2012, Tag-based image retrieval improved by augmented features "
    "and group-based refinement",
    needs={"numeric", "complete"},
    offers={"labels_only"},
    requires=("scikit-learn",),
    small={"folds": 2},
)
def tagfeature(
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    *,
    penalty: float = 1.0,
    folds: int = 5,
) -> Predictor:
    """A logistic regression for each tag, of standardised columns and of q.

    q are the tags' probabilities by other such regressions, over their sum. That of a training row
    is by regressions that were fitted without it, as those that saw it would be too sure. Rows that
    carry a tag weigh in all as much as the others; in the end scores become logits of the tags
    as they are carried.

    Args:
        penalty: 1/C of the regressions, whose weights are penalised by their squares.
        folds: parts of the training rows that first models are fitted without.
    """
    x, tags = tagged_rows(compression_set, schema)
    space = neighbourhood(x, "euclidean")
    points, q = space.points, np.empty(tags.shape)
    part = rng.permutation(np.arange(len(points)) % folds)
    for fold in range(min(folds, len(points))):
        held = part == fold
        q[held] = _scores(_fit_all(points[~held], tags[~held], penalty), points[held])
    first = _fit_all(points, tags, penalty)
    both = np.hstack([points, _shares(q)])
    weights, shifts = _fit_all(both, tags, penalty)
    slopes, levels = calibration(_scores((weights, shifts), both), tags)
    last = slopes * weights, slopes * shifts + levels

    def predict(rows: Rows) -> Array:
        z = space.scaled(rows.x)
        return _scores(last, np.hstack([z, _shares(_scores(first, z))]))

    return Predictor(predict, size={"parameters": sum(w.size + b.size for w, b in (first, last))})


def _fit_all(x: Array, tags: Array, penalty: float) -> tuple[Array, Array]:
    """Weights `(d, k)` and shifts `(k,)`; a tag that all rows or none carry has a shift alone."""
    from sklearn.linear_model import LogisticRegression

    weights, shifts = np.zeros((x.shape[1], tags.shape[1])), np.zeros(tags.shape[1])
    for j, carried in enumerate(tags.T > 0):
        if carried.all() or not carried.any():
            shifts[j] = 10.0 if carried.all() else -10.0
            continue
        made: Any = LogisticRegression(C=1 / penalty, class_weight="balanced", max_iter=1000)
        made.fit(x, carried)
        weights[:, j], shifts[j] = made.coef_[0], made.intercept_[0]
    return weights, shifts


def _scores(model: tuple[Array, Array], x: Array) -> Array:
    """Logits `(m, k)`; einsum gives the same sums for any number of rows."""
    return np.einsum("md,dk->mk", x, model[0]) + model[1]


def _shares(z: Array) -> Array:
    p = 0.5 * (1 + np.tanh(0.5 * z))
    return p / np.maximum(p.sum(axis=1, keepdims=True), 1e-12)
