"""A study: what the boards of a run are made of, each worked out once and when it is asked for."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, TypeVar

import pandas as pd

from tscbench.analysis.baselines import Baselines, baselines_of
from tscbench.analysis.by_dataset import on_each_dataset
from tscbench.analysis.cells import cells_of
from tscbench.analysis.cells import valued as with_values
from tscbench.analysis.comparison_groups import ComparisonGroup, groups_of
from tscbench.analysis.cost import costs
from tscbench.analysis.coverage import Policy
from tscbench.analysis.derived import must_have, speed_rows
from tscbench.analysis.learning import Spelling, spelling_of
from tscbench.analysis.refused import Refused
from tscbench.analysis.relations import COLUMNS as RELATED
from tscbench.analysis.relations import among, relations
from tscbench.analysis.row_counts import test_to_train
from tscbench.analysis.selected import completed, selected
from tscbench.analysis.sizes import SizeMatched, size_matched
from tscbench.analysis.sources import Sources
from tscbench.contracts.failures import STATUSES
from tscbench.contracts.kinds import AXES, Direction
from tscbench.contracts.worked_out import SIZES, is_worked_out
from tscbench.results.arms import arm_of
from tscbench.results.frames import COLUMNS, SIZES_RECORDED, SPEEDS, history_of, timings_of
from tscbench.results.pack import Pack

NO_SPEEDS = pd.DataFrame(columns=list(SPEEDS)).astype(SPEEDS)

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Study:
    """every: the scores that records hold, of all cells, in which baselines are found. only: the
    axis options that choose which of them are shown. lower: metrics that are better where they are
    less. n_train: the cap on training rows. test_share: of all rows, where a suite draws them.
    valid_share: of the others. run: what the command line calls the run, as a shell reads it, if
    that is not its name. plugins: tells what is known of them, when it is asked. For the rest see
    `Pack`."""

    every: pd.DataFrame
    headline: str
    name: str = ""
    title: str = ""
    only: Mapping[str, str] = field(default_factory=dict)
    speeds: pd.DataFrame = field(default_factory=lambda: NO_SPEEDS)
    records: Sequence[Mapping[str, Any]] = ()
    lower: Sequence[str] = ()
    sources: Sources = field(default_factory=dict)
    notices: Sequence[str] = ()
    n_train: int | None = None
    test_share: float = 0.3
    valid_share: float = 0.0
    run: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)
    plugins: Callable[[], Mapping[str, Mapping[str, Any]]] = dict
    _kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` gives, made once for a key."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    @property
    def called(self) -> str:
        """What commands call the run."""
        return self.run or shlex.quote(self.name or "RUN")

    @property
    def shown_as(self) -> str:
        """What commands call the run, with the options that chose what is shown."""
        only = [f"--{axis} {shlex.quote(text)}" for axis, text in self.only.items()]
        return " ".join([self.called, *only])

    def narrowed(self, only: Mapping[str, str]) -> Study:
        """The same with fewer cells shown."""
        return replace(self, only={**self.only, **only})

    def direction(self, metric: str) -> Direction:
        """Whether methods are better where they score higher on a metric, or lower. A difference
        goes the way of its metric, a size is better where it is less."""
        plain = metric.removeprefix("difference_")
        return "lower" if metric in SIZES or plain in self.lower else "higher"

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The recorded scores of the cells that are shown.

        Raises:
            SpecError: an option that no cell fits.
        """
        return selected(self.every, self.only)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The planned cells that are shown, with status and arm."""
        return cells_of(self.scores)

    @cached_property
    def baselines(self) -> Baselines:
        return baselines_of(self.records)

    @cached_property
    def related(self) -> pd.DataFrame:
        """Every relation of every cell, and every speed, with why it has no value."""
        found = [relations(self.every, self.baselines), speed_rows(self.speeds_shown)]
        every = pd.concat([f for f in found if len(f)] or found[:1], ignore_index=True)
        every = every.reindex(columns=RELATED)  # speeds alone have no numerators
        return every[~every["metric"].isin(self.every["metric"].unique())]

    @cached_property
    def full(self) -> pd.DataFrame:
        """All scores, with those that are worked out between cells."""
        return pd.concat([self.every, self.related[self.every.columns]], ignore_index=True)

    @cached_property
    def full_of_shown(self) -> pd.DataFrame:
        """The same of the cells that are shown."""
        return among_cells(self.full, self.scores)[COLUMNS]

    @cached_property
    def row_ratios(self) -> dict[str, float]:
        """Test rows over training rows of each dataset, where it can be told without their cap."""
        return test_to_train(self.every, self.records, self.valid_share)

    @cached_property
    def capped(self) -> frozenset[str]:
        """The datasets whose training rows were capped, where nothing says how many there were:
        their splits share fewer rows than the corrected t takes them to."""
        rows = [
            (str(r["cell"]["dataset"]), r["rows"]["train"]) for r in self.records if "rows" in r
        ]
        known = self.valid_share > 0
        return frozenset(name for name, n in rows if n == self.n_train and not known)

    @cached_property
    def spelling(self) -> Spelling:
        return spelling_of(self.records, self.plugins())

    @cached_property
    def timings(self) -> pd.DataFrame:
        return timings_of(self.records)

    @cached_property
    def history(self) -> pd.DataFrame:
        """What was noted of each epoch of the networks that are shown."""
        return among_cells(history_of(self.records), self.scores)

    @cached_property
    def reasons(self) -> dict[tuple[str, ...], str]:
        """Why cells have failed, by their axes as text."""
        return {
            tuple(str(r["cell"][axis]) for axis in AXES): f"{r['step']}: {r['error']}"
            for r in self.records
            if r["status"] in STATUSES
        }

    def of_metric(self, metric: str, part: str = "test") -> pd.DataFrame:
        """The rows of a metric on a part of the cells that are shown; relations with numerator,
        denominator, and why they have no value.

        Raises:
            SpecError: no result has this metric.
        """
        must_have(self.full, metric)
        own = self.related[self.related["metric"] == metric]
        rows = among(own, self.scores) if len(own) else self.scores
        return rows[(rows["metric"] == metric) & (rows["part"] == part)]

    def cells_of(self, metric: str) -> pd.DataFrame:
        """The cells that a metric is asked of: all, or those that something worked out is of, or
        those of the students that have a size."""
        here = self.scores[self.scores["metric"] == metric]
        if metric in SIZES_RECORDED:
            return self.cells[self.cells["student"].isin(here["student"].unique())]
        own = self.related[self.related["metric"] == metric]
        if is_worked_out(metric) and own.empty:
            own = here  # of a frame that has what was worked out elsewhere
        return among(self.cells, own) if len(own) else self.cells

    def groups(
        self, metric: str, part: str = "test", policy: Policy = "none"
    ) -> tuple[ComparisonGroup, ...]:
        """The methods that can be ranked together, the largest group first."""
        found = partial(
            groups_of,
            part=part,
            policy=policy,
            direction=self.direction(metric),
            sources=self.sources,
            ratios=self.row_ratios,
        )
        return self.once(
            ("groups", metric, part, policy),
            lambda: tuple(found(self.full, metric, cells=self.cells_of(metric))),
        )

    def valued(self, metric: str, part: str = "test") -> pd.DataFrame:
        """The cells that are shown, with their value of a metric and its difference to the cell on
        real rows alone."""
        return self.once(
            ("valued", metric, part), lambda: with_values(self.cells, self.full, metric, part)
        )

    def by_dataset(self, metric: str, part: str = "test") -> pd.DataFrame:
        """See `on_each_dataset`."""
        return self.once(
            ("by dataset", metric, part),
            lambda: on_each_dataset(self.valued(metric, part), self.row_ratios),
        )

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Seconds to make each student; see `costs`."""
        return costs(self.scores, self.timings)

    @cached_property
    def speeds_shown(self) -> pd.DataFrame:
        """The speeds of the cells that are shown."""
        return among_cells(self.speeds, self.scores)

    def sized(self, metric: str, group: ComparisonGroup) -> SizeMatched | Refused:
        """What the best student within a budget of size scores, of each method of a group that has
        all its cells; see `size_matched`."""
        if metric in SIZES:
            return Refused("a size")
        if not (self.scores["metric"] == metric).any():
            return Refused("worked out")

        def make() -> SizeMatched | Refused:
            places = group.repeats_of_students
            of = self.scores.merge(places, on=list(places))
            of = of[arm_of(of).isin(group.repeats.columns)]
            return size_matched(of, metric, direction=self.direction(metric))

        return self.once(("sized", metric, group), make)


def among_cells(frame: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """The rows of a frame that are of cells in `scores`."""
    axes = list(AXES)
    cells = scores[axes].drop_duplicates()
    return frame.astype(dict.fromkeys(axes, str)).merge(cells.astype(str), on=axes)


def study_of(pack: Pack, only: Mapping[str, str] | None = None, run: str = "") -> Study:
    """The study of a pack, or of those of its cells that fit the axis options."""
    return Study(
        every=pack.scores,
        headline=pack.headline,
        name=pack.name,
        title=pack.title,
        only=dict(only or {}),
        speeds=pack.speeds,
        records=pack.records,
        lower=pack.lower,
        sources=pack.sources,
        notices=pack.notices,
        n_train=pack.suite_says.get("n_train"),
        test_share=float(pack.suite_says.get("test", 0.3)),
        valid_share=float(pack.suite_says.get("valid", 0.15)),
        run=run,
        origins=pack.origins,
        plugins=lambda: pack.plugins,
    )


def study_of_frame(frame: pd.DataFrame, metric: str) -> Study:
    """The study of anybody's data frame with columns of `scores()`; see `completed`.

    Raises:
        SpecError: no data frame, a needed column is missing, or no row has this metric.
    """
    scores = completed(frame)
    must_have(scores, metric)
    return Study(every=scores[COLUMNS], headline=metric)
