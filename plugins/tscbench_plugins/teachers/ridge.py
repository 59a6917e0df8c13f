"""Ridge regression of the labels: a linear teacher whose penalty keeps it from fitting."""

from __future__ import annotations

from typing import Literal

import numpy as np

from tscbench import Array, Predictor, Rows, Schema, one_hot, teacher, to_logits


@teacher(
    source="Hoerl & Kennard, 1970, Ridge regression: biased estimation for nonorthogonal problems",
    needs={"tabular", "numeric", "complete"},
    offers={"deterministic"},
)
def ridge(
    train: Rows, schema: Schema, *, penalty: float | None = None, degree: Literal[0, 1] = 1
) -> Predictor:
    """Least squares on labels of 0 and 1: argmin over w of Σ(yᵢ - w·φ(xᵢ))²/n + λ‖w‖².

    φ(x) is 1 and, for degree 1, the standardised columns. The constant is penalised too: degree 0
    gives every row p̂ = Σyᵢ/(n(1+λ)), the underfitted teacher of Dao et al., 2021. Two classes are
    one regression, of the positive class; answers may leave [0, 1], and keep their order there.

    Args:
        penalty: λ; None for n^(-1/4), of n training rows.
        degree: 1 to fit the columns, 0 for the constant alone.
    """
    y = one_hot(train.y, schema)
    y = y[:, 1:] if "two_classes" in schema.facts else y
    mean, spread = train.x.mean(axis=0), train.x.std(axis=0)
    varies = np.ptp(train.x, axis=0) > 0  # equal numbers may have a spread of 1e-17
    scale = np.where(varies, 1 / np.where(varies, spread, 1.0), 0.0)
    features = np.column_stack(
        [np.ones(len(y)), ((train.x - mean) * scale)[:, : degree * len(mean)]]
    )
    strength = len(y) ** -0.25 if penalty is None else penalty
    gram = features.T @ features / len(y) + strength * np.eye(features.shape[1])
    weights = np.linalg.lstsq(gram, features.T @ y / len(y), rcond=None)[0]

    def predict(rows: Rows) -> Array:
        p = np.repeat(weights[:1], len(rows), axis=0)
        for column, weight in enumerate(weights[1:]):  # the same sums for any number of rows
            p += ((rows.x[:, column] - mean[column]) * scale[column])[:, None] * weight
        return to_logits(p[:, 0] if "two_classes" in schema.facts else p, schema)

    return Predictor(predict, size={"parameters": weights.size})
