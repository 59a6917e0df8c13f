"""Models by quality and speed, and the fronts that nothing better is as fast as."""

from __future__ import annotations

import math

import pandas as pd

from tscbench.analysis.repeats import scored, summaries
from tscbench.analysis.speed import timed
from tscbench.contracts.kinds import Direction
from tscbench.results.arms import KEY

RESOLVED = 0.05
"""Speeds that differ by less than this part are the same: timings tell no finer."""


def pareto_frame(scores: pd.DataFrame, speeds: pd.DataFrame, metric: str) -> pd.DataFrame:
    """One row per dataset, arm and student that has scores and was timed: mean, standard_error, n
    (as `summaries` has them), rows_per_second, speed_up, bytes, nodes, batch. Teachers are rows
    with student "teacher"."""
    stats = summaries(scored(scores, metric), KEY).reset_index()
    columns = [*KEY, "mean", "standard_error", "n"]
    return stats[columns].merge(timed(speeds), on=KEY).sort_values(KEY, ignore_index=True)


def front(frame: pd.DataFrame, *, direction: Direction = "higher") -> pd.DataFrame:
    """The rows that no better row matches in speed, the slowest and best first. Speeds that differ
    by less than a `RESOLVED` part are the same.

    frame: of one dataset, with mean and rows_per_second.
    """
    by = ["mean", "rows_per_second"]
    ordered = frame
    if frame.duplicated(by).any():  # rows that are alike in both stand by their names
        ordered = frame.sort_values([name for name in KEY if name in frame], kind="stable")
    ordered = ordered.sort_values(by, ascending=[direction == "lower", False], kind="stable")
    of_better = ordered["rows_per_second"].cummax().shift(fill_value=0.0)
    return ordered[ordered["rows_per_second"] > (1 + RESOLVED) * of_better]


def size_budgets(sizes: pd.Series) -> list[float]:
    """Up to three equal budgets: powers of ten that let some models in and keep some out, evenly
    thinned, and infinity."""
    here = sizes[sizes > 0]
    if here.empty or here.min() == here.max():
        return [math.inf]
    powers = range(math.ceil(math.log10(here.min())), math.ceil(math.log10(here.max())))
    every = max(1, math.ceil(len(powers) / 2))
    return [10.0**k for k in powers][::every] + [math.inf]
