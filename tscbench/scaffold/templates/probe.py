"""Probe mine: copies among synthetic rows, and how far their columns are from the real ones."""

import numpy as np

from tscbench import Figure, Rows, Schema, probe


@probe(
    source="who, year, title",
    needs={"tabular"},
    figures={
        "copies": Figure("lower", "share", "synthetic rows that equal a training row"),
        "gap": Figure("lower", "standard deviations", "largest gap between quantiles"),
    },
)
def mine(rows: Rows, train: Rows, schema: Schema, *, quantile: float = 0.5) -> dict[str, float]:
    """The share of exact copies, and the largest gap between the columns' quantiles.

    Args:
        quantile: the quantile that is compared, 0 to 1; the gap is in standard deviations.
    """
    if not len(rows):
        return {"copies": float("nan"), "gap": float("nan")}
    # Judge the synthetic rows here; one that copies a training row has that row's id.
    real, made = train.x[:, schema.numeric], rows.x[:, schema.numeric]
    spread = np.nanstd(real, axis=0)
    gap = np.abs(np.nanquantile(made, quantile, axis=0) - np.nanquantile(real, quantile, axis=0))
    gaps = gap[spread > 0] / spread[spread > 0]
    return {"copies": float(np.mean(rows.id >= 0)), "gap": float(gaps.max(initial=0.0))}
