"""The timing pass: students are made again and take turns with their teachers, after the runs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tscbench.contracts.errors import NothingSelected
from tscbench.contracts.failures import said
from tscbench.contracts.kinds import AXES
from tscbench.harness.estimate import expected, line_name, read_durations
from tscbench.harness.exclusive import exclusive, undisturbed
from tscbench.harness.lines import Line
from tscbench.harness.repeats import Clock, Protocol
from tscbench.harness.select import fitting
from tscbench.harness.session import Session
from tscbench.harness.timed_models import TimedModel, is_kept, students, timed_model
from tscbench.harness.timing_session import TimingSession
from tscbench.line.evaluator import Evaluator
from tscbench.line.splits import Parts
from tscbench.line.step_log import logged
from tscbench.line.threads import threads
from tscbench.results.arms import ARM
from tscbench.results.pack import axes_of
from tscbench.results.run import Run
from tscbench.results.sources import one_pack
from tscbench.results.surroundings import hardware

if TYPE_CHECKING:
    import pandas as pd

ROOM = 1 << 30
"""Pickled bytes of the fits whose students are held and timed together; the others wait."""

WARM_REPEATS = 4
"""What warming up is reckoned to take."""


def choose(session: Session, run: Run, options: Mapping[str, str]) -> list[Line]:
    """The lines that axis options leave of a run's plan: of each dataset the first split and seed,
    if nothing is said of those. Of a run against others they may name what was taken there too.

    Raises:
        SpecError, NothingSelected: an option that names nothing in the run, or leaves nothing.
    """
    suite = session.plan.suite
    if suite.probes_only:
        raise NothingSelected(f"suite {suite.name} is one of probes: it has no model to time")
    own, lines = run.asked()["planned"], {line.cell: line for line in session.plan.lines}
    names_methods = not options.keys().isdisjoint(ARM)
    cells = [cell for cell in lines if names_methods or cell.id in own]
    cells = fitting(cells, options, suite, session.registry)
    for axis in (axis for axis in ("split", "seed") if axis not in options):
        first: dict[str, int] = {}
        for cell in cells:
            n = int(getattr(cell, axis))
            first[cell.dataset] = min(n, first.get(cell.dataset, n))
        cells = [cell for cell in cells if getattr(cell, axis) == first[cell.dataset]]
    return [lines[cell] for cell in cells]


def ready(run: Run, lines: Sequence[Line]) -> list[Line]:
    """The finished ones of lines, of which there must be any.

    Raises:
        NothingSelected: there is none.
    """
    done = finished(run, lines)
    if not done:
        raise NothingSelected(
            f"{run.folder} has no finished student, as it would be made now, that fits these "
            "options: run it again first"
        )
    return done


def finished(run: Run, lines: Sequence[Line]) -> list[Line]:
    """The lines whose record is of a student just as it would be made now."""
    pack = one_pack([str(run.folder)])  # with what it was made against
    keys = {axes_of(r): r["key"] for r in pack.records if r["status"] == "ok"}
    return [line for line in lines if keys.get(tuple(map(str, line.cell.axes))) == line.key]


def untimed(speeds: pd.DataFrame, lines: Sequence[Line], protocol: Protocol) -> list[Line]:
    """The lines that `speeds` does not answer for on this hardware, as thoroughly as `protocol`."""
    here = speeds[(speeds["hardware"] == hardware()) & (speeds["threads"] == protocol.threads)]
    here = here[here["repeats"] >= protocol.repeats]
    known = set(zip(*(here[name] for name in (*AXES, "batch")), strict=True))
    return [
        line
        for line in lines
        if any((*map(str, line.cell.axes), batch) not in known for batch in protocol.batches)
    ]


@dataclass(frozen=True)
class Group:
    """Lines of one dataset and split that are timed against one teacher, if they have one."""

    teacher: Line | None
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        cell = self.lines[0].cell
        against = f" against {self.teacher.cell.teacher}" if self.teacher else ""
        return f"{cell.dataset}, split {cell.split}{against}"


def groups(session: Session, lines: Sequence[Line]) -> list[Group]:
    """Lines by dataset, split and teacher. A student that no teacher has taught is timed against
    the teacher of its dataset, where the run has only one."""
    known = {teacher.predictions.key: teacher for teacher in session.plan.teachers}
    there: dict[str, list[str]] = {}
    for key, teacher in known.items():
        there.setdefault(teacher.parts.key, []).append(key)
    lines_of: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        own = there.get(line.parts.key, [])
        alone = own[0] if len(own) == 1 else ""
        key = line.teacher_predictions.key if line.teacher_predictions else alone
        lines_of.setdefault((line.parts.key, key), []).append(line)
    return [Group(known.get(key), tuple(some)) for (_, key), some in lines_of.items()]


def by_fit(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines by the fit that their students come from."""
    lines_of: dict[str, list[Line]] = {}
    for line in lines:
        lines_of.setdefault(line.fit, []).append(line)
    return list(lines_of.values())


def expected_seconds(
    session: Session, run: Run, lines: Sequence[Line], protocol: Protocol
) -> float:
    """What fitting the students again and timing them should take, from what it took in the run;
    what is not known of counts as the shortest round."""
    means = read_durations(session.store).means()
    unkept = [line for line in lines if not is_kept(line, session.store)]
    fits = [expected(line_name(max(f, key=lambda one: one.size)), means) for f in by_fit(unkept)]
    teachers = [group.teacher for group in groups(session, lines) if group.teacher]
    each = [_turn_seconds(session, run, line, protocol) for line in (*lines, *teachers)]
    ways = 2 if protocol.bare else 1
    return sum(seconds or 0.0 for seconds in fits) + ways * sum(each)


def _turn_seconds(session: Session, run: Run, line: Line, protocol: Protocol) -> float:
    """Seconds of all repeats of a model at all batch sizes."""
    took = float((session.store.facts(line.predictions.key) or {}).get("seconds", 0.0))
    rows = (run.read(line.cell) or {}).get("rows", {})
    a_row = took / max(1, int(rows.get("valid", 0)) + int(rows.get("test", 0)))
    repeats = protocol.repeats + WARM_REPEATS
    return sum(repeats * max(protocol.least_seconds, batch * a_row) for batch in protocol.batches)


@dataclass
class TimingPass:
    """One pass over lines of a run. tell: gets a sentence about what ended, or failed; rows: what
    is measured so far; failed: models that raised, each of which `tell` has heard of."""

    session: Session
    run: Run
    protocol: Protocol = field(default_factory=Protocol)
    tell: Callable[[str], None] = lambda said: None
    clock: Clock = field(default_factory=Clock)
    rows: list[dict[str, Any]] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    def execute(self, lines: Sequence[Line]) -> None:
        """Times the students of lines and their teachers. Each session is written as it ends.

        Raises:
            StoreError: another pass is at work on this machine, or the run cannot be written.
        """
        name = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}"
        done = 0
        with exclusive():
            for group in groups(self.session, lines):
                for session in self._sessions(group):
                    with undisturbed(self.protocol.threads), logged(self.run.logs / "time.log"):
                        for batch in self.protocol.batches:
                            self.rows += session.measure(batch)
                    self.run.write_speeds(name, self.rows)
                    done += len(session.models) - session.has_teacher
                    self.tell(f"timed {done} of {len(lines)} students: {group}")

    def _sessions(self, group: Group) -> Iterator[TimingSession]:
        """The group's models, made again, as many at a time as there is room for; the teacher is
        among them each time."""
        parts: Parts = self._evaluator().get(group.lines[0].parts)
        teacher = self._made([group.teacher]) if group.teacher else []
        held: list[TimedModel] = []
        weight = 0
        for lines in by_fit(group.lines):
            made = self._made(lines)
            weight += (heaviest := max((one.bytes or 0 for one in made), default=0))
            if held and weight > ROOM:
                yield TimingSession(
                    parts, [*teacher, *held], self.protocol, self.clock, self._fails
                )
                held, weight = [], heaviest
            held += made
        if held:
            yield TimingSession(parts, [*teacher, *held], self.protocol, self.clock, self._fails)

    def _made(self, lines: Sequence[Line]) -> list[TimedModel]:
        """The models of one fit; none where it cannot be made again, which is said."""
        try:
            log = self.run.logs / "time-fits.log"
            with threads(self.session.plan.suite.threads), logged(log):
                if lines[0].cell.student == "teacher":
                    return [timed_model(lines[0], self._evaluator().get(lines[0].model))]
                return list(students(lines, self._evaluator()))
        except Exception as error:
            for line in lines:
                self._fails(line, error)
            return []

    def _evaluator(self) -> Evaluator:
        """An evaluator that is dropped with what it has made: students of a whole run are many."""
        return Evaluator(self.session.store)

    def _fails(self, line: Line, error: Exception) -> None:
        if line.cell.id not in self.failed:
            self.failed.add(line.cell.id)
            self.tell(f"not timed: {line.cell}: {said(error)}")
