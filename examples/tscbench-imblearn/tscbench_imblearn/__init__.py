"""SMOTE as imbalanced-learn has it: rows between a training row and one of its neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

from tscbench import Array, DataError, Rng, Rows, Sampler, Schema, generator


@generator(
    source="Chawla, Bowyer, Hall and Kegelmeyer, 2002, SMOTE; Lemaitre, Nogueira and Aridas, 2017, "
    "Imbalanced-learn",
    needs={"tabular", "complete", "single_label"},
    offers={"class_labels"},
    requires=("imbalanced-learn", "scikit-learn"),
)
def smote(train: Rows, schema: Schema, *, neighbours: int = 5) -> Sampler:
    """Rows on the lines between training rows and their neighbours of the same class.

    Classes come as often as in train. A new row lies a uniform share of the way from a training row
    to one of its nearest neighbours in the class; of a level it has the most frequent among those
    neighbours (SMOTE-NC). Neighbours are sought in standard deviations of the training rows, and a
    class of c rows has at most c - 1 of them: the row of a class that has no other is repeated.
    Columns of whole numbers are rounded.

    Args:
        neighbours: how many nearest neighbours a row may go towards, at least 1.

    Raises:
        DataError: there is no numeric column to move along.
    """
    if not schema.numeric.any():
        raise DataError("smote: all columns are categorical; at least one must be numeric")
    spread = train.x.std(axis=0)
    constant = train.x.min(axis=0) == train.x.max(axis=0)  # its spread may come out as 1e-17
    scale = np.where(schema.numeric & ~constant, spread, 1.0)
    whole = schema.numeric & np.all(train.x == np.round(train.x), axis=0)
    classes, of_row, counts = np.unique(train.y, return_inverse=True, return_counts=True)
    members = [train.x[of_row == c] / scale for c in range(len(classes))]
    levels = np.flatnonzero(schema.cardinality).tolist()

    def sample(n: int, rng: Rng) -> tuple[Array, Array]:
        drawn = rng.choice(len(classes), size=n, p=counts / counts.sum())
        rows = np.empty((n, train.x.shape[1]))
        for c, x in enumerate(members):
            rows[drawn == c] = _between(x, int((drawn == c).sum()), neighbours, levels, rng)
        rows *= scale
        rows[:, whole] = np.round(rows[:, whole]) + 0.0  # no -0.0
        return rows, classes[drawn]

    return Sampler(sample)


def _between(x: Array, n: int, neighbours: int, levels: list[int], rng: Rng) -> Array:
    """`n` new rows of one class, whose rows are `x`; `levels` are the categorical columns.

    imbalanced-learn fills a class up to a count and wants a second class to compare it with. Here
    one row stands for that, so that each class has its own neighbours, as it has within one call.
    """
    from imblearn.over_sampling import SMOTE, SMOTENC

    if n == 0 or len(x) == 1:
        return np.repeat(x[:1], n, axis=0)
    options: dict[str, Any] = {
        "sampling_strategy": {True: len(x) + n},
        "k_neighbors": min(neighbours, len(x) - 1),
        "random_state": np.random.RandomState(rng.integers(2**32)),
    }
    method = SMOTENC(levels, **options) if levels else SMOTE(**options)
    filled, _ = method.fit_resample(np.concatenate([x[:1], x]), np.arange(len(x) + 1) > 0)
    return np.asarray(filled[len(x) + 1 :])
