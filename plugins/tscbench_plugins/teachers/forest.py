"""Random forest: the usual teacher for tables, with out-of-bag answers for free."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from tscbench import Array, Link, Predictor, Rng, Rows, Schema, teacher, to_logits
from tscbench.tabular import mean_of_trees, row_groups, tree_size


@teacher(
    source="Breiman, 2001, Random forests, Machine Learning 45",
    offers={"oob"},
    requires=("scikit-learn",),
    small={"n_trees": 12},
)
def forest(
    train: Rows,
    schema: Schema,
    rng: Rng,
    *,
    n_trees: int = 500,
    max_depth: int | None = None,
    max_leaf_nodes: int | None = None,
    min_samples_leaf: int = 1,
    max_features: float | Literal["sqrt", "log2"] | None = "sqrt",
) -> Predictor:
    """Random forest: the mean of the class shares in the leaves of bootstrapped Gini trees.

    The defaults are those of scikit-learn. Out-of-bag answers are computed once, while fitting; a
    tree that has a row has seen the rows that equal it in the single precision of trees.

    Args:
        n_trees: trees in the forest.
        max_depth: greatest depth of a tree; None for no limit.
        max_leaf_nodes: most leaves of a tree, grown best first; None for no limit.
        min_samples_leaf: fewest training rows in a leaf.
        max_features: columns tried at each split: a share, a rule, or None for all.
    """
    from sklearn.ensemble import RandomForestClassifier

    x = train.x.reshape(len(train), -1).astype(np.float32)
    fitted = RandomForestClassifier(
        n_trees,
        max_depth=max_depth,
        max_leaf_nodes=max_leaf_nodes,
        min_samples_leaf=min_samples_leaf,
        max_features=max_features,
        random_state=int(rng.integers(2**31)),
    ).fit(x, train.y.ravel() if train.y.shape[1:] == (1,) else train.y)
    trees = [member.tree_ for member in fitted.estimators_]
    shares = _label_shares if schema.link is Link.SIGMOID else _class_shares
    several = isinstance(fitted.classes_, list)
    spread = _spread(fitted.classes_ if several else [fitted.classes_], schema)
    oob = spread(_out_of_bag(trees, shares, fitted.estimators_samples_, x))
    position = np.full(train.id.max() + 1, -1)
    position[train.id] = np.arange(len(train))

    def predict(rows: Rows) -> Array:
        return to_logits(spread(mean_of_trees(trees, shares, rows.x)), schema)

    def predict_oob(ids: Array) -> Array:
        ids = np.asarray(ids, dtype=int)
        known = (ids >= 0) & (ids < len(position))
        found = np.where(known, position[np.where(known, ids, 0)], -1)
        p = oob[np.maximum(found, 0)]
        p[found < 0] = np.nan
        return np.where(np.isnan(p), np.nan, to_logits(p, schema))

    return Predictor(predict, predict_oob=predict_oob, size=tree_size(trees), model=fitted)


def _class_shares(tree: Any) -> Array:
    """The shares of the classes seen in training, `(nodes, classes)`."""
    return tree.value[:, 0, :]


def _label_shares(tree: Any) -> Array:
    """The share of each label's larger value, `(nodes, labels)`."""
    return tree.value[:, :, -1]


def _spread(classes: list[Array], schema: Schema) -> Any:
    """From shares of what training held to probabilities `(m, k)`: what it lacked has none."""
    k = schema.outputs[0]

    def of_classes(shares: Array) -> Array:
        p = np.zeros((len(shares), k))
        p[:, classes[0].astype(int)] = shares
        p[np.isnan(shares[:, 0])] = np.nan
        return p

    def of_labels(shares: Array) -> Array:
        p = shares.copy()
        for label, values in enumerate(classes):
            if len(values) == 1:
                p[:, label] = np.where(np.isnan(p[:, label]), np.nan, values[0])
        return p

    return of_labels if schema.link is Link.SIGMOID else of_classes


def _out_of_bag(trees: list[Any], shares: Any, bootstraps: list[Array], x: Array) -> Array:
    """Mean shares over the trees whose bootstrap lacked the row and all its twins; NaN where there
    is none."""
    group = row_groups(x)
    total = np.zeros((len(x), shares(trees[0]).shape[1]))
    count = np.zeros((len(x), 1))
    for tree, bootstrap in zip(trees, bootstraps, strict=True):
        unseen = np.ones(len(x), dtype=bool)
        unseen[group[bootstrap]] = False
        rows = np.flatnonzero(unseen[group])
        total[rows] += shares(tree)[tree.apply(x[rows])]
        count[rows] += 1
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
