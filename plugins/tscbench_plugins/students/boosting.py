"""Gradient boosting as a student: small trees in sequence on the teacher's answers."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from itertools import islice
from typing import Any

import numpy as np

from tscbench import Array, CompressionSet, Predictor, Rng, Rows, Schema, student
from tscbench.tabular import (
    boosted_size,
    equal_or_none,
    fill_empty,
    in_blocks,
    native_categories,
    regressed_outputs,
    regression_problem,
)


@student(
    source="Friedman, 2001, Greedy function approximation; Ke et al., 2017, LightGBM",
    offers={"squared", "signed_targets"},
    prefix="n_iterations",
    requires=("scikit-learn",),
    exempt={"another_rng": "it draws only to bin more than 200,000 rows"},
)
def boosting(
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    *,
    n_iterations: int = 100,
    learning_rate: float = 0.1,
    max_leaf_nodes: int = 31,
    min_samples_leaf: int = 20,
    l2: float = 0.0,
) -> Predictor:
    """Histogram gradient boosting on squared error, one model for each regressed column.

    Categorical columns of up to 255 levels are split by subsets of levels, others as numbers.
    There is no early stopping, so k rounds of a longer fit are the fit of k rounds.

    Args:
        n_iterations: boosting rounds, one tree each.
        learning_rate: factor on every tree.
        max_leaf_nodes: most leaves of a tree.
        min_samples_leaf: fewest rows in a leaf.
        l2: penalty on squared leaf values.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor

    x, values, weight, scale = regression_problem(compression_set, schema)
    seed = int(rng.integers(2**31))

    def fit(column: Array) -> Any:
        return HistGradientBoostingRegressor(
            max_iter=n_iterations,
            learning_rate=learning_rate,
            max_leaf_nodes=max_leaf_nodes,
            min_samples_leaf=min_samples_leaf,
            l2_regularization=l2,
            categorical_features=native_categories(schema),
            early_stopping=False,
            random_state=seed,
        ).fit(fill_empty(x), column, sample_weight=equal_or_none(weight))

    models = [fit(column) for column in values.T]

    def first(k: int) -> Predictor:
        def answer(block: Array) -> Array:
            return np.stack([_after(model, k, block) for model in models], axis=1)

        def predict(rows: Rows) -> Array:
            return regressed_outputs(in_blocks(answer, rows.x, len(models)), scale, schema)

        size = boosted_size(models, k)
        return Predictor(predict, prefix=first, size=size, model=_first_rounds(models, k))

    return first(n_iterations)


def _after(model: Any, k: int, x: Array) -> Array:
    """What `model` predicts after its first k rounds, `(m,)`."""
    if k == model.n_iter_:
        return model.predict(x)
    return next(islice(model.staged_predict(x), k - 1, k))


def _first_rounds(models: Sequence[Any], k: int) -> Any:
    """One estimator of the first k rounds of `models`, whose trees it shares; several are the
    columns of a `MultiOutputRegressor`."""
    from sklearn.multioutput import MultiOutputRegressor

    kept = []
    for model in models:
        smaller = copy(model)
        smaller._predictors, smaller.max_iter = model._predictors[:k], k
        kept.append(smaller)
    if len(kept) == 1:
        return kept[0]
    together = MultiOutputRegressor(kept[0])
    together.estimators_ = kept
    return together
