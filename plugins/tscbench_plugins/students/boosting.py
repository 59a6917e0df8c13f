"""Gradient boosting as a student: small trees in sequence on the teacher's answers."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
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
    nested="n_iterations",
    requires=("scikit-learn",),
    exempt={"another_rng": "it draws only to bin more than 200,000 rows"},
    small={"n_iterations": 4},
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
        kept = [_first_rounds(model, k) for model in models]

        def answer(block: Array) -> Array:
            return np.stack([model.predict(block) for model in kept], axis=1)

        def predict(rows: Rows) -> Array:
            return regressed_outputs(in_blocks(answer, rows.x, len(kept)), scale, schema)

        return Predictor(predict, nested=first, size=boosted_size(kept), model=_joined(kept))

    return first(n_iterations)


def _first_rounds(model: Any, k: int) -> Any:
    """The first k rounds of `model`, whose trees it shares."""
    smaller = copy(model)
    smaller._predictors, smaller.max_iter = model._predictors[:k], k
    return smaller


def _joined(models: Sequence[Any]) -> Any:
    """One estimator of `models`, which are the columns of a `MultiOutputRegressor` if several."""
    from sklearn.multioutput import MultiOutputRegressor

    if len(models) == 1:
        return models[0]
    together = MultiOutputRegressor(models[0])
    together.estimators_ = list(models)
    return together
