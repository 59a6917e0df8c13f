"""What stands beside the scores of a group of methods: size, cost and speed of the students that it
ranks, on its datasets, and of no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from tscbench.analysis.comparison_groups import ComparisonGroup
from tscbench.analysis.cost import CHARGED, cost_of
from tscbench.analysis.sizes import mean_sizes
from tscbench.analysis.speed import speed_of, timed
from tscbench.analysis.study import Study

CELL = ("dataset", "split", "seed", "student")


@dataclass(frozen=True, eq=False)
class Beside:
    """sizes: of each arm the mean size of its students, in `unit`. cost, speed: see `cost_of` and
    `speed_of`. timed: the datasets on which some student was timed."""

    sizes: pd.Series
    unit: str
    cost: pd.DataFrame
    speed: pd.DataFrame
    timed: tuple[str, ...]


def within(
    frame: pd.DataFrame, group: ComparisonGroup, on: Sequence[str] = ("dataset", "student")
) -> pd.DataFrame:
    """The rows of a frame that are of what a group's methods were asked for."""
    on = list(on)
    return frame.merge(group.repeats_of_students[on].drop_duplicates(), on=on)


def beside_of(study: Study, group: ComparisonGroup) -> Beside:
    """What stands beside a group's scores."""

    def make() -> Beside:
        sizes, unit = mean_sizes(within(study.scores, group, CELL), group.sources)
        speeds = within(study.speeds_shown, group)
        cost = pd.DataFrame(columns=[*CHARGED, "total_seconds", "ratio"], dtype=float)
        if not study.timings.empty:
            cost = cost_of(within(study.costs, group))
        there = tuple(sorted(timed(speeds)["dataset"].unique()))
        return Beside(sizes, unit, cost, speed_of(speeds), there)

    return study.once(("beside", group), make)
