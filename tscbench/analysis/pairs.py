"""Wins, ties and losses."""

from __future__ import annotations

import pandas as pd


def win_tie_loss(differences: pd.DataFrame, *, larger_is_better: bool = True) -> pd.DataFrame:
    """In how many rows each column is better, alike, or worse than what was taken from it: columns
    win, tie and loss. Differences in the last digits alone are none."""
    better = differences.round(12) if larger_is_better else -differences.round(12)
    return pd.DataFrame(
        {"win": (better > 0).sum(), "tie": (better == 0).sum(), "loss": (better < 0).sum()}
    )
