"""Precision, recall, density and coverage: balls around the rows of one table that catch rows of
the other."""

import numpy as np

from tscbench import (
    Figure,
    Rng,
    Rows,
    Schema,
    probe,
)
from tscbench.tabular import at_most, distance_blocks, nearest_distances

NAMES = ("precision", "recall", "density", "coverage")


@probe(
    source="Naeem et al., 2020, Reliable fidelity and diversity metrics; precision and recall: "
    "Kynkäänniemi et al., 2019",
    needs={"tabular"},
    figures={
        "precision": Figure("higher", "share", "synthetic rows in a validation row's ball"),
        "recall": Figure("higher", "share", "validation rows in a synthetic row's ball"),
        "density": Figure("higher", help="validation rows' balls that a synthetic row lies in"),
        "coverage": Figure("higher", "share", "validation rows whose ball holds a synthetic row"),
    },
)
def coverage(
    rows: Rows,
    train: Rows,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    *,
    n_neighbours: int = 5,
    n_rows: int = 2000,
) -> dict[str, float]:
    """How many rows lie in balls around rows of the other table, validation rows and synthetic.

    A row's ball reaches to its k-th nearest row of its own table, closed. precision: share of
    synthetic rows in some validation row's ball; recall: share of validation rows in some synthetic
    row's ball; density: how many validation rows' balls a synthetic row lies in, over k; coverage:
    share of validation rows whose ball holds a synthetic row. Of one distribution density is 1 and
    coverage 1 - 2⁻ᵏ, about. There are as many rows of each table; where there are no validation
    rows, training rows stand for them.

    Args:
        n_neighbours: k.
        n_rows: most rows of each kind; of more rows so many are drawn.
    """
    real = valid if len(valid) else train
    n = min(n_rows, len(rows), len(real))
    if n <= n_neighbours:
        return dict.fromkeys(NAMES, float("nan"))
    a, b = at_most(real, n, rng).x, at_most(rows, n, rng).x
    reach_a, reach_b = (
        nearest_distances(x, x, schema, train.x, k=n_neighbours, others=True) for x in (a, b)
    )
    caught, recalled, covered = np.zeros(n), np.zeros(n, bool), np.zeros(n, bool)
    for part, distances in distance_blocks(a, b, schema, train.x):
        inside = distances <= reach_a[part, None]
        caught += inside.sum(axis=0)
        covered[part] = inside.any(axis=1)
        recalled[part] = (distances <= reach_b).any(axis=1)
    found = (caught > 0).mean(), recalled.mean(), caught.mean() / n_neighbours, covered.mean()
    return {name: float(value) for name, value in zip(NAMES, found, strict=True)}
