"""Classifier two-sample test: whether a strong classifier tells synthetic from real rows."""

import numpy as np

from tscbench import (
    Figure,
    Rng,
    Rows,
    Schema,
    probe,
)
from tscbench.tabular import at_most, fill_empty, native_categories


@probe(
    source="Lopez-Paz & Oquab, 2017, Revisiting classifier two-sample tests",
    needs={"tabular"},
    requires=("scikit-learn",),
    figures={"auc": Figure("lower", help="0.5 where synthetic and real rows cannot be told apart")},
)
def two_sample(
    rows: Rows,
    train: Rows,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    *,
    n_rows: int = 5000,
    n_folds: int = 5,
) -> dict[str, float]:
    """How well gradient boosting tells synthetic from validation rows, as many of each.

    auc: its cross-validated AUC. At 0.5 it cannot tell them, so that they may be of one
    distribution; at 1 it knows every row. Without validation rows it is asked about training rows,
    which a copier passes.

    Args:
        n_rows: most rows of each kind; of more rows so many are drawn.
        n_folds: parts of which each is told by a classifier fitted to the others.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    real = valid if len(valid) else train
    n = min(n_rows, len(rows), len(real))
    if n < 2 * n_folds:
        return {"auc": float("nan")}
    x = fill_empty(np.concatenate([at_most(real, n, rng).x, at_most(rows, n, rng).x]))
    y = np.repeat([0, 1], n)
    folds, fits = (int(seed) for seed in rng.integers(2**31, size=2))
    model = HistGradientBoostingClassifier(
        categorical_features=native_categories(schema), early_stopping=False, random_state=fits
    )
    parts = StratifiedKFold(n_folds, shuffle=True, random_state=folds)
    return {"auc": float(cross_val_score(model, x, y, cv=parts, scoring="roc_auc").mean())}
