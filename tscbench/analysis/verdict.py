"""The verdict on a group of methods: which is first, what it cannot be told from, what it gains."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from tscbench.analysis.beside import beside_of
from tscbench.analysis.cells import of_sources
from tscbench.analysis.comparison_groups import ComparisonGroup
from tscbench.analysis.coverage import by_dataset
from tscbench.analysis.intervals import Intervals, intervals_of_means
from tscbench.analysis.ranks import best_first
from tscbench.analysis.refused import Refused
from tscbench.analysis.sizes import SizeMatched, over_datasets
from tscbench.analysis.study import Study
from tscbench.results.arms import ARM


@dataclass(frozen=True, eq=False)
class Ranking:
    """methods: one row per arm with all its cells, best first. Columns: the arm's axes; score, the
    mean over datasets; behind, how much worse than the first it is, with low and high of that
    difference, and apart: 1 where it is told from the first; gain, its difference to `plain`, with
    gain_low and gain_high. Differences are in the metric's own direction.

    plain: the best arm without synthetic rows; empty if there is none. intervals: what they are.
    n_datasets: how many, those of one source counted once. n_splits: of each.
    """

    methods: pd.DataFrame
    plain: str
    intervals: Intervals | Refused
    n_datasets: int
    n_splits: int

    @property
    def first(self) -> str:
        """The arm with the best score."""
        return str(self.methods.index[0])

    @property
    def alike(self) -> list[str]:
        """The first arm, and those that cannot be told from it."""
        return list(map(str, self.methods.index[self.methods["apart"] != 1]))


@dataclass(frozen=True, eq=False)
class Verdict:
    """ranking: of all methods of a group that have all their cells; at equal size if `is_sized`.
    sized: the ranking at equal size on those datasets that allow it; None where none does, for
    which `matched` says why. left_out: methods that lack cells."""

    metric: str
    part: str
    group: ComparisonGroup
    ranking: Ranking
    sized: Ranking | None
    matched: SizeMatched | Refused
    left_out: int

    @property
    def is_sized(self) -> bool:
        """Whether the ranking is at equal size."""
        return self.ranking is self.sized


def verdict_of(study: Study, metric: str = "", *, part: str = "test") -> Verdict | None:
    """The verdict on the largest group of methods of a study; None where no method has all its
    cells. At equal size where students and records allow it, of what is scored on test rows; where
    a student is as large whatever it learns from, nothing has to be chosen for that."""
    metric = metric or study.headline
    group = next(iter(study.groups(metric, part)), None)
    if group is None or not len(group.repeats.columns):
        return None
    sign = 1 if study.direction(metric) == "higher" else -1
    sized: Ranking | None = None
    matched: SizeMatched | Refused = (
        study.sized(metric, group) if part == "test" else Refused("other rows")
    )
    if isinstance(matched, SizeMatched):
        table = group.repeats if matched.alike else _at_equal_size(group, matched)
        sized = _ranked(group, table, sign, study.row_ratios)
    whole = isinstance(matched, SizeMatched) and not matched.unmatched
    ranking = sized if sized and whole else _ranked(group, group.repeats, sign, study.row_ratios)
    left_out = len(group.methods) - len(ranking.methods)
    return Verdict(metric, part, group, ranking, sized, matched, left_out)


def rankings_by_dataset(
    study: Study, verdict: Verdict, *, part: str = "test"
) -> dict[str, Ranking]:
    """The methods of a verdict's group on each of its datasets alone, by the mean over students;
    those that lack cells there are left out."""
    group, sign = verdict.group, 1 if study.direction(verdict.metric) == "higher" else -1
    cells = study.valued(verdict.metric, part)
    here = cells["arm"].isin(group.methods.index) & cells["student"].isin(group.students)
    found = cells[here].groupby(["dataset", "split", "seed", "arm"])["value"]
    means = found.mean().where(found.count() == found.size()).unstack("arm")
    tables = {name: means.xs(name, level="dataset", drop_level=False) for name in group.datasets}
    whole = {name: table.loc[:, table.notna().all()] for name, table in tables.items()}
    return {
        name: _ranked(group, table, sign, study.row_ratios)
        for name, table in whole.items()
        if len(table.columns)
    }


def sizes_in(study: Study, verdict: Verdict) -> tuple[pd.Series, str]:
    """The mean size of the students that a verdict counts, by arm, and its unit: at equal size of
    those that were chosen."""
    matched = verdict.matched
    if not verdict.is_sized or not isinstance(matched, SizeMatched) or matched.alike:
        beside = beside_of(study, verdict.group)
        return beside.sizes, beside.unit
    each = matched.scores.groupby(["arm", "dataset"])["mean_size"].mean()
    return over_datasets(each, verdict.group.sources), matched.unit


def _at_equal_size(group: ComparisonGroup, matched: SizeMatched) -> pd.DataFrame:
    """Repeats × arms of the group."""
    wide = matched.means.pivot(index=["dataset", "split", "seed"], columns="arm", values="value")
    found = wide[list(group.repeats.columns)]
    return of_sources(found, group.sources).groupby(level=found.index.names).mean()


def _ranked(
    group: ComparisonGroup, table: pd.DataFrame, sign: int, ratios: Mapping[str, float]
) -> Ranking:
    """table: repeats × arms. ratios: test rows over training rows of each dataset."""
    where = table.index.to_frame(index=False)
    sources = where["dataset"].unique()
    of_one = [name for name in group.datasets if sources[0] in (name, group.sources.get(name))]
    ratio = max(ratios.get(name, 0.0) for name in of_one) if len(sources) == 1 else 0.0
    score = best_first(by_dataset(table).mean(), larger_is_better=sign > 0)
    methods = group.methods.loc[score.index, ARM].assign(score=score)
    real = methods.index[methods["mix"] == "real"]
    plain = str(real[0]) if len(real) else ""
    found = intervals_of_means(table.rsub(table[score.index[0]], axis=0), ratio)
    methods["behind"] = score.iloc[0] - score
    methods[["low", "high"]] = _ends(found, methods.index, score.index[0])
    told = (methods["low"] > 0) if sign > 0 else (methods["high"] < 0)
    methods["apart"] = told.astype(float).where(methods["low"].notna())
    methods["gain"] = score - score[plain] if plain else math.nan
    gains = intervals_of_means(table.sub(table[plain], axis=0), ratio) if plain else found
    methods[["gain_low", "gain_high"]] = _ends(gains, methods.index, plain)
    if not plain:
        methods[["gain_low", "gain_high"]] = math.nan
    return Ranking(methods, plain, found, len(sources), where["split"].nunique())


def _ends(found: Intervals | Refused, index: pd.Index, itself: str) -> pd.DataFrame:
    """The ends of intervals; none of a method's difference to itself."""
    if isinstance(found, Refused):
        return pd.DataFrame(math.nan, index=index, columns=["low", "high"])
    ends = found.table.reindex(index)[["low", "high"]]
    return ends.where(pd.Series(ends.index != itself, index=ends.index), axis=0)
