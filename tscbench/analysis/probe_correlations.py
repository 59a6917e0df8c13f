"""Rank correlations of what probes say of synthetic rows with what students made of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tscbench.analysis.student_t import reach
from tscbench.contracts.types import Array

ALIKE = ["dataset", "teacher", "query", "objective", "mix", "student"]
"""What arms share that are ranked against each other: all but the generator."""


LEAST = 4
"""Fewer things have no rank correlation worth the name."""


def correlations(
    scores: pd.DataFrame, related: pd.DataFrame, metric: str = "tsc_score", *, part: str = "test"
) -> pd.DataFrame:
    """ρ between each number of each probe and a score, over generators where all else is alike.

    Both are means over the repeats. related: as `relations(scores)` gives it. metric: one of its
    scores, whatever the ratio: `tsc_score` takes `tsc_score@9` in. Returns one row for each
    combination of `ALIKE` and probe, with rho and n, the generators that have both.
    """
    probes = scores[scores["part"] == "synthetic"]
    wanted = related["metric"].str.split("@").str[0] == metric
    found = related[wanted & (related["part"] == part)]
    arm = [*ALIKE, "generator"]
    said = probes.groupby([*arm, "metric"], sort=True)["value"].mean().rename("probe").reset_index()
    target = found.groupby(arm, sort=True)["value"].mean().rename("score").reset_index()
    both = said.merge(target, on=arm).dropna(subset=["probe", "score"])
    rows = [
        (*key, rank_correlation(arms["probe"].to_numpy(), arms["score"].to_numpy()), len(arms))
        for key, arms in both.groupby([*ALIKE, "metric"], sort=True)
    ]
    return pd.DataFrame(rows, columns=[*ALIKE, "probe", "rho", "n"])


def rank_correlation(a: Array, b: Array) -> float:
    """Spearman's ρ of two arrays `(n,)`, ties at their mean rank, over the places where both are
    numbers; NaN of fewer than `LEAST`, and where one does not vary."""
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    if len(a) < LEAST or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(pd.Series(a).rank(), pd.Series(b).rank())[0, 1])


def correlation_by_chance(n: int) -> float:
    """What |ρ| of n unrelated things stays below in 95 % of cases, by the t distribution."""
    t = reach(n - 2)
    return float(t / np.sqrt(n - 2 + t**2))
