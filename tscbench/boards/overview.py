"""The methods of a run over all its datasets: which is best, by how much, with what confidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tscbench.analysis.coverage import Covered, Policy, by_dataset, cover
from tscbench.analysis.intervals import intervals_of_means
from tscbench.analysis.pairs import win_tie_loss
from tscbench.analysis.ranks import average_ranks
from tscbench.analysis.ratios import ratio_intervals
from tscbench.analysis.refused import Refused
from tscbench.analysis.signed_ranks import tiers, too_many, wilcoxon_holm
from tscbench.analysis.stability import rank_stability
from tscbench.boards.boards import ARM, size_order
from tscbench.boards.partners import gather
from tscbench.boards.reasons import reason
from tscbench.boards.sources import Sources, source_column
from tscbench.contracts.kinds import AXES, Direction

REPEAT = ["dataset", "split", "seed"]
REAL = "the same on real rows"
KINDS = {"t": "Student's t", "bootstrap": "bootstrap"}


@dataclass(frozen=True)
class Field:
    """Methods that were asked for the same students on the same datasets, splits and seeds.

    One that was asked for more stands here by these alone.

    methods: one row per arm, best first, those that lack cells last. Columns: the arm's axes;
    score, the mean over datasets of the mean over students; rank over datasets, and first, the
    share of resamplings in which it leads; tier; difference, to the same student on real rows
    alone, with its interval low … high and the datasets on which it is a win, tie or loss; n of
    asked cells that have a score. A method that lacks cells has neither score nor rank, unless a
    policy makes up for them.
    covered: the values behind the scores, a row per repeat and student, after that policy.
    refused: why a column is empty, by its name. over: what the interval is, and over what.
    sources: the datasets that share theirs, and so count as one in each mean, rank, test and
    interval.
    """

    datasets: tuple[str, ...]
    students: tuple[str, ...]
    methods: pd.DataFrame
    covered: Covered
    refused: Mapping[str, str] = field(default_factory=dict)
    over: str = ""
    sources: Sources = field(default_factory=dict)

    @property
    def n_sources(self) -> int:
        """How many datasets there are, those of one source counted once."""
        return len({self.sources.get(name, name) for name in self.datasets})

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
    return by_dataset(_joined(means.unstack("arm"), sources)).mean(skipna=False)


def worth_of(
    cells: pd.DataFrame,
    related: pd.DataFrame,
    *,
    part: str = "test",
    sources: Sources | None = None,
) -> pd.Series:
    """The mean TSC Score over datasets of each arm that has it of all its cells: of each dataset
    and student the ratio of means over the repeats. related: as `relations` gives it."""
    wanted = related["metric"].str.fullmatch(r"tsc_score(@[\d.]+)?") & (related["part"] == part)
    found = ratio_intervals(related[wanted])
    value = found["value"].where(found["n"] == found["asked"])
    source = source_column(found["dataset"], sources or {})
    of_arm = value.groupby([arm_of(found), source])
    means = of_arm.mean().where(of_arm.count() == of_arm.size()).groupby(level=0)
    there = found.groupby(arm_of(found))["dataset"].nunique()
    asked = cells.groupby("arm")["dataset"].nunique().reindex(there.index)
    return means.mean().where((means.count() == means.size()) & (there == asked))


def fields_of(
    scores: pd.DataFrame,
    metric: str,
    *,
    part: str = "test",
    direction: Direction = "higher",
    policy: Policy = "none",
    cells: pd.DataFrame | None = None,
    sources: Sources | None = None,
) -> list[Field]:
    """The fields of a run, the one with the most cells first. Methods that were asked for other
    students, datasets or repeats cannot be ranked together: there is a field for each choice of
    these, with all methods that have it, unless it is of one method that other fields have too.

    scores: with the rows of `relations`, whose difference_<metric> is read. policy: what is done
    about missing cells; the baseline is what a cell is set against on real rows alone. cells: those
    to rank, as `cells_of` gives them, where it is not all of them. sources: see `Field`.
    """
    cells = valued(cells_of(scores) if cells is None else cells, scores, metric, part)
    if policy != "none":
        cells = cells.merge(_on_real_rows(scores, metric, part), on=list(AXES), how="left")
    fields = [
        _field(rows, direction == "higher", policy, _among(rows, sources or {}))
        for rows in _alike(cells)
    ]
    return sorted(fields, key=lambda one: -int(one.methods["asked"].sum()))


def _alike(cells: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The cells of each field."""
    where = cells["student"].str.cat(cells[REPEAT], sep="\t")
    asked = where.groupby(cells["arm"], sort=True).agg(frozenset)
    wanted = sorted(asked.unique(), key=lambda places: (-len(places), sorted(places)))
    members = {places: asked.index[[places <= other for other in asked]] for places in wanted}
    for places, arms in members.items():
        if len(arms) > 1 or not any(arms[0] in m for p, m in members.items() if p != places):
            yield cells[cells["arm"].isin(arms) & where.isin(places)]


def _among(cells: pd.DataFrame, sources: Sources) -> Sources:
    """The sources that two of these cells' datasets have in common."""
    there = [str(name) for name in cells["dataset"].unique() if name in sources]
    shared = [sources[name] for name in there]
    return {name: sources[name] for name in there if shared.count(sources[name]) > 1}


def _on_real_rows(scores: pd.DataFrame, metric: str, part: str) -> pd.DataFrame:
    """Of every cell, also of one that is missing, what its partner on real rows alone scores."""
    cells = gather(scores)
    at = cells.on_real_rows()
    found = cells.table.assign(real=np.where(at >= 0, cells.values(metric)[at], np.nan))
    return found.loc[found["part"] == part, [*AXES, "real"]]


def _field(cells: pd.DataFrame, larger: bool, policy: Policy, sources: Sources) -> Field:
    """cells: those of the methods of one field, with value, difference and, for a policy, real."""
    table = _wide(cells, "value")
    real = _wide(cells, "real") if "real" in cells else None
    covered = cover(table, policy, baseline=real, larger_is_better=larger)
    whole = by_dataset(_repeats(_joined(covered.table, sources)))
    there = cells["value"].notna().groupby(cells["arm"])
    methods = cells.groupby("arm")[ARM].first()
    methods = methods.assign(score=whole.mean(), n=there.sum(), asked=there.size())
    refused: dict[str, str] = {}
    if len(whole.columns):
        methods["rank"] = average_ranks(whole, larger_is_better=larger)
    stability: pd.DataFrame | Refused = Refused("no whole method")
    if len(whole.columns):
        stability = rank_stability(whole, larger_is_better=larger)
    if isinstance(stability, Refused):
        refused["first"] = reason(stability)
    else:
        methods["first"] = stability["first"]
    sign = 1 if larger else -1
    order = (sign * methods["score"]).sort_values(ascending=False, kind="stable").index
    refused |= _tiers(whole, methods, order)
    found = _joined(_differences_of(cells, covered, real), sources)
    over = _differences(_repeats(found), methods, refused, larger)
    columns = [*ARM, "score", "rank", "first", "tier", "difference", "low", "high"]
    return Field(
        datasets=tuple(sorted(cells["dataset"].unique())),
        students=tuple(sorted(cells["student"].unique(), key=size_order)),
        methods=methods.loc[order].reindex(columns=[*columns, "win", "tie", "loss", "n", "asked"]),
        covered=covered,
        refused=refused,
        over=over,
        sources=sources,
    )


def _tiers(whole: pd.DataFrame, methods: pd.DataFrame, order: pd.Index) -> dict[str, str]:
    """Adds the tier, or says why there is none."""
    if not len(whole):
        return {"tier": "no method has all its cells"}
    tested = wilcoxon_holm(whole)
    if isinstance(tested, Refused):
        return {"tier": reason(tested)}
    if idle := too_many(tested, len(whole)):
        return {"tier": reason(idle)}
    methods["tier"] = tiers(order[order.isin(whole.columns)], tested)
    return {}


def _joined(table: pd.DataFrame, sources: Sources | None) -> pd.DataFrame:
    """A table whose rows are of sources instead of datasets."""
    return table.rename(index=dict(sources or {}), level="dataset")


def _wide(cells: pd.DataFrame, column: str) -> pd.DataFrame:
    """Repeats and students × arms."""
    return cells.set_index([*REPEAT, "student", "arm"])[column].unstack("arm").sort_index()


def _repeats(table: pd.DataFrame) -> pd.DataFrame:
    """Repeats × arms, the mean over students (and datasets of one source); NaN where one of them
    has no value."""
    grouped = table.groupby(level=REPEAT, sort=True)
    return grouped.mean().where(grouped.count().eq(grouped.size(), axis=0))


def _differences_of(
    cells: pd.DataFrame, covered: Covered, real: pd.DataFrame | None
) -> pd.DataFrame:
    """Repeats and students × arms with synthetic rows: the difference to real rows alone, also of a
    value that a policy has filled in."""
    found = _wide(cells[cells["mix"] != "real"], "difference").reindex(covered.table.index)
    if real is not None:
        filled = (covered.table - real).where(_wide(cells, "value").isna()).reindex_like(found)
        found = found.fillna(filled)
    return found


def _differences(
    table: pd.DataFrame, methods: pd.DataFrame, refused: dict[str, str], larger: bool
) -> str:
    """Adds difference, low, high, win, tie and loss; returns what the interval is."""
    table = table.loc[:, table.notna().all()]
    if table.empty:
        refused["difference"] = "no method has all its partners on real rows alone"
        return ""
    means = by_dataset(table)
    methods["difference"] = means.mean()
    counts = win_tie_loss(means.assign(**{REAL: 0.0}), REAL, larger_is_better=larger)
    methods[["win", "tie", "loss"]] = counts
    found = intervals_of_means(table)
    if isinstance(found, Refused):
        refused["low"] = reason(found)
        return ""
    methods[["low", "high"]] = found.table[["low", "high"]]
    return f"{KINDS[found.kind]} over {found.n} {found.over}"
