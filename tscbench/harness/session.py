"""A session: a suite, narrowed by options, planned against a store; and the run of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tscbench.contracts.errors import DataError, NothingSelected, SuiteError
from tscbench.contracts.places import default_store
from tscbench.harness.engine import Engine, Event
from tscbench.harness.estimate import read_durations
from tscbench.harness.lines import Line
from tscbench.harness.local import cores, local, stop
from tscbench.harness.notices import of_parts, of_tables, of_teachers
from tscbench.harness.plan import Plan, make_plan
from tscbench.harness.select import select
from tscbench.harness.suite import Source, parse_suite, read_suite
from tscbench.line.artefact import Artefact
from tscbench.line.evaluator import Evaluator
from tscbench.line.fetch import Fetch
from tscbench.line.progress_file import said
from tscbench.line.step_log import tidy
from tscbench.line.steps import STEPS
from tscbench.line.store import Store
from tscbench.registry import Registry, discover
from tscbench.results import Run

LIMIT = 50 << 30
SMALL = 5000
"""Rows of a dataset below which its splits are looked at before anything runs."""


@dataclass(frozen=True)
class Session:
    """Everything that a verb needs to know of a suite on this machine."""

    source: Source
    plan: Plan
    store: Store
    registry: Registry
    joined: frozenset[str]
    options: Mapping[str, str]
    plugins: tuple[str, ...]

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for, as `run.json` remembers it."""
        files = [str(Path(file).resolve()) for file in self.plugins]
        return {
            "home": self.source.home,
            "options": dict(self.options),
            "plugins": files,
            "joined": sorted(self.joined),
        }

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

    def pending(self, run: Run) -> list[Line]:
        """Lines without a finished record of the same key and metrics, and those of which an
        extra has failed."""
        lines = list(self.plan.all_lines())
        records = run.read_all(line.cell for line in lines)
        return [line for line in lines if not _is_complete(line, records.get(line.cell))]


def is_done(line: Line, record: Mapping[str, Any] | None) -> bool:
    """Whether a record answers for a line as it is planned now."""
    if record is None or record["status"] != "ok" or record["key"] != line.key:
        return False
    asked = set(record.get("asked", ()))
    said = {name: extra["key"] for name, extra in record.get("extras", {}).items()}
    return {str(metric) for metric in line.metrics} <= asked and all(
        said.get(name) == artefact.key for name, artefact in line.extras.items()
    )


def _is_complete(line: Line, record: Mapping[str, Any] | None) -> bool:
    """Whether there is nothing left to do for a line."""
    if record is None or not is_done(line, record):
        return False
    extras = record.get("extras", {})
    return not any("error" in extras[name] for name in line.extras)


def open_session(
    suite: str | Source,
    options: Mapping[str, str] | None = None,
    *,
    plugins: Iterable[str | Path] = (),
    functions: Iterable[Any] = (),
    offline: bool = False,
    join: bool = True,
    strict: bool = False,
    store: Store | None = None,
    notice: Callable[[str], None] | None = None,
) -> Session:
    """Reads, narrows and plans a suite. A folder `plugins` beside a suite file is read too.

    Raises:
        SuiteError, SpecError, PluginError, DataError, NothingSelected: see there.
        PluginTrouble: with `strict`, any plugin in sight cannot be used.
    """
    files = (*map(str, plugins), *beside(suite))
    registry = discover(map(Path, files), functions)
    if strict:
        registry.must_be_sound()
    source = read_suite(suite, registry) if isinstance(suite, str) else suite
    registry = registry.at_home(source.home)
    chosen, joined = select(source.suite, options or {}, registry, join=join)
    kept = store or Store(default_store())
    fetch = Fetch(offline, notice) if notice else Fetch(offline)
    plan = make_plan(chosen, registry, kept, fetch)
    if not plan.lines and not plan.skipped:
        raise NothingSelected("nothing is selected: every combination is excluded")
    session = Session(source, plan, kept, registry, joined, options or {}, files)
    check_lock(session)
    return session


def beside(suite: str | Source) -> list[str]:
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


def store_limit() -> int:
    """Bytes the store may hold after a run: `TSCBENCH_STORE_LIMIT` in GiB, or 50."""
    given = os.environ.get("TSCBENCH_STORE_LIMIT")
    return int(float(given) * (1 << 30)) if given else LIMIT


def workers(session: Session) -> int:
    """Worker processes that this machine's cores suffice for."""
    return max(1, cores() // session.plan.suite.threads)


def run_session(
    session: Session,
    run: Run,
    *,
    jobs: int | None = None,
    tell: Callable[[Event], None] = lambda event: None,
    look: Callable[[list[str]], None] = lambda said: None,
    start: Callable[[], Any] | None = None,
) -> list[Line]:
    """Makes every record that is still missing, and returns the lines that were pending.

    tell: is called of whatever ends. look: about once a second, with what the workers say of how
    far their slow fits are. start: gives the executor, by default of local processes.
    """
    jobs = jobs or workers(session)
    pending = session.pending(run)
    run.write_asked(_asked(session, run))
    if not pending:
        return pending
    durations = read_durations(session.store)

    def note(event: Event) -> None:
        if event.error is None and event.seconds:
            durations.add(event.what, event.seconds)
        tell(event)

    with TemporaryDirectory(prefix="tscbench-") as folder:
        progress_folder = Path(folder)
        start = start or local(jobs, session.plan.suite.threads, progress_folder, run.logs)
        engine = Engine(
            run, session.store, start, stop, jobs, note, lambda: look(said(progress_folder))
        )
        try:
            engine.execute(pending)
        finally:
            durations.write(session.store)
            run.write_asked(_asked(session, run))  # now that all parts are drawn
            tidy(run.logs)
    session.store.trim(store_limit(), keep=session.plan.artefacts())
    return pending


def _asked(session: Session, run: Run) -> dict[str, Any]:
    """What `run.json` is to say: this command, and the cells of all commands on the same suite."""
    suite = session.source.suite
    planned = {line.cell.id: line.cell.axes for line in session.plan.all_lines()}
    notices = session.notices
    if (run.folder / "run.json").exists():
        before = run.asked()
        if before["suite"] == session.source.text:
            planned = before["planned"] | planned
            notices = list(dict.fromkeys([*before.get("notices", ()), *notices]))
    facts = {"name": suite.name, "headline": suite.headline, "suite": session.source.text}
    return {**facts, **session.asked, "planned": planned, "notices": notices}


def reopen(folder: str | Path, *, offline: bool = True, store: Store | None = None) -> Session:
    """The session of a finished or unfinished run, as `run.json` remembers it."""
    asked = Run(Path(folder)).asked()
    home = asked.get("home", "")
    registry = discover([Path(p) for p in asked["plugins"]]).at_home(home)
    suite = parse_suite(asked["suite"], f"{folder}/run.json", registry)
    source = Source(suite, asked["suite"], Path(folder) / "run.json", {}, home)
    return open_session(
        source, asked["options"], plugins=asked["plugins"], offline=offline, store=store
    )
