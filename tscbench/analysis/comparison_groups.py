"""The methods of a run over all its datasets: which is best, by how much, with what confidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tscbench.analysis.baselines import gather
from tscbench.analysis.cells import REPEAT, cells_of, of_sources, valued
from tscbench.analysis.coverage import Covered, Policy, by_dataset, cover
from tscbench.analysis.intervals import Intervals, intervals_of_means
from tscbench.analysis.pairs import win_tie_loss
from tscbench.analysis.ranks import average_ranks, best_first
from tscbench.analysis.refused import Refused
from tscbench.analysis.signed_ranks import tiers, too_many, wilcoxon_holm
from tscbench.analysis.sources import Sources
from tscbench.analysis.stability import share_of_firsts
from tscbench.contracts.kinds import AXES, Direction
from tscbench.results.arms import ARM, size_order


@dataclass(frozen=True, eq=False)
class ComparisonGroup:
    """Methods that were asked for the same students on the same datasets, splits and seeds.

    One that was asked for more stands here by these alone.

    methods: one row per arm, best first, those that lack cells last. Columns: the arm's axes;
    score, the mean over datasets of the mean over students; rank over datasets, and first, the
    share of resamplings in which it leads; tier; difference, to the same student on real rows
    alone, with its interval low … high and the datasets on which it is a win, tie or loss; n of
    asked cells that have a score. A method that lacks cells has neither score nor rank, unless a
    policy makes up for them.
    covered: the values behind the scores, a row per repeat and student, after that policy.
    repeats: the same, averaged over students, a row per source, split and seed.
    refused: why a column is empty, by its name. intervals: of the differences.
    sources: the datasets that share theirs, and so count as one in each mean, rank, test and
    interval.
    """

    datasets: tuple[str, ...]
    students: tuple[str, ...]
    methods: pd.DataFrame
    covered: Covered
    repeats: pd.DataFrame
    refused: Mapping[str, Refused] = field(default_factory=dict)
    intervals: Intervals | None = None
    sources: Sources = field(default_factory=dict)

    @property
    def n_sources(self) -> int:
        """How many datasets there are, those of one source counted once."""
        return len({self.sources.get(name, name) for name in self.datasets})

    @property
    def repeats_of_students(self) -> pd.DataFrame:
        """What its methods were asked for: dataset, split, seed and student, a row each."""
        return self.covered.table.index.to_frame(index=False)


def groups_of(
    scores: pd.DataFrame,
    metric: str,
    *,
    part: str = "test",
    direction: Direction = "higher",
    policy: Policy = "none",
    cells: pd.DataFrame | None = None,
    sources: Sources | None = None,
    ratios: Mapping[str, float] | None = None,
) -> list[ComparisonGroup]:
    """The fields of a run, the one with the most cells first. Methods that were asked for other
    students, datasets or repeats cannot be ranked together: there is a field for each choice of
    these, with all methods that have it, unless it is of one method that other fields have too.

    scores: with the rows of `relations`, whose difference_<metric> is read. policy: what is done
    about missing cells; the baseline is what a cell is set against on real rows alone. cells: those
    to rank, as `cells_of` gives them, where it is not all of them. sources: see `ComparisonGroup`.
    ratios: test rows over training rows of each dataset, for the interval over splits of one.
    """
    cells = valued(cells_of(scores) if cells is None else cells, scores, metric, part)
    if policy != "none":
        cells = cells.merge(_on_real_rows(scores, metric, part), on=list(AXES), how="left")
    fields = [
        _group(rows, direction == "higher", policy, _among(rows, sources or {}), ratios or {})
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


def _group(
    cells: pd.DataFrame,
    larger: bool,
    policy: Policy,
    sources: Sources,
    ratios: Mapping[str, float],
) -> ComparisonGroup:
    """cells: those of the methods of one field, with value, difference and, for a policy, real."""
    table = _wide(cells, "value")
    real = _wide(cells, "real") if "real" in cells else None
    covered = cover(table, policy, baseline=real, larger_is_better=larger)
    repeats = _repeats(of_sources(covered.table, sources))
    whole = by_dataset(repeats)
    there = cells["value"].notna().groupby(cells["arm"])
    methods = cells.groupby("arm")[ARM].first()
    methods = methods.assign(score=whole.mean(), n=there.sum(), asked=there.size())
    refused: dict[str, Refused] = {}
    if len(whole.columns):
        methods["rank"] = average_ranks(whole, larger_is_better=larger)
    first: pd.Series[float] | Refused = Refused("no whole method")
    if len(whole.columns):
        first = share_of_firsts(whole, larger_is_better=larger)
    if isinstance(first, Refused):
        refused["first"] = first
    else:
        methods["first"] = first
    order = best_first(methods["score"], larger_is_better=larger).index
    refused |= _tiers(whole, methods, order)
    found = of_sources(_differences_of(cells, covered, real), sources)
    ratio = max(ratios.get(str(name), 0.0) for name in cells["dataset"].unique())
    intervals = _differences(_repeats(found), methods, refused, larger, ratio)
    columns = [*ARM, "score", "rank", "first", "tier", "difference", "low", "high"]
    return ComparisonGroup(
        datasets=tuple(sorted(cells["dataset"].unique())),
        students=tuple(sorted(cells["student"].unique(), key=size_order)),
        methods=methods.loc[order].reindex(columns=[*columns, "win", "tie", "loss", "n", "asked"]),
        covered=covered,
        repeats=repeats,
        refused=refused,
        intervals=intervals,
        sources=sources,
    )


def _tiers(whole: pd.DataFrame, methods: pd.DataFrame, order: pd.Index) -> dict[str, Refused]:
    """Adds the tier, or says why there is none."""
    if not len(whole):
        return {"tier": Refused("no whole method")}
    tested = wilcoxon_holm(whole)
    if isinstance(tested, Refused):
        return {"tier": tested}
    if idle := too_many(tested, len(whole)):
        return {"tier": idle}
    methods["tier"] = tiers(order[order.isin(whole.columns)], tested)
    return {}


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
    table: pd.DataFrame,
    methods: pd.DataFrame,
    refused: dict[str, Refused],
    larger: bool,
    ratio: float,
) -> Intervals | None:
    """Adds difference, low, high, win, tie and loss; returns the intervals. ratio: test rows over
    training rows, which counts where there is one dataset."""
    table = table.loc[:, table.notna().all()]
    if table.empty:
        refused["difference"] = Refused("no baseline")
        return None
    means = by_dataset(table)
    methods["difference"] = means.mean()
    methods[["win", "tie", "loss"]] = win_tie_loss(means, larger_is_better=larger)
    found = intervals_of_means(table, ratio)
    if isinstance(found, Refused):
        refused["low"] = found
        return None
    methods[["low", "high"]] = found.table[["low", "high"]]
    return found
