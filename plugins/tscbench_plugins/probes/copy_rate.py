"""Copy rate: synthetic rows that are training rows."""

import numpy as np

from tscbench import (
    Figure,
    Rows,
    probe,
)
from tscbench.tabular import rows_in


@probe(
    source="Meehan, Chaudhuri & Dasgupta, 2020, A non-parametric test to detect data-copying",
    figures={
        "copy_rate": Figure("lower", "share", "synthetic rows that equal a training row"),
        "valid": Figure("", "share", "validation rows that equal a training row"),
    },
)
def copy_rate(rows: Rows, train: Rows, valid: Rows) -> dict[str, float]:
    """Shares of rows that equal a training row.

    copy_rate: of the synthetic rows; valid: of the validation rows, which nobody has copied.
    """
    return {
        "copy_rate": float(np.mean(rows.id >= 0)) if len(rows) else float("nan"),
        "valid": float(np.mean(rows_in(valid.x, train.x))) if len(valid) else float("nan"),
    }
