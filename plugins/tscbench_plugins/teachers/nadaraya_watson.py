"""Nadaraya-Watson smoothing with a singular kernel: a teacher that interpolates and generalises."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Predictor, Rows, Schema, SpecError, one_hot, teacher, to_logits

BLOCK = 2**20
"""Weights held at once."""


@teacher(
    source="Belkin, Rakhlin & Tsybakov, 2019, Does data interpolation contradict statistical "
    "optimality?",
    needs={"tabular", "numeric", "complete"},
    offers={"deterministic"},
)
def nadaraya_watson(
    train: Rows, schema: Schema, *, bandwidth: float = 1.0, exponent: float | None = None
) -> Predictor:
    """Labels averaged with weights K((x - xᵢ)/h), K(u) = ‖u‖⁻ᵃ for ‖u‖ ≤ 1 and else 0.

    h = bandwidth·n^(-1/(4+d)) for n training rows of d columns; the norm is Euclidean, of columns
    in their own units. A training row has the mean label of the rows equal to it, a row that has no
    training row within h the mean label of all.

    Args:
        bandwidth: of h, at n = 1.
        exponent: a, above 0 and below d/2; None for d/4.
    """
    n, d = train.x.shape
    a = d / 4 if exponent is None else exponent
    if not 0 < a < d / 2:
        raise SpecError(
            f"teacher nadaraya_watson: exponent={a:g} on {d} columns; it must lie between 0 and "
            f"{d / 2:g}: leave it out for {d / 4:g}"
        )
    radius = bandwidth * n ** (-1 / (4 + d))
    y = one_hot(train.y, schema)
    overall = y.mean(axis=0)

    def smooth(x: Array) -> Array:
        far = sum((x[:, j, None] - train.x[:, j]) ** 2 for j in range(d)) / radius**2
        equal = far == 0
        with np.errstate(divide="ignore"):
            weight = np.where(far <= 1, far ** (-a / 2), 0.0)
        weight = np.where(equal.any(axis=1, keepdims=True), equal, weight)
        total = weight.sum(axis=1)
        near = np.stack([(weight * column).sum(axis=1) for column in y.T], axis=1)
        return np.where(total[:, None] > 0, near / np.maximum(total, 1e-300)[:, None], overall)

    def predict(rows: Rows) -> Array:
        step = max(1, BLOCK // n)
        p = np.empty((len(rows), *schema.outputs))
        for start in range(0, len(rows), step):
            p[start : start + step] = smooth(rows.x[start : start + step])
        return to_logits(p, schema)

    return Predictor(predict, size={"rows": n})
