"""A session: a suite, narrowed by options, planned against a store; and the run of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tscbench.contracts.errors import DataError, NothingSelected, StoreError, SuiteError
from tscbench.harness.children import Place
from tscbench.harness.engine import Engine, Event
from tscbench.harness.estimate import read_durations
from tscbench.harness.executors import Executor, cores, named
from tscbench.harness.limits import Allowance, store_limit
from tscbench.harness.lines import Line
from tscbench.harness.lower import lower_metrics
from tscbench.harness.notices import of_parts, of_tables, of_teachers
from tscbench.harness.plan import Plan, make_plan
from tscbench.harness.select import select
from tscbench.harness.settled import KNOWN, is_settled
from tscbench.harness.shard import Shard
from tscbench.harness.suite import Source, read_suite
from tscbench.line.artefact import Artefact
from tscbench.line.evaluator import Evaluator
from tscbench.line.fetch import Fetch
from tscbench.line.progress_file import said
from tscbench.line.remote import open_store
from tscbench.line.step_log import tidy
from tscbench.line.steps import STEPS
from tscbench.line.store import Store
from tscbench.registry import Registry, discover
from tscbench.results.commands import (
    Command,
    commands_of,
    remembered,
)
from tscbench.results.run import Run

ALL = Shard()
SMALL = 5000
"""Rows of a dataset below which its splits are looked at before anything runs."""


@dataclass(frozen=True)
class Session:
    """Everything that a verb needs to know of a suite on this machine. unknown: plugins and
    datasets of a run that are not here, whose cells are not planned."""

    source: Source
    plan: Plan
    store: Store
    registry: Registry
    joined: frozenset[str]
    options: Mapping[str, str]
    plugins: tuple[str, ...]
    against: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def command(self) -> Command:
        """What was asked for, as `run.json` remembers it."""
        files = [str(Path(file).resolve()) for file in self.plugins]
        options, against = dict(self.options), list(self.against)
        return {"options": options, "plugins": files, "against": against}

    @property
    def notices(self) -> list[str]:
        """What a reader of the results must know, one sentence each, as far as it is known: parts
        of large data are not drawn for it."""
        teachers = [bound for line in self.plan.teachers for bound in line.model.plugins.values()]
        drawn = {at: known_facts(self.store, part) for at, part in self.plan.parts.items()}
        known = {at: facts for at, facts in drawn.items() if facts is not None}
        told = {label: dataset.warnings for label, dataset in self.plan.datasets.items()}
        specs = {label: self.plan.suite.spec(label) for label in told}
        return of_tables(told, specs) + of_teachers(teachers) + of_parts(known)

    def pending(self, run: Run, again: Iterable[str] = (), shard: Shard = ALL) -> list[Line]:
        """Lines that have no record of the same key and metrics, or of which an extra has failed;
        and of those that came to nothing the ones that may come to something now: a status in
        `again` is tried again, and so is what is not known to come to the same end."""
        lines = list(filter(shard.has, self.plan.all_lines()))
        records = run.read_all(line.cell for line in lines)
        known = KNOWN - set(again)
        return [line for line in lines if not is_settled(line, records.get(line.cell), known)]


def open_session(
    suite: str | Mapping[str, Any] | Source,
    options: Mapping[str, str] | None = None,
    *,
    plugins: Iterable[str | Path] = (),
    functions: Iterable[Any] = (),
    offline: bool = False,
    join: bool = True,
    strict: bool = False,
    store: Store | None = None,
    notice: Callable[[str], None] | None = None,
    only: Collection[str] | None = None,
) -> Session:
    """Reads, narrows and plans a suite. A folder `plugins` beside a suite file is read too. only:
    the ids of the cells that are wanted, if not all.

    Raises:
        SuiteError, SpecError, PluginError, DataError, NothingSelected: see there.
        PluginTrouble: with `strict`, any plugin in sight cannot be used.
    """
    files = (*map(str, plugins), *beside(suite))
    registry = discover(map(Path, files), functions)
    if strict:
        registry.must_be_sound()
    source = suite if isinstance(suite, Source) else read_suite(suite, registry)
    registry = registry.at_home(source.home)
    chosen, joined = select(source.suite, options or {}, registry, join=join)
    kept = store or open_store()
    fetch = Fetch(offline, notice) if notice else Fetch(offline)
    plan = make_plan(chosen, registry, kept, fetch, only)
    if not plan.lines and not plan.skipped:
        raise NothingSelected("nothing is selected: every combination is excluded")
    session = Session(source, plan, kept, registry, joined, options or {}, files)
    check_lock(session)
    return session


def beside(suite: str | Mapping[str, Any] | Source) -> list[str]:
    """The folder `plugins` beside a suite file, if there is one."""
    if not isinstance(suite, str) or not suite.endswith(".toml"):
        return []
    folder = Path(suite).parent / "plugins"
    return [str(folder)] if folder.is_dir() else []


def check_lock(session: Session) -> None:
    """Other data or another split than the suite was locked with is an error.

    Raises:
        SuiteError: saying what differs.
    """
    lock = session.source.lock
    if not lock:
        return
    name = session.source.suite.name
    if lock["suite"] != session.source.suite.digest:
        raise SuiteError(
            f"suite {name} has changed since it was locked: give it another name, "
            f"or lock it anew with: tscbench data lock {session.source.file}"
        )
    for label, source in session.plan.datasets.items():
        locked = lock["datasets"].get(label)
        if label in session.joined or locked is None or locked == source.digest:
            continue
        raise SuiteError(
            f"dataset {label} is not the data that suite {name} was locked with "
            f"(content {source.digest[:12]}, locked {locked[:12]}); results would not compare"
        )
    for (label, split), part in session.plan.parts.items():
        locked = lock["splits"].get(f"{label}/{split}")
        if label in session.joined or locked is None:
            continue
        if split_facts(session, part)["digest"] != locked:
            raise SuiteError(f"split {split} of dataset {label} is not the one suite {name} locked")


def make_lock(session: Session) -> dict[str, Any]:
    """The lock of a suite: digests of the suite, its datasets and its splits that are at hand."""
    plan = session.plan
    splits = {
        f"{label}/{split}": split_facts(session, part)["digest"]
        for (label, split), part in sorted(plan.parts.items())
    }
    return {
        "suite": session.source.suite.digest,
        "datasets": {label: source.digest for label, source in sorted(plan.datasets.items())},
        "splits": splits,
    }


def known_facts(store: Store, parts: Artefact) -> dict[str, Any] | None:
    """Facts of a split that has been drawn, or whose data are so few that it is drawn by the way;
    of one that cannot be drawn the `error`."""
    if (facts := store.facts(parts.key)) is not None:
        return facts
    data = parts.inputs["data"]
    assert isinstance(data, Artefact)
    if (store.facts(data.key) or {}).get("n", SMALL) >= SMALL:
        return None
    try:
        return dict(STEPS["parts"].make(parts, {"data": store.read(data.key)}).facts)
    except DataError as error:
        return {"error": error}


def split_facts(session: Session, parts: Artefact) -> dict[str, Any]:
    """Sizes and digest of a split, drawn now if it has not been."""
    return session.store.facts(parts.key) or Evaluator(session.store).get(parts).facts


def workers(session: Session) -> int:
    """Worker processes that this machine's cores suffice for."""
    return max(1, cores() // session.plan.suite.threads)


def run_session(
    session: Session,
    run: Run,
    lines: list[Line] | None = None,
    *,
    jobs: int | None = None,
    allowance: Allowance | None = None,
    tell: Callable[[Event], None] = lambda event: None,
    look: Callable[[list[str]], None] = lambda said: None,
    start: str | Callable[[int, Place], Executor] = "local",
) -> list[Line]:
    """Makes the records of lines, by default of all that are pending, and returns these lines.

    allowance: what a step may take, by default what the suite says. tell: is called of whatever
    ends. look: about once a second, with what the workers say of how far their slow fits are.
    start: the name of an executor, see `named`, or what gives one for so many jobs at a place.
    """
    jobs = jobs or workers(session)
    pending = session.pending(run) if lines is None else lines
    _note_asked(session, run)
    if not pending:
        return pending
    durations = read_durations(session.store)

    def note(event: Event) -> None:
        if event.error is None and event.seconds:
            durations.add(event.what, event.seconds)
        tell(event)

    with TemporaryDirectory(prefix="tscbench-") as folder:
        place = Place(session.plan.suite.threads, Path(folder), run.logs)
        engine = Engine(
            run,
            session.store,
            partial(start, jobs, place) if callable(start) else partial(named, start, jobs, place),
            note,
            lambda: look(said(Path(folder))),
            allowance or session.plan.suite.allowance,
        )
        try:
            engine.execute(pending)
        finally:
            run.close()
            _note_asked(session, run)  # now that all parts are drawn
            tidy(run.logs)
            with suppress(StoreError):  # somebody else's store may be read all the same
                durations.write(session.store)
    with suppress(StoreError):
        session.store.trim(store_limit(), keep=session.plan.artefacts())
    return pending


def _note_asked(session: Session, run: Run) -> None:
    """Writes what is asked for; of two commands at once neither forgets what the other asks."""
    with run.held():
        run.write_asked(_asked(session, run))


def _asked(session: Session, run: Run) -> dict[str, Any]:
    """What `run.json` is to say: this command and earlier ones on the same suite, and the cells of
    all of them."""
    suite = session.source.suite
    planned = {line.cell.id: line.cell.axes for line in session.plan.all_lines()}
    notices, commands = session.notices, [session.command]
    before = run.asked() if (run.folder / "run.json").exists() else {}
    if before.get("suite") == session.source.text:
        planned = before["planned"] | planned
        notices = list(dict.fromkeys([*before.get("notices", ()), *notices]))
        commands = [*(one for one in commands_of(before) if one not in commands), *commands]
    facts = {
        "name": suite.name,
        "headline": suite.headline,
        "suite": session.source.text,
        "lower": lower_metrics(session.registry, {*suite.metrics, suite.headline}),
    }
    more = {"home": session.source.home, **remembered(commands)}
    packed = {"packed": True} if before.get("packed") else {}
    return {**facts, **more, **packed, "planned": planned, "notices": notices}
