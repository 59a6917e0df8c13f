"""What can be seen of a pack here: whether it is of this suite, these rows and this code, and
whether its scores are those of its predictions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from tscbench.contracts.errors import NothingSelected, StoreError, SuiteError, TscbenchError
from tscbench.contracts.kinds import AXES
from tscbench.harness.cut import known_in, trusted, without_files
from tscbench.harness.lines import Line
from tscbench.harness.session import Session, open_session, split_facts
from tscbench.harness.settled import is_of
from tscbench.harness.suite import Source, Suite, parse_suite
from tscbench.harness.work import scores_of
from tscbench.line.evaluator import Evaluator
from tscbench.line.predictions import Predictions
from tscbench.line.splits import Parts
from tscbench.registry import Registry, discover, find_suite
from tscbench.results.agree import differing, scores_by_name
from tscbench.results.cell import ALONE
from tscbench.results.joined import rows_said
from tscbench.results.pack import Pack, axes_of
from tscbench.results.pack_predictions import Stored, stored_in

ROWS_OF = ("dataset", "split", "seed")
"""The axes that every cell has a choice on, so that no more of them are planned than a pack has."""

State = Literal["right", "wrong", "not seen"]
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """One thing that was looked at, and what was seen."""

    what: str
    state: State
    said: str


@dataclass(frozen=True)
class Here:
    """A pack beside what this machine plans for it. suite: its digest. lines: of its cells, by
    their axes. unknown: plugins and datasets that are not here."""

    pack: Pack
    suite: str
    session: Session
    lines: Mapping[tuple[str, ...], Line]
    unknown: Sequence[str]

    @cached_property
    def evaluator(self) -> Evaluator:
        """What reads rows, each part of a dataset once."""
        return Evaluator(self.session.store)

    def knows(self, record: Record) -> bool:
        """Whether all that a record's cell names is here."""
        return not any(f"{axis} {label}" in self.unknown for axis, label in record["cell"].items())

    @property
    def finished(self) -> list[tuple[Line, Record]]:
        """The finished records whose cells are planned here."""
        records = ((self.lines.get(axes_of(r)), r) for r in self.pack.records)
        return [(line, r) for line, r in records if line is not None and r["status"] == "ok"]


def planned_here(
    pack: Pack,
    plugins: Iterable[str] = (),
    metrics: Iterable[str] = (),
    *,
    own: bool = False,
    offline: bool = False,
) -> Here:
    """Plans a pack's cells on this machine. plugins: files with those that are not installed.
    metrics: beside those of its suite and those that its records have and that are known here.
    own: whether it is of one's own run, whose plugins may read the files that its cells name.

    Raises:
        NothingSelected: no dataset of it is here.
    """
    given = list(plugins)
    registry = discover([Path(file) for file in given]).at_home(pack.home)
    plain = parse_suite(pack.suite, f"{pack.name}/suite.toml", registry)
    suite = plain.model_copy(update={"metrics": _metrics(plain, pack, registry, metrics)})
    files = trusted(pack.suite, own=own)
    here, suite = known_in(suite, registry, files), without_files(suite, registry, files)
    source = Source(suite, pack.suite, Path(pack.name), {}, pack.home)
    options, unknown = dict[str, str](), list[str]()
    for axis in AXES:
        every = dict.fromkeys(str(record["cell"][axis]) for record in pack.records)
        labels = [label for label in every if label not in ("-", *ALONE)]
        known = [label for label in labels if here(axis, label)]
        unknown += [f"{axis} {label}" for label in labels if label not in known]
        every_one = [] if axis in ROWS_OF else ["*"]  # a cell that has none is of any grid
        options[axis] = ",".join([*every_one, *known])
    if not options["dataset"]:
        raise NothingSelected(f"no cell of {pack.name} can be planned: not here: {unknown[0]}")
    session = open_session(source, options, plugins=given, offline=offline)
    lines = {tuple(map(str, line.cell.axes)): line for line in session.plan.all_lines()}
    asked_of = dict.fromkeys(str(record["cell"]["dataset"]) for record in pack.records)
    there = session.plan.datasets
    unknown += [f"dataset {label}" for label in asked_of if label not in there]
    return Here(pack, plain.digest, session, lines, list(dict.fromkeys(unknown)))


def _metrics(suite: Suite, pack: Pack, registry: Registry, metrics: Iterable[str]) -> list[str]:
    """The metrics of a suite, those that its records have beside and that are here, and more."""
    own = {str(registry.bind("metric", metric)) for metric in suite.metrics}
    told = dict.fromkeys(metric for record in pack.records for metric in record.get("asked", ()))
    found = list(suite.metrics)
    for metric in told:
        with suppress(TscbenchError):
            if str(registry.bind("metric", metric)) not in own:
                found.append(metric)
    return list(dict.fromkeys([*found, *metrics]))


def verify(file: Path, here: Here) -> list[Seen]:
    """What is seen of a pack without making anything again; see `rerun`.

    Raises:
        StoreError: predictions are not what they must be.
    """
    return [_file(file, here), _suite(here), *_rows(here), _code(here), _scores(file, here)]


def _file(file: Path, here: Here) -> Seen:
    """Every member; predictions too, of which those that score no cell are read here alone."""
    scored_by = {line.cell.id for line, record in here.finished if record.get("scores")}
    with stored_in(file) as stored:
        for cell_id in stored.cells:
            if cell_id not in scored_by:
                stored.read(cell_id)
    return Seen("file", "right", f"{len(here.pack.records)} records as a pack has them")


def _suite(here: Here) -> Seen:
    """Whether it is the suite that was locked, and that of the name here, if one is installed."""
    said = here.session.source.suite
    with suppress(SuiteError):
        text = find_suite(said.name).file.read_text(encoding="utf-8")
        if parse_suite(text, said.name, here.session.registry).digest != here.suite:
            return Seen("suite", "wrong", f"{said.name} is installed here with another text")
    locked = here.pack.lock.get("suite")
    if locked is None:
        return Seen("suite", "not seen", f"{said.name}, with no lock")
    if locked != here.suite:
        return Seen("suite", "wrong", f"the text of {said.name} is not the one that was locked")
    return Seen("suite", "right", f"{said.name} is the one that was locked")


def _rows(here: Here) -> list[Seen]:
    """Whether data and splits are those of this machine."""
    plan, known = here.session.plan, rows_said(here.pack)
    ours = {("dataset", label): source.digest for label, source in plan.datasets.items()}
    for (label, split), parts in plan.parts.items():
        ours["split", f"{split} of {label}"] = split_facts(here.session, parts)["digest"]
    seen = []
    for what in ("dataset", "split"):
        told = {name: content for (kind, name), content in known.items() if kind == what}
        has = {name: content for (kind, name), content in ours.items() if kind == what}
        if wrong := [name for name in has if told.get(name, has[name]) != has[name]]:
            names = ", ".join(f"{what} {name}" for name in wrong)
            seen.append(Seen(f"{what}s", "wrong", f"not as here: {names}"))
            continue
        both, gone = told.keys() & has.keys(), sorted(told.keys() - has.keys())
        state: State = "right" if both and not gone else "not seen"
        missing = f"; not here: {', '.join(gone)}" if gone else ""
        seen.append(Seen(f"{what}s", state, f"{len(both)} as here{missing}"))
    return seen


def _code(here: Here) -> Seen:
    """Whether records, and what probes say in them, are of the recipes that are planned here."""
    finished = here.finished
    other = [record for line, record in finished if not is_of(line, record)]
    missing = f"; not here: {', '.join(here.unknown)}" if here.unknown else ""
    planned = {axes_of(record) for _, record in finished}
    known = (r for r in here.pack.records if r["status"] == "ok" and here.knows(r))
    unplanned = sum(axes_of(record) not in planned for record in known)
    if other:
        said = f"{len(other)} of {len(finished)} records are of other code, settings or versions"
        return Seen("code", "wrong", said + missing)
    if unplanned:
        return Seen("code", "wrong", f"{unplanned} records are of no cell that is planned here")
    state: State = "right" if finished and not here.unknown else "not seen"
    return Seen("code", state, f"{len(finished)} records have the recipe planned here{missing}")


def _scores(file: Path, here: Here) -> Seen:
    """Scores worked out again from the predictions that are stored; right where no finished record
    has a score beside."""
    wrong, right, beside = [], 0, dict[str, None]()
    finished = sum(r["status"] == "ok" and bool(r.get("scores")) for r in here.pack.records)
    with stored_in(file) as stored:
        if not stored.cells:
            said = "no predictions are stored; --rerun K makes cells again"
            return Seen("scores", "not seen", said)
        ids = set(stored.cells)
        for line, record in here.finished:
            if line.cell.id in ids and record.get("scores"):
                again = scored(stored, here, line)
                if differs := differing(record, {"scores": again}):
                    wrong.append(f"{line.cell} ({differs})")
                right += not differs
                names = scores_by_name(record).keys() - scores_by_name({"scores": again}).keys()
                beside |= dict.fromkeys(sorted(name for _, name in names))
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        return Seen("scores", "wrong", f"not those of the predictions: {wrong[0]}{more}")
    said = f"{right} of {finished} cells score as their predictions do, to the last bit"
    said += f"; not worked out: {', '.join(beside)}" if beside else ""
    return Seen("scores", "right" if right == finished and not beside else "not seen", said)


def scored(stored: Stored, here: Here, line: Line) -> dict[str, dict[str, Any]]:
    """The scores of a cell's stored predictions."""
    parts: Parts = here.evaluator.get(line.parts)
    own = _predictions(stored, line, parts)
    told = next((t for t in here.session.plan.teachers if _is_teacher_of(t, line)), None)
    teacher = None
    if told is not None and told is not line and told.cell.id in stored.cells:
        teacher = _predictions(stored, told, parts)
    return scores_of(line, parts, own, teacher)


def _predictions(stored: Stored, line: Line, parts: Parts) -> Predictions:
    """Those of a cell, which are of its rows and outputs.

    Raises:
        StoreError: they are not.
    """
    outputs = stored.read(line.cell.id)
    for name, found in outputs.items():
        wanted = (len(getattr(parts, name)), *parts.schema.outputs)
        if found.shape != wanted or not np.isfinite(found).all():
            raise StoreError(f"{stored.file}: the {name} predictions of {line.cell} must be finite "
                             f"numbers {wanted}, and are {found.shape}")  # fmt: skip
    return Predictions(outputs["valid"], outputs["test"], {})


def _is_teacher_of(told: Line, line: Line) -> bool:
    a, b = told.cell, line.cell
    return (a.dataset, a.split, a.teacher) == (b.dataset, b.split, b.teacher)
