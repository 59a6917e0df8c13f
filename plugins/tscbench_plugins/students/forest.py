"""Regression forest: a few full trees on the teacher's answers, the papers' student for tables."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np

from tscbench import Array, CompressionSet, Predictor, Rng, Rows, Schema, student
from tscbench.tabular import (
    equal_or_none,
    mean_of_trees,
    regressed_outputs,
    regression_problem,
    regression_values,
    tree_size,
)


@student(
    source="Breiman, 2001, Random forests; as a student: Liu et al., 2018, GAN-TSC",
    offers={"squared", "signed_targets"},
    nested="n_trees",
    requires=("scikit-learn",),
)
def forest(
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    *,
    n_trees: int = 10,
    max_depth: int | None = None,
    max_leaf_nodes: int | None = None,
    min_samples_leaf: int = 1,
    max_features: float = 1.0,
) -> Predictor:
    """Regression forest: the mean of bootstrapped least-squares trees, grown in full by default.

    Each tree has a seed of its own, so the first k trees of a forest are the forest of k trees.

    Args:
        n_trees: trees in the forest.
        max_depth: greatest depth of a tree; None for no limit.
        max_leaf_nodes: most leaves of a tree, grown best first; None for no limit.
        min_samples_leaf: fewest different rows in a leaf.
        max_features: share of the columns tried at each split.
    """
    from sklearn.ensemble import RandomForestRegressor

    x, values, weight, scale = regression_problem(compression_set, schema)
    fitted = RandomForestRegressor(
        n_trees,
        max_depth=max_depth,
        max_leaf_nodes=max_leaf_nodes,
        min_samples_leaf=min_samples_leaf,
        max_features=max_features,
        random_state=int(rng.integers(2**31)),
    ).fit(
        x.astype(np.float32),
        values[:, 0] if values.shape[1] == 1 else values,
        sample_weight=equal_or_none(weight),
    )
    trees = [member.tree_ for member in fitted.estimators_]

    def first(k: int) -> Predictor:
        kept: list[Any] = trees[:k]

        def predict(rows: Rows) -> Array:
            return regressed_outputs(mean_of_trees(kept, regression_values, rows.x), scale, schema)

        return Predictor(predict, nested=first, size=tree_size(kept), model=_first_trees(fitted, k))

    return first(n_trees)


def _first_trees(fitted: Any, k: int) -> Any:
    """The forest of the first k trees, which it shares with `fitted`."""
    smaller = copy(fitted)
    smaller.estimators_, smaller.n_estimators = fitted.estimators_[:k], k
    return smaller
