"""Copy rate: synthetic rows that are training rows."""

import numpy as np

from tscbench import Array, Rows, probe


@probe(source="Meehan, Chaudhuri & Dasgupta, 2020, A non-parametric test to detect data-copying")
def copy_rate(rows: Rows, train: Rows, valid: Rows) -> dict[str, float]:
    """Shares of rows that equal a training row.

    copy_rate: of the synthetic rows; valid: of the validation rows, which nobody has copied.
    """
    return {
        "copy_rate": float(np.mean(rows.id >= 0)) if len(rows) else float("nan"),
        "valid": _share_in(valid.x, train.x) if len(valid) else float("nan"),
    }


def _share_in(x: Array, table: Array) -> float:
    """The share of rows of x that are rows of the table, to the bit."""
    known = {row.tobytes() for row in table + table.dtype.type(0)}  # -0.0 is 0.0
    return float(np.mean([row.tobytes() in known for row in x + x.dtype.type(0)]))
