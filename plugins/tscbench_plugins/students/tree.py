"""Regression tree: one CART tree on the teacher's answers, small enough to read."""

from __future__ import annotations

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
    source="Breiman, Friedman, Olshen & Stone, 1984, Classification and Regression Trees",
    offers={"squared", "signed_targets"},
    requires=("scikit-learn",),
)
def tree(
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    *,
    max_leaf_nodes: int | None = 256,
    max_depth: int | None = None,
    min_samples_leaf: int = 1,
) -> Predictor:
    """One least-squares CART tree on all rows, without a bootstrap.

    Args:
        max_leaf_nodes: most leaves, grown best first; None for no limit.
        max_depth: greatest depth; None for no limit.
        min_samples_leaf: fewest rows in a leaf.
    """
    from sklearn.tree import DecisionTreeRegressor

    x, values, weight, scale = regression_problem(compression_set, schema)
    fitted = DecisionTreeRegressor(
        max_leaf_nodes=max_leaf_nodes,
        max_depth=max_depth,
        min_samples_leaf=min_samples_leaf,
        random_state=int(rng.integers(2**31)),
    ).fit(x.astype(np.float32), values, sample_weight=equal_or_none(weight))
    trees = [fitted.tree_]

    def predict(rows: Rows) -> Array:
        return regressed_outputs(mean_of_trees(trees, regression_values, rows.x), scale, schema)

    return Predictor(predict, size=tree_size(trees), model=fitted)
