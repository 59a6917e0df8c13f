"""Cells of students with their values, and means of arms over them."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.coverage import by_dataset
from tscbench.analysis.estimates import TSC_SCORE
from tscbench.analysis.ratios import ratio_intervals
from tscbench.analysis.sources import Sources, source_column
from tscbench.contracts.kinds import AXES
from tscbench.results.arms import arm_of

REPEAT = ["dataset", "split", "seed"]


def cells_of(scores: pd.DataFrame) -> pd.DataFrame:
    """The planned cells of students, one row each, with their status and arm."""
    students = scores[scores["student"] != "teacher"]
    cells = students[[*AXES, "status"]].drop_duplicates(list(AXES), ignore_index=True)
    return cells.assign(arm=arm_of(cells))


def valued(cells: pd.DataFrame, scores: pd.DataFrame, metric: str, part: str) -> pd.DataFrame:
    """Cells with their value of a metric and its difference to the cell on real rows alone; NaN
    where there is none. scores: with the rows of `relations`."""
    here = scores[scores["part"] == part]
    for column, name in (("value", metric), ("difference", f"difference_{metric}")):
        found = here.loc[here["metric"] == name, [*AXES, "value"]]
        cells = cells.merge(found.rename(columns={"value": column}), on=list(AXES), how="left")
    return cells


def means_of(
    cells: pd.DataFrame,
    scores: pd.DataFrame,
    metric: str,
    *,
    part: str = "test",
    sources: Sources | None = None,
) -> pd.Series:
    """The mean of a metric over datasets of each arm that all its cells have it of."""
    rows = valued(cells, scores, metric, part)
    found = rows.groupby([*REPEAT, "arm"], sort=True)["value"]
    means = found.mean().where(found.count() == found.size())
    return by_dataset(of_sources(means.unstack("arm"), sources)).mean(skipna=False)


def mean_tsc_scores(
    cells: pd.DataFrame,
    related: pd.DataFrame,
    *,
    part: str = "test",
    sources: Sources | None = None,
) -> pd.Series:
    """The mean TSC Score over datasets of each arm that has it of all its cells: of each dataset
    and student the ratio of means over the repeats. related: as `relations` gives it."""
    wanted = related["metric"].str.fullmatch(TSC_SCORE) & (related["part"] == part)
    found = ratio_intervals(related[wanted])
    value = found["value"].where(found["n"] == found["asked"])
    source = source_column(found["dataset"], sources or {})
    of_arm = value.groupby([arm_of(found), source])
    means = of_arm.mean().where(of_arm.count() == of_arm.size()).groupby(level=0)
    there = found.groupby(arm_of(found))["dataset"].nunique()
    asked = cells.groupby("arm")["dataset"].nunique().reindex(there.index)
    return means.mean().where((means.count() == means.size()) & (there == asked))


def name_of_worth(related: pd.DataFrame) -> str:
    """The TSC Score that relations have values of; where they have several, its plain name."""
    wanted = related["metric"].str.fullmatch(TSC_SCORE) & related["value"].notna()
    names = related.loc[wanted, "metric"].unique()
    return str(names[0]) if len(names) == 1 else "tsc_score"


def of_sources(table: pd.DataFrame, sources: Sources | None) -> pd.DataFrame:
    """A table whose rows are of sources instead of datasets."""
    return table.rename(index=dict(sources or {}), level="dataset")
