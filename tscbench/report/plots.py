"""The figures of a run as methods: `results.plot`. Matplotlib is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from tscbench.analysis.by_dataset import difference_frame
from tscbench.analysis.derived import must_have
from tscbench.analysis.epochs import gradient_frame, history_frame
from tscbench.analysis.learning import axis_of, learning_frame
from tscbench.analysis.pareto import pareto_frame
from tscbench.analysis.ranks import critical_difference
from tscbench.analysis.rates import rate_frame, teacher_rate_frame
from tscbench.analysis.refused import Refused
from tscbench.analysis.sizes import SizeMatched, size_frame
from tscbench.analysis.speed_error import AT_MOST, speed_error_frame
from tscbench.analysis.study import Study
from tscbench.analysis.sweep import sweep_frame
from tscbench.contracts.errors import SpecError, did_you_mean
from tscbench.contracts.kinds import Direction
from tscbench.report.figures import WIDTH
from tscbench.report.names import Names, names_in
from tscbench.results.arms import ARM

TRUTH = "truth_error"
"""Of teachers: how far they are from a known truth."""

if TYPE_CHECKING:
    from tscbench.report.figures.sheet import Panels


@dataclass(frozen=True, eq=False, repr=False)
class Plots:
    """Figures of a study by its headline metric. Each is a tuple of matplotlib's Axes, a panel
    each, in reading order; `figure` is what they stand on:

        results.plot.pareto().figure.savefig("pareto.pdf")
        results.plot.learning(along="ratio")[0].set_title("mine")

    Where there is nothing to draw, the figure says why. `width` is in pixels: see WIDTH.

    named: what methods are called where the study is part of a run, as in the tables of the whole.
    """

    study: Study
    named: Names | None = None

    @property
    def names(self) -> Names:
        """What methods are called, as in the tables of the run."""
        return self.named or self.study.once("names", lambda: names_in(self.study))

    @property
    def metric(self) -> str:
        return self.study.headline

    @property
    def direction(self) -> Direction:
        return self.study.direction(self.metric)

    @property
    def scores(self) -> pd.DataFrame:
        return self.study.scores

    @property
    def speeds(self) -> pd.DataFrame:
        return self.study.speeds_shown

    def pareto(
        self, *, size: str = "bytes", budgets: Sequence[float] = (), width: float = WIDTH
    ) -> Panels:
        """Quality against speed on each dataset, with the front of each size budget."""
        from tscbench.report.figures.pareto import pareto

        return pareto(
            self.study.once("pareto", lambda: pareto_frame(self.scores, self.speeds, self.metric)),
            self.names,
            metric=self.metric,
            size=size,
            budgets=budgets,
            direction=self.direction,
            width=width,
        )

    def differences(self, *, width: float = WIDTH) -> Panels:
        """What each method gains over training rows alone on each dataset, with 95 % intervals."""
        from tscbench.report.figures.differences import differences

        pages = self.study.by_dataset(self.metric)
        arms = self.study.cells.drop_duplicates("arm").set_index("arm")[ARM]
        return differences(
            difference_frame(pages, arms),
            self.names,
            metric=self.metric,
            direction=self.direction,
            width=width,
        )

    def ranks(self, *, width: float = WIDTH) -> Panels:
        """Average ranks over datasets, and which of them a critical difference keeps apart; of the
        methods that were asked for the same cells, those with the most."""
        from tscbench.report.figures.ranks import ranks
        from tscbench.report.figures.sheet import nothing

        group = self.study.groups(self.metric)[0]
        methods, n = group.methods[group.methods["rank"].notna()], group.n_sources
        far = critical_difference(len(methods), n) if len(methods) > 1 else Refused("one method")
        if isinstance(far, Refused):
            return nothing("Average ranks", str(far), width)
        return ranks(methods, self.names, far, datasets=n, width=width)

    def learning_frame(self, along: str, metric: str = "") -> pd.DataFrame:
        """What `learning` draws."""
        metric = metric or self.metric
        full = self.scores if metric == self.metric else self.study.full_of_shown
        make = partial(learning_frame, full, metric, along, self.study.spelling)
        return self.study.once(("learning", along, metric), make)

    @property
    def numbers(self) -> list[str]:
        """What `learning` can go along: parameters in which alone some students or generators
        differ, and the `ratio`."""
        each = [*self.numbers_of("student"), *self.numbers_of("generator")]
        return [*dict.fromkeys(each), "ratio"]

    def numbers_of(self, axis: str) -> list[str]:
        """Those of students, or of generators."""
        return self.study.spelling.varying(axis, self.scores[axis].unique())

    def learning(self, along: str = "n_trees", *, metric: str = "", width: float = WIDTH) -> Panels:
        """Scores against a number: a parameter of students or generators, such as `n_trees`, or the
        `ratio` of synthetic rows; see `numbers`. metric: another one than the headline.

        Raises:
            SpecError: no cell has such a number, or no result the metric.
        """
        from tscbench.report.figures.learning import learning

        if metric:
            must_have(self.study.full, metric)
        metric = metric or self.metric
        frame = self.learning_frame(along, metric)
        if frame["x"].isna().all():
            meant, has = did_you_mean(along, self.numbers), ", ".join(self.numbers)
            raise SpecError(f"no cell has a number {along!r}{meant} (has: {has})")
        return learning(
            frame,
            self.names.on_lines(along, self.study.spelling),
            along=along,
            axis=axis_of(self.scores, along, self.study.spelling),
            metric=metric,
            direction=self.study.direction(metric),
            width=width,
        )

    @property
    def _sized(self) -> SizeMatched | Refused:
        groups = self.study.groups(self.metric)
        return self.study.sized(self.metric, groups[0]) if groups else Refused("no whole method")

    @property
    def size_points(self) -> int:
        """Budgets that `sizes` has on the dataset with most of them."""
        sized = self._sized
        return 0 if isinstance(sized, Refused) else max(map(len, sized.budgets.values()))

    def sizes(self, *, width: float = WIDTH) -> Panels:
        """Scores against size: of each method the student that is best on validation rows, within
        each budget of nodes or parameters."""
        from tscbench.report.figures.learning import learning
        from tscbench.report.figures.sheet import nothing

        sized = self._sized
        if isinstance(sized, Refused):
            return nothing(f"{self.metric} against size", str(sized), width)
        return learning(
            size_frame(sized, self.scores, self.metric),
            self.names,
            along=sized.unit,
            axis="mix",
            metric=self.metric,
            direction=self.direction,
            note=f"Of students of so many {sized.unit} at the most the best on validation rows.",
            in_ratios=True,
            width=width,
        )

    @property
    def rate_points(self) -> int:
        """Numbers of training rows that `rates` has."""
        return int(rate_frame(self.scores, self.metric)["x"].nunique())

    @property
    def teacher_rate_points(self) -> int:
        """Numbers of training rows that `teacher_rates` has."""
        return int(teacher_rate_frame(self.scores, TRUTH)["x"].nunique())

    @property
    def sweep_points(self) -> int:
        """Pairs of parameters that `sweep` has."""
        return len(self._sweep[["x", "y"]].drop_duplicates())

    @property
    def _sweep(self) -> pd.DataFrame:
        make = partial(sweep_frame, direction=self.direction)
        return self.study.once("sweep", lambda: make(self.scores, self.metric))

    def rates(self, *, width: float = WIDTH) -> Panels:
        """Errors of students against training rows, with the power of n that fits."""
        from tscbench.report.figures.rates import rates

        frame = rate_frame(self.scores, self.metric)
        return rates(frame, self.names, metric=self.metric, width=width)

    def teacher_rates(self, *, width: float = WIDTH) -> Panels:
        """The same of teachers, on fresh rows and on their training rows."""
        from tscbench.report.figures.rates import teacher_rates

        frame = teacher_rate_frame(self.scores, TRUTH)
        return teacher_rates(frame, metric=TRUTH, width=width)

    def speed_error(self, *, at_most: float = AT_MOST, width: float = WIDTH) -> Panels:
        """Speed-up and bytes ratio against what a student loses on its teacher; at_most: what the
        fastest may lose."""
        from tscbench.report.figures.speed_error import speed_error

        make = partial(speed_error_frame, at_most=at_most, direction=self.direction)
        frame = self.study.once(
            ("speed error", at_most), lambda: make(self.scores, self.speeds, self.metric)
        )
        return speed_error(frame, metric=self.metric, at_most=at_most, width=width)

    def sweep(self, *, width: float = WIDTH) -> Panels:
        """MUNGE's two parameters against each other, on validation rows and on test rows."""
        from tscbench.report.figures.sweep import sweep

        return sweep(self._sweep, metric=self.metric, width=width)

    def epochs(self, noted: str = "test_accuracy", *, width: float = WIDTH) -> Panels:
        """What was noted of each epoch of networks: `train_loss`, `valid_accuracy`,
        `test_accuracy`, or what a student notes beside these."""
        from tscbench.report.figures.epochs import epochs

        make = partial(history_frame, self.study.history, noted)
        frame = self.study.once(("epochs", noted), make)
        return epochs(frame, self.names, noted=noted, width=width)

    def gradients(self, *, width: float = WIDTH) -> Panels:
        """How much the gradients of a game's losses vary from batch to batch."""
        from tscbench.report.figures.gradients import gradients

        return gradients(gradient_frame(self.study.history), self.names, width=width)
