"""Gradient boosting on binned columns: a strong teacher for tables that fits in seconds."""

from __future__ import annotations

from typing import Any

import numpy as np

from tscbench import Array, Link, Predictor, Rng, Rows, Schema, teacher, to_logits
from tscbench.tabular import boosted_size, fill_empty, in_blocks, native_categories


@teacher(
    source="Friedman, 2001, Greedy function approximation; Ke et al., 2017, LightGBM",
    requires=("scikit-learn",),
    exempt={"another_rng": "it draws only to bin more than 200,000 rows"},
    small={"n_iterations": 6},
)
def boosting(
    train: Rows,
    schema: Schema,
    rng: Rng,
    *,
    n_iterations: int = 100,
    learning_rate: float = 0.1,
    max_leaf_nodes: int = 31,
    min_samples_leaf: int = 20,
    l2: float = 0.0,
) -> Predictor:
    """Histogram gradient boosting on the log-loss, one model for each label of several.

    Categorical columns of up to 255 levels are split by subsets of levels, others as numbers.
    There is no early stopping.

    Args:
        n_iterations: boosting rounds; each grows one tree, or one a class beyond two classes.
        learning_rate: factor on every tree.
        max_leaf_nodes: most leaves of a tree.
        min_samples_leaf: fewest training rows in a leaf.
        l2: penalty on squared leaf values.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    x = fill_empty(train.x.reshape(len(train), -1))

    def fit(y: Array) -> Any:
        return HistGradientBoostingClassifier(
            max_iter=n_iterations,
            learning_rate=learning_rate,
            max_leaf_nodes=max_leaf_nodes,
            min_samples_leaf=min_samples_leaf,
            l2_regularization=l2,
            categorical_features=native_categories(schema),
            early_stopping=False,
            random_state=int(rng.integers(2**31)),
        ).fit(x, y)

    targets = train.y.T if schema.link is Link.SIGMOID else [train.y]
    seen = [np.unique(y) for y in targets]
    models = [fit(y) if len(v) > 1 else None for y, v in zip(targets, seen, strict=True)]
    width = schema.outputs[0]

    def answer(block: Array) -> Array:
        if schema.link is not Link.SIGMOID:
            return _class_logits(models[0], seen[0].astype(int), block, schema)
        columns = [
            _constant(values[0], len(block), schema) if m is None else m.decision_function(block)
            for m, values in zip(models, seen, strict=True)
        ]
        return np.stack(columns, axis=1)

    fitted = [model for model in models if model is not None]
    return Predictor(
        lambda rows: in_blocks(answer, rows.x, width),
        size=boosted_size(fitted),
        model=fitted[0] if len(fitted) == 1 else fitted or None,
    )


def _constant(value: float, m: int, schema: Schema) -> Array:
    return to_logits(np.full(m, value), schema)


def _class_logits(model: Any, seen: Array, x: Array, schema: Schema) -> Array:
    """Logits `(m, k)`; classes that training lacked have the logit of probability 0."""
    p = np.zeros((len(x), schema.outputs[0]))
    p[:, seen[0]] = 1.0
    z = to_logits(p, schema)
    if model is None:
        return z
    raw = model.decision_function(x)
    if raw.ndim == 1:
        raw = np.stack([np.zeros_like(raw), raw], axis=1)
    if len(seen) < p.shape[1]:
        raw = raw - np.logaddexp.reduce(raw, axis=1, keepdims=True)
    z[:, seen] = raw
    return z
