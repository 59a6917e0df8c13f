"""The methods of a run over all its datasets: which is best, by how much, with what confidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from tscbench.boards.boards import ARM, size_order
from tscbench.boards.coverage import by_dataset
from tscbench.boards.intervals import bootstrap_table
from tscbench.boards.ranks import (
    average_ranks,
    rank_stability,
    tiers,
    wilcoxon_holm,
    win_tie_loss,
)
from tscbench.boards.stats import Refused
from tscbench.contracts.kinds import AXES

REPEAT = ["dataset", "split", "seed"]
REAL = "the same on real rows"


@dataclass(frozen=True)
class Field:
    """Methods that were asked for the same students on the same datasets, splits and seeds.

    methods: one row per arm, best first, those that lack cells last. Columns: the arm's axes;
    score, the mean over datasets of the mean over students; rank over datasets, and first, the
    share of resamplings in which it leads; tier; difference, to the same student on real rows
    alone, with its interval low … high and the datasets on which it is a win, tie or loss; n of
    asked cells that have a score. A method that lacks cells has neither score nor rank.
    refused: why a column is empty, by its name. over: what the interval resamples.
    """

    datasets: tuple[str, ...]
    students: tuple[str, ...]
    methods: pd.DataFrame
    refused: Mapping[str, str] = field(default_factory=dict)
    over: str = ""

    def best(self, *, synthetic: bool) -> pd.Series | None:
        """The best method that has all its cells, with synthetic rows or without; None if there is
        no such method."""
        has = self.methods["mix"] != "real"
        ranked = self.methods[self.methods["score"].notna() & (has == synthetic)]
        return ranked.iloc[0] if len(ranked) else None


def arm_of(frame: pd.DataFrame) -> pd.Series:
    """The arm of each row as one text."""
    return frame[ARM[0]].str.cat(frame[ARM[1:]], sep=" · ")


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
    cells: pd.DataFrame, scores: pd.DataFrame, metric: str, *, part: str = "test"
) -> pd.Series:
    """The mean of a metric over datasets of each arm that all its cells have it of."""
    rows = valued(cells, scores, metric, part)
    return by_dataset(_repeats(rows, "value")).mean(skipna=False)


def fields_of(
    scores: pd.DataFrame, metric: str, *, part: str = "test", higher_is_better: bool = True
) -> list[Field]:
    """The fields of a run, the one with the most cells first. Methods that were asked for other
    students, datasets or repeats cannot be ranked together and stand in fields of their own.

    scores: with the rows of `relations`, whose difference_<metric> is read.
    """
    cells = valued(cells_of(scores), scores, metric, part)
    where = cells["student"].str.cat(cells[REPEAT], sep="\t")
    asked = where.groupby(cells["arm"], sort=True).agg(lambda texts: "\n".join(sorted(texts)))
    of_field = cells["arm"].map(asked)
    fields = [_field(rows, higher_is_better) for _, rows in cells.groupby(of_field, sort=True)]
    return sorted(fields, key=lambda one: -int(one.methods["asked"].sum()))


def _field(cells: pd.DataFrame, larger: bool) -> Field:
    """cells: those of the methods of one field, with value and difference."""
    means = by_dataset(_repeats(cells, "value"))
    whole = means.loc[:, means.notna().all()]
    there = cells["value"].notna().groupby(cells["arm"])
    methods = cells.groupby("arm")[ARM].first()
    methods = methods.assign(score=whole.mean(), n=there.sum(), asked=there.size())
    refused: dict[str, str] = {}
    if len(whole.columns):
        methods["rank"] = average_ranks(whole, larger_is_better=larger)
    stability = rank_stability(whole, larger_is_better=larger)
    if isinstance(stability, Refused):
        refused["first"] = str(stability)
    else:
        methods["first"] = stability["first"]
    sign = 1 if larger else -1
    order = (sign * methods["score"]).sort_values(ascending=False, kind="stable").index
    tested = wilcoxon_holm(whole) if len(whole) else Refused("no method has all its cells")
    if isinstance(tested, Refused):
        refused["tier"] = str(tested)
    else:
        methods["tier"] = tiers(order[order.isin(whole.columns)], tested)
    over = _differences(cells, methods, refused, larger)
    columns = [*ARM, "score", "rank", "first", "tier", "difference", "low", "high"]
    return Field(
        datasets=tuple(means.index),
        students=tuple(sorted(cells["student"].unique(), key=size_order)),
        methods=methods.loc[order].reindex(columns=[*columns, "win", "tie", "loss", "n", "asked"]),
        refused=refused,
        over=over,
    )


def _repeats(cells: pd.DataFrame, column: str) -> pd.DataFrame:
    """Repeats × arms, the mean over students; NaN where one of them has no value."""
    grouped = cells.groupby([*REPEAT, "arm"], sort=True)[column]
    return grouped.mean().where(grouped.count() == grouped.size()).unstack("arm")


def _differences(
    cells: pd.DataFrame, methods: pd.DataFrame, refused: dict[str, str], larger: bool
) -> str:
    """Adds difference, low, high, win, tie and loss; returns what the interval is over."""
    table = _repeats(cells[cells["mix"] != "real"], "difference")
    table = table.loc[:, table.notna().all()]
    if table.empty:
        refused["difference"] = "no method has all its partners on real rows alone"
        return ""
    means = by_dataset(table)
    methods["difference"] = means.mean()
    counts = win_tie_loss(means.assign(**{REAL: 0.0}), REAL, larger_is_better=larger)
    methods[["win", "tie", "loss"]] = counts
    found = bootstrap_table(table)
    if isinstance(found, Refused):
        refused["low"] = str(found)
        return ""
    methods[["low", "high"]] = found[["low", "high"]]
    return str(found.attrs["over"])
