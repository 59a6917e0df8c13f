"""Which repeats a method lacks, and what a named policy makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from tscbench.contracts.errors import SpecError

Policy = Literal["none", "drop-common", "worst", "baseline"]
"""What is done about missing cells: nothing, so that a method without all its cells has no rank;
only what all methods have that have any; the worst that any method has there, where one has any;
the baseline's."""


@dataclass(frozen=True)
class Covered:
    """A table of repeats × methods after a policy.

    table: what may be ranked; a method that still lacks a repeat has no column in it.
    left_out: the other methods.
    n, asked: cells that are there, of those that were asked for.
    filled: cells that each method was given by the policy; dropped of repeats: rows of the table
    that it left out.
    """

    table: pd.DataFrame
    left_out: tuple[str, ...]
    n: int
    asked: int
    filled: pd.Series[int]
    dropped: int
    repeats: int
    policy: Policy


def cover(
    table: pd.DataFrame,
    policy: Policy = "none",
    *,
    baseline: pd.DataFrame | None = None,
    larger_is_better: bool = True,
) -> Covered:
    """Applies a policy to the missing cells of a table of repeats × methods.

    baseline: a table of the same rows and columns, from which policy baseline takes values.

    Raises:
        SpecError: no such policy, or no baseline where one is needed.
    """
    if policy not in get_args(Policy):
        raise SpecError(f"no policy {policy!r} (has: {', '.join(get_args(Policy))})")
    if policy == "baseline" and baseline is None:
        raise SpecError("policy baseline: there is no baseline to take values of")
    missing = table.isna()
    kept = table
    if policy == "drop-common":
        some = missing.loc[:, ~missing.all()]  # a method without any cell has none in common
        kept = table[~some.any(axis=1)]
    elif policy == "worst":
        worst = table.min(axis=1) if larger_is_better else table.max(axis=1)
        kept = table.where(~missing, worst, axis=0)[~missing.all(axis=1)]
    elif policy == "baseline":
        kept = table.where(~missing, baseline)
    lacking = kept.isna().sum() if len(kept) else missing.sum()
    return Covered(
        table=kept.loc[:, lacking == 0],
        left_out=tuple(map(str, table.columns[lacking > 0])),
        n=int((~missing).to_numpy().sum()),
        asked=missing.size,
        filled=(missing.loc[kept.index] & kept.notna()).sum(),
        dropped=len(table) - len(kept),
        repeats=len(table),
        policy=policy,
    )


def by_dataset(table: pd.DataFrame) -> pd.DataFrame:
    """A table of datasets × methods: seeds averaged inside splits, splits inside datasets; NaN
    where any repeat of a dataset is missing."""
    splits = table.groupby(level=["dataset", "split"], sort=True).mean()
    means = splits.groupby(level="dataset", sort=True).mean()
    return means.mask(table.isna().groupby(level="dataset", sort=True).any())
