"""Constant truth: labels that no column tells anything about, for what an underfitted teacher does.

Origin: drawn here. Licence: none needed. 100,000 rows to draw training rows from and 1,000 test
rows, one numeric column; 30 % positive.
"""

import numpy as np

from tscbench import Data, Rng, Rows, Schema, dataset, to_logits


@dataset(
    source="Dao, Kamath, Syrgkanis & Mackey, 2021, Knowledge distillation as semiparametric "
    "inference",
    small={"n_rows": 200, "n_test": 50},
)
def constant_truth(rng: Rng, *, p: float = 0.3, n_rows: int = 100_000, n_test: int = 1000) -> Data:
    """Two classes that the one column, x ~ U[0, 1], tells nothing about: p₀(x) = p for every x.

    The first constructed example of the paper's slides. The teacher `ridge(degree=0)` gives
    p̂ = Σyᵢ/(n(1+λ)); with the student `constant` vanilla distillation errs by Ω(1/√n), corrected
    distillation by O(1/n). The error is (f̂ - f₀)² of f₀ = log p, the positive class's, as in the
    paper's code. The slides' p̂ is a vector, shrunk in each coordinate, that does not sum to 1;
    here the other class has the rest. The column is there to tell rows apart.

    Metrics know the truth of each row: see `truth_error`. Training rows are independent draws with
    a small `n_train`, `valid = 0` and `stratify = false`.

    Args:
        p: probability of the positive class.
        n_rows: rows to draw training rows from, many more than are drawn.
        n_test: official test rows.
    """
    n = n_rows + n_test
    x = rng.uniform(size=(n, 1))
    y = (rng.random(n) < p).astype(np.int64)
    one = np.ones(1, bool)
    schema = Schema(
        (1,), (2,), numeric=one, cardinality=0 * one, columns=("x0",), classes=("0", "1")
    )
    truth = to_logits(np.full(n, p), schema)
    return Data(schema, Rows(x, y, np.arange(n), truth=truth), np.arange(n) >= n_rows)
