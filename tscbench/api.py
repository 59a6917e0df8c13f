"""The Python face: `run`, `plan`, `load` and `board`, the same work as the command line."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tscbench.analysis.coverage import Policy
from tscbench.boards.asked import scores_of
from tscbench.boards.boards import Boards, completed, leaderboard
from tscbench.boards.estimates import tsc_scores
from tscbench.boards.gaps import reasons_of
from tscbench.boards.partners import baselines_of
from tscbench.boards.relations import relations
from tscbench.boards.run_boards import run_boards
from tscbench.boards.synthetic import synthetic
from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import AXES
from tscbench.contracts.types import Data, Sampler, Schema
from tscbench.export.folder import export_student
from tscbench.export.formats import formats_of
from tscbench.export.parity import Parity
from tscbench.export.student import Student
from tscbench.export.tables import drawn_frame, rows_frame
from tscbench.harness.asked import open_asked
from tscbench.harness.direction import direction_of
from tscbench.harness.engine import Event
from tscbench.harness.lines import Line
from tscbench.harness.plan import Plan
from tscbench.harness.repeats import Protocol
from tscbench.harness.session import Session, is_done, reopen, run_session
from tscbench.harness.sources import same_source
from tscbench.harness.timing import TimingPass, choose, ready, untimed
from tscbench.line.evaluator import Evaluator
from tscbench.registry import near
from tscbench.results import Cell, Run, scores_in

PARTS = ("train", "valid", "test")


@dataclass(frozen=True)
class Results:
    """What a run folder holds; and the session that made it, if that was in this process."""

    run: Run
    session: Session | None = None

    def scores(self) -> pd.DataFrame:
        """One row per cell, part and metric; one without a value of a failed or missing cell.
        Metrics between cells (`tsc_score`, `tsc_score@9` of 9 synthetic rows a real one,
        `recovery`, `difference_auc`, …) and speeds of what was timed are metrics like any other."""
        return scores_of(self.run)

    def tsc_scores(self, part: str = "test") -> pd.DataFrame:
        """TSC Scores, one row per dataset and method (generator, mix, teacher, query, objective,
        student), which are the index, with mean, standard_error and n of the repeats, as boards
        have them: the ratio of means; NaN where its denominator is too near zero."""
        records = self.records()
        return tsc_scores(relations(scores_in(records), baselines_of(records)), part)

    def timings(self) -> pd.DataFrame:
        """Seconds that each cell's steps took when they were made."""
        return self.run.timings()

    def history(self) -> pd.DataFrame:
        """What was noted of each epoch of a network; see `Run.history`."""
        return self.run.history()

    def speeds(self) -> pd.DataFrame:
        """Rows per second of the models that have been timed; see `Run.speeds`."""
        return self.run.speeds()

    def time(
        self,
        *,
        batches: Sequence[int] = Protocol().batches,
        repeats: int = Protocol().repeats,
        tell: Callable[[str], None] = lambda said: None,
        **axes: str,
    ) -> pd.DataFrame:
        """Times students and their teachers on one thread, and returns `speeds()`. Of every dataset
        the first split and seed, unless `axes`, the axis options, say otherwise. What has been
        timed here, undisturbed and as thoroughly, stays as it is.

        Raises:
            SpecError, NothingSelected: axes that name nothing in the run, or leave nothing.
            StoreError: another timing pass is at work on this machine.
        """
        if unknown := next((word for word in axes if word not in AXES), None):
            raise SpecError(f"no keyword {unknown!r}{near(unknown, AXES)}")
        session = self.session or reopen(self.run.folder)
        protocol = Protocol(tuple(batches), repeats)
        lines = ready(self.run, choose(session, axes))
        speeds = self.speeds()
        pending = untimed(speeds[~speeds["contended"]], lines, protocol)
        TimingPass(session, self.run, protocol, tell).execute(pending)
        return self.speeds()

    def records(self) -> list[dict[str, Any]]:
        """The records as they were written."""
        return list(self.run.records())

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
            raise SpecError(
                f"{self.run.folder} has no up-to-date scores of {line.cell}: run it again first"
            )
        evaluator = Evaluator(session.store)
        command = ["tscbench", "export", str(self.run.folder), line.cell.id[:12], "--to", to]
        model, parts = evaluator.get(line.model), evaluator.get(line.parts)
        data: Data = evaluator.get(session.plan.datasets[line.cell.dataset].data)
        words = shlex.join(command)
        return export_student(model, parts, record, to, Path(out), words, data.table)

    def _planned(self, cell: Cell | Mapping[str, Any]) -> tuple[Session, Line]:
        row = isinstance(cell, Mapping | pd.Series) and all(axis in cell for axis in AXES)
        if not row and not isinstance(cell, Cell):
            raise SpecError(
                f"{cell!r} is no cell; give a row of scores(), such as scores().iloc[0], or a "
                f"mapping with {', '.join(AXES)}"
            )
        given = cell.axes if isinstance(cell, Cell) else [cell[axis] for axis in AXES]
        wanted = [str(choice) for choice in given]
        session = self.session or reopen(self.run.folder)
        for line in session.plan.lines:
            if [str(choice) for choice in line.cell.axes] == wanted:
                return session, line
        raise SpecError(f"{self.run.folder} plans no cell {' · '.join(wanted)}")

    def board(
        self, metric: str | None = None, *, part: str = "test", missing: Policy = "none"
    ) -> Boards:
        """The default boards of the run, or those of one metric, a column a student; of several
        datasets also methods over all of them, and `missing` says what is done about those that
        lack cells. Of part "synthetic": what probes, or the one named, say of synthetic rows.

        Raises:
            SpecError: no result has this metric, or no such policy.
        """
        records, headline = self.records(), self.run.asked()["headline"]
        scores = scores_in(records)
        if part == "synthetic":
            return synthetic(scores, metric or "")
        return run_boards(
            scores,
            self.speeds(),
            headline,
            metric=metric or "",
            part=part,
            policy=missing,
            direction=direction_of(self.run, metric or headline),
            reasons=reasons_of(records),
            baselines=baselines_of(records),
            same_source=same_source(self.run),
        )

    def __repr__(self) -> str:
        cells = [r for r in self.records() if r["cell"]["student"] != "teacher"]
        ended = sum(record["status"] == "ok" for record in cells)
        return f"Results({str(self.run.folder)!r}: {ended} of {len(cells)} cells ok)"

    def _repr_html_(self) -> str:
        return self.board()._repr_html_()


def plan(
    suite: str = "quick", *, plugins: Iterable[str | Path] = (), offline: bool = False, **axes: Any
) -> Plan:
    """The plan of a suite. `axes` are the axis options, such as `dataset="digits"`, and lists of
    decorated functions under `datasets=`, `generators=`, … that join in."""
    return open_asked(suite, plugins, offline, axes).plan


def run(
    suite: str = "quick",
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    plugins: Iterable[str | Path] = (),
    offline: bool = False,
    tell: Callable[[Event], None] = lambda event: None,
    **axes: Any,
) -> Results:
    """Runs a suite, or goes on with it, and returns its results. For `axes` see `plan`."""
    session = open_asked(suite, plugins, offline, axes)
    folder = Run(Path(out or f"runs/{session.source.suite.name}"))
    run_session(session, folder, jobs=jobs, tell=tell)
    return Results(folder, session)


def load(folder: str | Path) -> Results:
    """The results in a run folder.

    Raises:
        StoreError: there is no run in it.
    """
    run = Run(Path(folder))
    run.asked()
    return Results(run)


def board(frame: pd.DataFrame, metric: str = "auc", *, part: str = "test") -> Boards:
    """Boards of any data frame with the columns of `scores()`, ours or not. `dataset`, `student`,
    `metric` and `value` must be there; the others are assumed where they are missing.

    Raises:
        SpecError: no data frame, a needed column is missing, or no row has this metric.
    """
    if not isinstance(frame, pd.DataFrame):
        raise SpecError(
            f"board of a {type(frame).__name__}: must be a data frame; of results it is "
            "results.board(), or board(results.scores())"
        )
    return leaderboard(completed(frame), metric, part=part)
