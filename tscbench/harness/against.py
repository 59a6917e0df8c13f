"""A run against results that are there: their cells are taken, and only the others are made.

What must be equal is checked: suite, data and splits before anything runs, and one of the cells
that are taken, drawn by the run's name, is made again and must be equal to the last bit.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import SpecError, StoreError, SuiteError
from tscbench.harness.estimate import Durations, name_of, work_name
from tscbench.harness.lines import Line
from tscbench.harness.provenance import plugin_named
from tscbench.harness.session import Session, run_session, split_facts
from tscbench.line.mix import parse_mix
from tscbench.results.agree import differing, unlike
from tscbench.results.cell import ALONE
from tscbench.results.joined import HOME, identity, identity_of, rows_said
from tscbench.results.pack import Pack, axes_of
from tscbench.results.published import is_published
from tscbench.results.run import Run
from tscbench.results.sources import packs_of, sources_of

AGAIN = "again"
"""The folder of a run that holds the cell that was made again."""

SHARED = {"teacher", "real_outputs"}
"""The steps that cells share whose time a record says."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Against:
    """session: the one that makes what is new. whole: the one that was asked for. taken: the lines
    of both, with the records that are there. records: all that are finished there."""

    session: Session
    whole: Session
    taken: Mapping[Line, Record]
    records: Sequence[Record]

    @property
    def durations(self) -> Durations:
        """What the records say that the like of what is new takes: what all share, each student,
        and to ask a teacher of a block of synthetic rows."""
        plan, found = self.session.plan, Durations()
        for line, record in self.taken.items():
            for artefact in line.model.behind().values():
                if artefact.step in SHARED & record["seconds"].keys():
                    found.add(work_name(artefact), record["seconds"][artefact.step])
        for record in self.records:
            cell, seconds = record["cell"], record.get("seconds", {})
            parts = plan.parts.get((cell["dataset"], cell["split"]))
            if parts is not None and "student" in seconds:
                took = seconds["student"] + seconds.get("predictions", 0.0)
                found.add(name_of("student", f"{cell['student']} {cell['mix']}", parts), took)
            if parts is None or "synthetic_outputs" not in seconds:
                continue
            if blocks := _blocks(plan.suite.spec(cell["mix"])):
                each = seconds["synthetic_outputs"] / blocks
                found.add(name_of("synthetic_outputs", cell["query"], parts), each)
        return found

    @property
    def cells(self) -> int:
        """Those among what is taken that are no teacher's own."""
        return len(self.students)

    @property
    def students(self) -> dict[Line, Record]:
        return {line: r for line, r in self.taken.items() if line.cell.student != "teacher"}

    @property
    def other_recipes(self) -> int:
        """Cells that are taken and would be made by other code, or other settings, here."""
        return sum(record["key"] != line.key for line, record in self.students.items())

    def drawn(self, name: str) -> Line | None:
        """One of the students that are taken, drawn by a run's name."""
        students = [line for line in self.taken if line.cell.student not in ALONE]
        students.sort(key=lambda line: line.cell.id)
        return random.Random(name).choice(students) if students else None


def against(session: Session, names: Sequence[str]) -> Against:
    """A session less the cells that these sources have finished.

    Raises:
        StoreError: none of them is of the session's suite.
        SuiteError: they are of another version of it, of other data, or of other splits.
    """
    suite = session.source.suite.name
    names = [n if is_published(n) else str(Path(n).resolve()) for n in names]
    packs = {pack.suite_name: pack for pack in packs_of(sources_of(names))}
    if suite not in packs:
        raise StoreError(
            f"{', '.join(names)} has no results of suite {suite} (has: {', '.join(packs)})"
        )
    pack = packs[suite]
    _must_be_of(pack, session, ", ".join(names))
    known = {axes_of(r): r for r in pack.records if r["status"] == "ok"}
    lines = {line: tuple(map(str, line.cell.axes)) for line in session.plan.all_lines()}
    taken = {line: known[axes] for line, axes in lines.items() if axes in known}
    taken = {line: record for line, record in taken.items() if _is_same(line, record)}
    plan = session.plan
    fewer = replace(
        plan,
        lines=[line for line in plan.lines if line not in taken],
        teachers=[line for line in plan.teachers if line not in taken],
    )
    new = replace(session, plan=fewer, against=tuple(names))
    return Against(new, session, taken, list(known.values()))


def _blocks(mix: str) -> int:
    """The blocks of synthetic rows in a mix; none in what is no mix."""
    try:
        return parse_mix(mix).blocks
    except SpecError:
        return 0


def _is_same(line: Line, record: Record) -> bool:
    """Whether a record is of a line's plugins, not of others of their names. An early record does
    not say whose they were: then they were those that come with tscbench."""
    for kind, bound in line.plugins.items():
        there, here = identity_of(record, kind), identity(plugin_named(bound))
        if here != there if there else here[0] != HOME:
            return False
    return True


def _must_be_of(pack: Pack, session: Session, names: str) -> None:
    """Whether results are of a session's suite, data and splits."""
    suite = session.source.suite.name
    if pack.suite_says != tomllib.loads(session.source.text):
        raise SuiteError(
            f"{names} is of another version of suite {suite}: scores would not compare; make the "
            "run without --against, or take the suite of the pack"
        )
    known = rows_said(pack)
    for label, source in session.plan.datasets.items():
        if known.get(("dataset", label), source.digest) != source.digest:
            raise SuiteError(
                f"dataset {label} is not the data that {names} was made with: leave it out with "
                f"--dataset no:{label}"
            )
    for (label, split), part in session.plan.parts.items():
        digest = known.get(("split", f"{split} of {label}"))
        if digest and digest != split_facts(session, part)["digest"]:
            raise SuiteError(
                f"split {split} of dataset {label} is not the one of {names}: leave it out with "
                f"--dataset no:{label}"
            )


def note_again(asked: Against, run: Run) -> None:
    """Makes one of the cells that were taken again, once for a run, which notes what came of it."""
    if (run.folder / AGAIN).exists():
        return
    said = made_again(asked, run)
    with run.held():
        told = run.asked()
        run.write_asked({**told, "notices": [*told["notices"], said]})


def made_again(asked: Against, run: Run) -> str:
    """Makes one of the cells that were taken again, and says what came of it: that it is equal to
    the last bit, or what differs in scores and versions."""
    line = asked.drawn(run.folder.name)
    if line is None:
        return "no cell that was taken is planned here, so none was made again"
    there, again = asked.taken[line], Run(run.folder / AGAIN)
    run_session(replace(asked.whole, against=()), again, [line])
    record = again.read(line.cell)
    if record is None or record["status"] != "ok":
        return f"the cell {line.cell}, which was taken, failed when it was made again"
    if not (scores := differing(there, record)):
        return f"the cell {line.cell}, which was taken, was made again: equal to the last bit"
    return (
        f"the cell {line.cell}, which was taken, came out otherwise when it was made again "
        f"({scores}): {unlike([there, record])}"
    )
