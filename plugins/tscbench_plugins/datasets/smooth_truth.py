"""Smooth truth: probabilities that follow a cosine, for what an overfitted teacher does.

Origin: drawn here. Licence: none needed. 100,000 rows to draw training rows from and 1,000 test
rows, two numeric columns; 50 % positive.
"""

import numpy as np

from tscbench import Data, Rng, Rows, Schema, dataset, to_logits


@dataset(
    source="Dao, Kamath, Syrgkanis & Mackey, 2021, Knowledge distillation as semiparametric "
    "inference",
    small={"n_rows": 200, "n_test": 50},
)
def smooth_truth(
    rng: Rng,
    *,
    d: int = 2,
    amplitude: float = 0.4,
    n_rows: int = 100_000,
    n_test: int = 1000,
) -> Data:
    """Two classes with p₀(x) = ½ + amplitude·cos(πx₀) for x ~ U[0, 1]ᵈ.

    The second constructed example of the paper's slides. The teacher `nadaraya_watson` gives each
    training row its own label, and yet E(p̂ - p₀)² = O(n^(-4/(4+d))) on fresh rows; with the student
    `constant` vanilla distillation errs by Ω(1), cross-fit distillation by O(n^(-4/(4+d))). The
    error is (f̂ - f₀)² of f₀ = E log p₀(x), the positive class's, which is the logarithm of
    (½ + √(¼ - amplitude²))/2, by default of 0.4. The slides leave p₀ open; this one is level at the
    ends of the cube, where the smoother's bias thus is of the order h² as well.

    The test rows take x₀ at the middles of n_test equal intervals: over them log p₀ has the mean
    f₀, but for rounding. Metrics know the truth of each row: see `truth_error`. Training rows are
    independent draws with a small `n_train`, `valid = 0` and `stratify = false`.

    Args:
        d: columns, of which the first tells the class.
        amplitude: how far probabilities go from a half; less than a half.
        n_rows: rows to draw training rows from, many more than are drawn.
        n_test: official test rows.
    """
    n = n_rows + n_test
    x = rng.uniform(size=(n, d))
    x[n_rows:, 0] = (np.arange(n_test) + 0.5) / n_test
    p = 0.5 + amplitude * np.cos(np.pi * x[:, 0])
    y = (rng.random(n) < p).astype(np.int64)
    schema = Schema(
        (d,),
        (2,),
        numeric=np.ones(d, bool),
        cardinality=np.zeros(d, int),
        columns=tuple(f"x{j}" for j in range(d)),
        classes=("0", "1"),
    )
    rows = Rows(x, y, np.arange(n), truth=to_logits(p, schema))
    return Data(schema, rows, np.arange(n) >= n_rows)
