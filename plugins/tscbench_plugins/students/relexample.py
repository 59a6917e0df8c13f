"""RelExample: linear models of tags on their most relevant rows and the negatives they mistake."""

from typing import Any

import numpy as np

from tscbench import Array, CompressionSet, Predictor, Rng, Rows, Schema, student
from tscbench.tabular import Neighbourhood, calibration, neighbourhood, tagged_rows


@student(
    source="Li & Snoek, 2013, Classifying tag relevance with relevant positive and negative "
    "examples; with the bootstrap of relevant negatives of Li and others",
    needs={"numeric", "complete"},
    offers={"labels_only"},
    requires=("scikit-learn",),
    small={"rounds": 2},
)
def relexample(
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    *,
    n_positives: int = 500,
    rounds: int = 10,
    k: int = 20,
    penalty: float = 1.0,
) -> Predictor:
    """The mean of logistic regressions, each on a tag's relevant rows and on hard negatives.

    Relevant are rows that carry the tag and rank high, by the sum of two ranks: by the votes for it
    among their neighbours, and by how alike it is to their other tags, the mean cosine of columns
    of how often tags occur together. Each round draws a pool of rows without the tag, ten times as
    many, leaves out the hundredth that the mean so far is surest of, as they may lack the tag by
    oversight, and takes as many as there are positives of those that it is surest of next. In
    the end scores become logits of the tags among all training rows.

    Args:
        n_positives: most relevant rows of a tag.
        rounds: regressions of a tag.
        k: neighbours that vote.
        penalty: 1/C of the regressions, whose weights are penalised by their squares.
    """
    x, tags = tagged_rows(compression_set, schema)
    space = neighbourhood(x, "cosine")
    relevance = _relevance(space, tags, k)
    weights, shifts = np.zeros((x.shape[1], tags.shape[1])), np.zeros(tags.shape[1])
    for j, carried in enumerate(tags.T > 0):
        if carried.all() or not carried.any():
            shifts[j] = 10.0 if carried.all() else -10.0
            continue
        rows = np.flatnonzero(carried)
        best = rows[np.argsort(-relevance[rows, j], kind="stable")[:n_positives]]
        others = np.flatnonzero(~carried)
        weights[:, j], shifts[j] = _bootstrap(space.points, best, others, rounds, penalty, rng)
    slopes, levels = calibration(space.points @ weights + shifts, tags)
    weights, shifts = slopes * weights, slopes * shifts + levels

    def predict(rows: Rows) -> Array:
        return np.einsum("md,dk->mk", space.scaled(rows.x), weights) + shifts

    return Predictor(predict, size={"parameters": weights.size + shifts.size})


def _relevance(space: Neighbourhood, tags: Array, k: int) -> Array:
    """Sums of two ranks `(n, k)` among the rows that carry a tag; the higher, the more relevant."""
    votes = tags[space.nearest_others(k)].sum(axis=1)
    together = tags.T @ tags
    length = np.sqrt((together**2).sum(axis=0))
    unit = together / np.where(length > 0, length, 1.0)
    alike = unit.T @ unit
    np.fill_diagonal(alike, 0.0)
    semantic = tags @ alike / np.maximum(tags.sum(axis=1, keepdims=True) - 1, 1)
    return _ranks(votes, tags) + _ranks(semantic, tags)


def _ranks(score: Array, tags: Array) -> Array:
    """Ranks of each column, rows that carry the tag above the others."""
    order = np.argsort(np.where(tags > 0, score, -np.inf), axis=0, kind="stable")
    return np.argsort(order, axis=0, kind="stable")


def _bootstrap(
    x: Array, positives: Array, others: Array, rounds: int, penalty: float, rng: Rng
) -> tuple[Array, float]:
    """Weights `(d,)` and shift of the mean of the regressions."""
    from sklearn.linear_model import LogisticRegression

    weight, shift = np.zeros(x.shape[1]), 0.0
    for t in range(rounds):
        pool = rng.permutation(others)[: max(10 * len(positives), 10)]
        surest = np.argsort(-(x[pool] @ weight), kind="stable")
        kept = pool[surest[len(pool) // 100 :]][: max(len(positives), 1)]
        made: Any = LogisticRegression(C=1 / penalty, class_weight="balanced", max_iter=1000)
        chosen = np.concatenate([positives, kept])
        made.fit(x[chosen], np.arange(len(chosen)) < len(positives))
        weight = (t * weight + made.coef_[0]) / (t + 1)
        shift = (t * shift + made.intercept_[0]) / (t + 1)
    return weight, shift
