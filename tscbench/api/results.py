"""The results of a run, or of a pack: frames of numbers, tables, fitted models."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tscbench.analysis.coverage import Policy
from tscbench.analysis.derived import with_derived
from tscbench.analysis.estimates import tsc_scores
from tscbench.analysis.study import Study, study_of
from tscbench.analysis.verdict import verdict_of
from tscbench.api.about_run import with_plugins
from tscbench.api.planned import planned
from tscbench.contracts.errors import NothingSelected, SpecError, StoreError
from tscbench.contracts.types import Data, Sampler, Schema
from tscbench.export.folder import export_student
from tscbench.export.formats import formats_of
from tscbench.export.parity import Parity
from tscbench.export.student import Student
from tscbench.export.tables import drawn_frame, rows_frame
from tscbench.harness.asked import Choice, options_of
from tscbench.harness.lines import Line
from tscbench.harness.reopen import reopen
from tscbench.harness.repeats import Protocol
from tscbench.harness.session import Session
from tscbench.harness.settled import is_done
from tscbench.harness.timing import TimingPass, choose, ready, untimed
from tscbench.line.evaluator import Evaluator
from tscbench.registry import near
from tscbench.report.boards import full_board, short_board
from tscbench.report.by_dataset import dataset_tables, whole_table
from tscbench.report.compare import comparison, comparison_tables
from tscbench.report.first_screen import first_table
from tscbench.report.frame import Frame
from tscbench.report.names import names_in
from tscbench.report.plots import Plots
from tscbench.report.table import Tables
from tscbench.report.verdict import said_of
from tscbench.results.cell import Cell
from tscbench.results.pack import is_pack
from tscbench.results.run import Run
from tscbench.results.sources import one_pack

PARTS = ("train", "valid", "test")


@dataclass(frozen=True)
class Results:
    """What a run folder or a pack holds, and others of the same suite beside it; and the session
    that made it, if that was in this process. A pack has neither models nor rows."""

    folder: Path
    session: Session | None = None
    beside: tuple[str, ...] = ()

    @property
    def run(self) -> Run:
        """The run folder; StoreError of a pack."""
        if is_pack(self.folder):
            raise StoreError(f"{self.folder} is a pack: it has scores, but no models and no rows")
        return Run(self.folder)

    @property
    def study(self) -> Study:
        """What tables are made of, read anew."""
        names = [str(self.folder), *self.beside]
        return study_of(one_pack(names), run=shlex.join(names))

    def scores(self) -> pd.DataFrame:
        """One row per cell, part and metric; one without a value of a failed or missing cell.
        Metrics between cells (`tsc_score`, `tsc_score@9` of 9 synthetic rows a real one,
        `recovery`, `difference_auc`, …) and speeds of what was timed are metrics like any other."""
        study = self.study
        return with_derived(study.every, study.speeds, study.baselines)

    def methods(self, metric: str = "", *, part: str = "test", **axes: Choice) -> Frame:
        """The methods over all datasets, best first, one row each: its score, how far it is behind
        the first and whether it can be told from it, its gain over the best way without synthetic
        rows with a 95 % interval, size and cost. At equal size where students allow it.

        Raises:
            SpecError: no result has this metric, or an axis.
            NothingSelected: no method has all its cells.
        """
        study = self._asked(metric, part, axes)
        table = first_table(study, metric, part=part)
        if table is None:
            raise NothingSelected(self.verdict(metric, part=part, **axes))
        return Frame(table)

    def summary(self, metric: str = "", *, part: str = "test", **axes: Choice) -> Frame:
        """Each method and student on each dataset: scores with their standard errors, sizes and
        speeds, one row each.

        Raises:
            SpecError: no result has this metric, or an axis.
        """
        study = self._asked(metric, part, axes)
        tables = dataset_tables(study, names_in(study), metric, part=part)
        return Frame(whole_table(study, tables, metric, part=part))

    def compare(
        self, a: str, b: str, *, axis: str = "", part: str = "test", **axes: Choice
    ) -> Frame:
        """Two entries of an axis, such as "none" and "munge", cell against cell: a row per metric
        with the difference b - a, its interval, test, and on how many datasets b is better.

        Raises:
            SpecError: no cell has them, or they are on different axes.
        """
        study = self.study.narrowed(options_of(axes))
        found, _, names = comparison(study, a, b, axis=axis, part=part)
        return Frame(comparison_tables(found, part, names)[0])

    def verdict(self, metric: str = "", *, part: str = "test", **axes: Choice) -> str:
        """What is best, by how much, how surely, at what size and cost, in words."""
        study = self._asked(metric, part, axes)
        found, names = verdict_of(study, metric, part=part), names_in(study)
        return str(said_of(study, found, names, metric=metric, part=part))

    def _asked(self, metric: str, part: str, axes: Mapping[str, Choice]) -> Study:
        """The study of the cells that are asked for, which have this metric."""
        study = self.study.narrowed(options_of(axes))
        if metric:
            study.of_metric(metric, part)
        return study

    def tsc_scores(self, part: str = "test") -> pd.DataFrame:
        """TSC Scores, one row per dataset and method (generator, mix, teacher, query, objective,
        student), which are the index, with mean, standard_error and n of the repeats, as boards
        have them: the ratio of means; NaN where its denominator is too near zero."""
        return tsc_scores(self.study.related, part)

    def timings(self) -> pd.DataFrame:
        """Seconds that each cell's steps took when they were made."""
        return self.study.timings

    def history(self) -> pd.DataFrame:
        """What was noted of each epoch of a network; see `Run.history`."""
        return self.study.history

    def speeds(self) -> pd.DataFrame:
        """Rows per second of the models that have been timed; see `Run.speeds`."""
        return self.study.speeds

    def time(
        self,
        *,
        batches: Sequence[int] = Protocol().batches,
        repeats: int = Protocol().repeats,
        tell: Callable[[str], None] = lambda said: None,
        **axes: Choice,
    ) -> pd.DataFrame:
        """Times students and their teachers on one thread, and returns `speeds()`. Of every dataset
        the first split and seed, unless `axes`, the axis options, say otherwise. What has been
        timed here, undisturbed and as thoroughly, stays as it is.

        Raises:
            SpecError, NothingSelected: axes that name nothing in the run, or leave nothing.
            StoreError: another timing pass is at work on this machine.
        """
        session = self.session or reopen(self.run.folder)
        protocol = Protocol(tuple(batches), repeats)
        lines = ready(self.run, choose(session, self.run, options_of(axes)))
        speeds = self.speeds()
        pending = untimed(speeds[~speeds["contended"]], lines, protocol)
        TimingPass(session, self.run, protocol, tell).execute(pending)
        return self.speeds()

    def records(self) -> list[dict[str, Any]]:
        """The records as they were written."""
        return [dict(record) for record in self.study.records]

    def student(self, cell: Cell | Mapping[str, Any]) -> Student:
        """The fitted student of a cell (or a row of `scores()`): made again if it is gone,
        exactly as it was. It answers frames like the user's own, by class names.

        Raises:
            SpecError: no such cell in the run.
        """
        session, line = self._planned(cell)
        return Student(Evaluator(session.store).get(line.model), self.schema(cell))

    def schema(self, cell: Cell | Mapping[str, Any]) -> Schema:
        """What the rows of a cell's dataset look like: names, levels, types, classes.

        Raises:
            SpecError: no such cell in the run.
        """
        session, line = self._planned(cell)
        found: Schema = session.plan.datasets[line.cell.dataset].schema
        return found

    def rows(self, cell: Cell | Mapping[str, Any], part: str = "test") -> pd.DataFrame:
        """The train, valid or test rows of a cell as the user's table has them, labels beside
        them; the index says which rows of the table they are, counting from 0.

        Raises:
            SpecError: no such cell in the run, or no such part.
            DataError: images.
        """
        if part not in PARTS:
            raise SpecError(f"no part {part!r}{near(part, PARTS)}")
        session, line = self._planned(cell)
        parts = Evaluator(session.store).get(line.parts)
        return rows_frame(getattr(parts, part), parts.schema)

    def synthetic(self, cell: Cell | Mapping[str, Any], n: int | None = None) -> pd.DataFrame:
        """The first n rows (by default as many as training rows) that the generator of a cell
        draws, as the user's table has them, with labels where it gives them.

        Raises:
            SpecError: no such cell in the run, or one without synthetic rows.
            DataError: images.
        """
        session, line = self._planned(cell)
        parts = Evaluator(session.store).get(line.parts)
        return drawn_frame(self.sampler(cell), n or len(parts.train), parts.schema)

    def sampler(self, cell: Cell | Mapping[str, Any]) -> Sampler:
        """The fitted generator of a cell (or a row of `scores()`): made again if it is gone,
        exactly as it was.

        Raises:
            SpecError: no such cell in the run, or one without synthetic rows.
        """
        session, line = self._planned(cell)
        if line.sampler is None:
            raise SpecError(f"the cell {line.cell} has no synthetic rows")
        sampler: Sampler = Evaluator(session.store).get(line.sampler)
        return sampler

    def formats(self, cell: Cell | Mapping[str, Any]) -> dict[str, str]:
        """The formats of `export`, each with the reason why the student of a cell has not got it,
        or "" where it has."""
        session, line = self._planned(cell)
        evaluator = Evaluator(session.store)
        return formats_of(evaluator.get(line.model), evaluator.get(line.parts))

    def export(self, cell: Cell | Mapping[str, Any], *, to: str, out: str | Path) -> Parity:
        """Writes the student of a cell into the folder `out`, to be used without tscbench.

        Raises:
            SpecError: no such cell with a record in the run, or no such format of its student.
            StoreError: `out` is there already.
        """
        session, line = self._planned(cell)
        record = self.run.read(line.cell)
        if record is None or not is_done(line, record):
            said = f"{self.run.folder} has no up-to-date scores of {line.cell}: run it again first"
            raise SpecError(said)
        evaluator = Evaluator(session.store)
        command = ["tscbench", "export", str(self.run.folder), line.cell.id[:12], "--to", to]
        model, parts = evaluator.get(line.model), evaluator.get(line.parts)
        data: Data = evaluator.get(session.plan.datasets[line.cell.dataset].data)
        words = shlex.join(command)
        return export_student(model, parts, record, to, Path(out), words, data.table)

    def _planned(self, cell: Cell | Mapping[str, Any]) -> tuple[Session, Line]:
        session = self.session or reopen(self.run.folder)
        return session, planned(session, self.run.folder, cell)

    def board(
        self,
        metric: str = "",
        *,
        part: str = "test",
        missing: Policy = "none",
        full: bool = True,
        **axes: Choice,
    ) -> Tables:
        """The tables of the run, or those of one metric: methods over all datasets and each dataset
        by itself, or without `full` the methods alone, with the verdict. missing: what is done
        about methods that lack cells. Of part "synthetic": what probes, or the one named, say of
        synthetic rows.

        Raises:
            SpecError: no result has this metric, or no such policy.
        """
        make = full_board if full else short_board
        return make(self.study.narrowed(options_of(axes)), metric, part=part, policy=missing)

    @property
    def plot(self) -> Plots:
        """Figures of the run: `results.plot.pareto().figure.savefig("pareto.pdf")`; see `Plots`."""
        return Plots(with_plugins(self.study, self.folder))

    def __repr__(self) -> str:
        cells = [r for r in self.records() if r["cell"]["student"] != "teacher"]
        ended = sum(record["status"] == "ok" for record in cells)
        return f"Results({str(self.folder)!r}: {ended} of {len(cells)} cells ok)"

    def _repr_html_(self) -> str:
        return self.board(full=False)._repr_html_()
