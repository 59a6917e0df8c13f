"""What each method costs to make, and how fast its students are: one row per arm."""

from __future__ import annotations

import pandas as pd

from tscbench.boards.costs import CHARGED, costs
from tscbench.boards.overview import arm_of
from tscbench.boards.site.view import RunView
from tscbench.results import one_hardware

TAUGHT = ["dataset", "teacher", "query", "objective", "student"]


def cost_of(view: RunView, arms: pd.Index) -> pd.DataFrame:
    """Seconds of each phase and total_seconds to make a student of each arm, means over datasets
    and students, NaN where one of them is not recorded; ratio, the seconds over those of the same
    students on training rows alone: of the total where both are known, else of training."""
    each = costs(view.scores, view.timings)
    each = each.assign(arm=arm_of(each))
    columns = [*CHARGED, "total_seconds"]
    means = each.groupby("arm")[columns].mean()
    whole = each[columns].notna().groupby(each["arm"]).all()
    found = means.where(whole).reindex(arms)
    ratios = [_ratio(each, name) for name in ("total_seconds", "train_seconds")]
    return found.assign(ratio=ratios[0].reindex(arms).fillna(ratios[1].reindex(arms)))


def _ratio(each: pd.DataFrame, column: str) -> pd.Series:
    """Sums over all that both know."""
    real = each.loc[each["mix"] == "real", [*TAUGHT, column]]
    both = each[each["mix"] != "real"].merge(real, on=TAUGHT, suffixes=("", "_real"))
    both = both.dropna(subset=[column, f"{column}_real"])
    sums = both.groupby("arm")[[column, f"{column}_real"]].sum()
    sums = sums[sums[f"{column}_real"] > 0]
    return sums[column] / sums[f"{column}_real"]


def speed_of(view: RunView) -> pd.DataFrame:
    """Medians of each arm's students, of one hardware at the largest batch: rows_per_second and
    speed_up; an arm that was not timed, or not alone, has no row."""
    speeds = one_hardware(view.speeds)
    speeds = speeds[speeds["student"] != "teacher"]
    here = speeds[speeds["batch"] == speeds["batch"].max()]
    return here.groupby(arm_of(here))[["rows_per_second", "speed_up"]].median()
