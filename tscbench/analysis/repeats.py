"""Repeats: means with standard errors, of splits and of seeds within them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tscbench.results.arms import REPEATS


def summaries(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Mean and standard error of `value` in each group.

    Seeds are averaged inside their split, and the error is that of the splits' means: seeds of one
    split share its rows, teacher and generator, and are no repeats of those. Where a group has one
    split the error is over its seeds.

    Returns a frame on the groups with mean, standard_error, n (values that are there) and asked
    (rows).
    """
    by = list(by)
    values = frame.groupby([*by, "split"], sort=False)["value"]
    of_splits = {"mean": values.mean(), "sem": values.sem(), "count": values.count()}
    inner = pd.DataFrame({**of_splits, "size": values.size()}).reset_index()
    outer = inner.groupby(by, sort=False)  # one by one: agg() of all takes twice as long
    several = outer["mean"].count() > 1
    return pd.DataFrame(
        {
            "mean": outer["mean"].mean(),
            "standard_error": outer["mean"].sem().where(several, outer["sem"].first()),
            "n": outer["count"].sum(),
            "asked": outer["size"].sum(),
        }
    )


def scored(scores: pd.DataFrame, metric: str, part: str = "test") -> pd.DataFrame:
    """The rows of `scores` with a value of this metric on this part, in an order that sums do not
    depend on: however the rows lay, means of them have the same bits."""
    here = (scores["metric"] == metric) & (scores["part"] == part) & scores["value"].notna()
    return scores[here].sort_values([*REPEATS, "value"], kind="stable")
