"""Methods against a reference, pair by pair."""

from __future__ import annotations

import pandas as pd

from tscbench.contracts.errors import SpecError


def paired_differences(table: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Each other column of a table of repeats × methods less the column `reference`, repeat by
    repeat; NaN where either is missing.

    Raises:
        SpecError: the table has no such column.
    """
    if reference not in table:
        has = ", ".join(map(str, table.columns)) or "none"
        raise SpecError(f"no method {reference!r} to compare with (has: {has})")
    return table.drop(columns=reference).sub(table[reference], axis=0)


def win_tie_loss(
    table: pd.DataFrame, reference: str, *, larger_is_better: bool = True
) -> pd.DataFrame:
    """On how many datasets each method is better, alike, or worse than `reference`: columns win,
    tie and loss."""
    sign = 1 if larger_is_better else -1
    difference = sign * paired_differences(table, reference).round(12)
    counts = {
        "win": (difference > 0).sum(),
        "tie": (difference == 0).sum(),
        "loss": (difference < 0).sum(),
    }
    return pd.DataFrame(counts)
