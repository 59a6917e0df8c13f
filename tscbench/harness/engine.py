"""Runs a graph of jobs on any executor: what is ready goes out, what ends is written at once."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from tscbench.contracts.failures import Failure
from tscbench.harness.estimate import line_name, work_name
from tscbench.harness.executors import Executor
from tscbench.harness.graph import Graph, build_graph
from tscbench.harness.job import Job, Outcome
from tscbench.harness.limits import Allowance
from tscbench.harness.lines import Line
from tscbench.line.artefact import Artefact
from tscbench.line.store import Store
from tscbench.results.frames import failure_of
from tscbench.results.run import Run
from tscbench.results.surroundings import surroundings


@dataclass(frozen=True)
class Event:
    """Something ended: a step (`line` is None) or a cell. `what` names the kind of work, see
    `estimate.work_name`; `error` is one sentence."""

    step: str
    what: str
    seconds: float
    line: Line | None = None
    error: str | None = None
    scores: dict[str, Any] = field(default_factory=dict)


TRIES = {"killed": 3, "oom": 2}
"""How often a job is begun that comes to such an end, which need not be its own doing: the last
time alone."""


@dataclass
class Engine:
    """Makes records. `start` gives an executor, `allowance` what a job may take. A job that may
    have come to its end by others' doing is tried again, alone. `look` is called about once a
    second."""

    run: Run
    store: Store
    start: Callable[[], Executor]
    tell: Callable[[Event], None]
    look: Callable[[], None] = lambda: None
    allowance: Allowance = field(default_factory=Allowance)
    graph: Graph = field(init=False)
    ready: list[tuple[int, str]] = field(default_factory=list)
    suspects: list[str] = field(default_factory=list)
    failed: dict[str, tuple[str, str]] = field(default_factory=dict)
    took: dict[str, float | None] = field(default_factory=dict)
    busy: dict[str, float] = field(default_factory=dict)
    mended: set[str] = field(default_factory=set)

    def execute(self, lines: Iterable[Line]) -> None:
        """Makes the records of `lines`."""
        self.graph = build_graph(lines, self.store)
        self.ready = [(n.order, k) for k, n in self.graph.nodes.items() if not n.waits_for]
        heapq.heapify(self.ready)
        if not self.ready:
            return
        executor = self.start()
        flying: dict[Future[Outcome], str] = {}
        try:
            while self.ready or flying or self.suspects:
                self._submit(executor, flying)
                done, _ = wait(flying, timeout=1.0, return_when=FIRST_COMPLETED)
                self.look()
                for future in done:
                    self._take(flying.pop(future), future.result())
        except KeyboardInterrupt:
            self._interrupted(flying.values())
            raise
        finally:
            executor.stop()

    def _submit(self, executor: Executor, flying: dict[Future[Outcome], str]) -> None:
        """Hands out what is ready; once nothing is at work, one that may have ended its process."""
        while self.ready and not self.suspects and len(flying) < executor.width:
            self._send(executor, flying, heapq.heappop(self.ready)[1])
        if self.suspects and not flying:
            self._send(executor, flying, self.suspects.pop())

    def _send(self, executor: Executor, flying: dict[Future[Outcome], str], key: str) -> None:
        job = self._without_failed(self.graph.nodes[key].job)
        flying[executor.submit(job, self.allowance.of(job.plugins))] = key

    def _without_failed(self, job: Job) -> Job:
        """A job whose lines no longer ask for the extras that have failed, as they would again."""
        lines = tuple(
            replace(line, extras={n: a for n, a in line.extras.items() if a.key not in self.failed})
            for line in job.lines
        )
        return replace(job, lines=lines)

    def _take(self, key: str, outcome: Outcome) -> None:
        """Settles a job that has come to an outcome, or tries it again."""
        node = self.graph.nodes[key]
        node.attempts += 1
        left = self._tries(node.job, outcome.failure) - node.attempts
        if left > 1:
            heapq.heappush(self.ready, (node.order, key))
        elif left == 1:
            self.suspects.append(key)
        else:
            if outcome.failure is not None and node.attempts > 1:
                said = f"{outcome.failure.error}, also when it was tried again alone"
                outcome = replace(outcome, failure=replace(outcome.failure, error=said))
            self._settle(key, outcome)

    def _tries(self, job: Job, failed: Failure | None) -> int:
        """How often it is tried: where the machine has run out of memory alone may be enough, and
        where the job has used up its own it is not."""
        if failed is None or failed.status not in TRIES:
            return 0
        if failed.status == "oom" and self.allowance.of(job.plugins).memory is not None:
            return 0
        return TRIES[failed.status]

    def _interrupted(self, keys: Iterable[str]) -> None:
        """Notes which cells were at work; one that has a record keeps it."""
        what = Failure("the run was interrupted", "", status="interrupted")
        for key in keys:
            for line in self.graph.nodes[key].job.lines:
                if self.run.read(line.cell) is None:
                    self._write_failure(line, "student", what)

    def _settle(self, key: str, outcome: Outcome) -> None:
        """Writes what ended, lets go what waited for it, drops what nobody needs any more."""
        node = self.graph.nodes[key]
        node.settled = True
        self.took |= outcome.seconds
        self.busy |= outcome.busy
        self.mended |= outcome.mended
        artefact = node.job.artefact
        if artefact is None:
            for line in node.job.lines:
                self._write(line, outcome)
        else:
            failed = outcome.failure
            took = outcome.seconds.get(key, 0.0)
            error = failed.error if failed else None
            self.tell(Event(artefact.step, work_name(artefact), took, error=error))
            if failed is not None:
                self._fail_users(key, outcome.step, failed)
            else:
                for wanted in node.wanted_by:
                    self._release(wanted, key)
        for need in node.needs:
            self.graph.users[need] -= 1
            if self.graph.users[need] == 0 and need in self.graph.passing:
                self.store.drop(need)

    def _release(self, wanted: str, key: str) -> None:
        node = self.graph.nodes[wanted]
        node.waits_for.discard(key)
        if not node.waits_for and not node.settled:
            heapq.heappush(self.ready, (node.order, wanted))

    def _block(self, key: str, step: str, failed: Failure) -> None:
        """A failed artefact blocks every cell that stands on it, once."""
        node = self.graph.nodes[key]
        if node.settled:
            return
        node.settled = True
        for line in node.job.lines:
            self._write_failure(line, step, failed, blocked=True)
        self._fail_users(key, step, failed)

    def _fail_users(self, key: str, step: str, failed: Failure) -> None:
        """What stands on a failed artefact is blocked; what only mentions it goes on, and notes
        that."""
        self.failed[key] = (f"{step}: {failed.error}", failed.place)
        for wanted in self.graph.nodes[key].wanted_by:
            if key in self.graph.nodes[wanted].extras:
                self._release(wanted, key)
            else:
                self._block(wanted, step, failed)

    def _write(self, line: Line, outcome: Outcome) -> None:
        record = outcome.records.get(line.cell.id)
        if record is None:
            self._write_failure(line, outcome.step, outcome.failure or Failure("no record", ""))
            return
        made = {"student": line.model.key, "predictions": line.predictions.key}
        took = {step: outcome.seconds[key] for step, key in made.items() if key in outcome.seconds}
        seconds = {step: round(s, 6) for step, s in took.items()}
        kept = self._kept(line)
        record["seconds"] = kept.get("seconds", {}) | self._shared(line) | seconds
        if notes := self._remarks(line):
            record["notes"] = notes
        if extras := kept.get("extras", {}) | record["extras"] | self._notes(line):
            record["extras"] = extras
        self.run.write(line.cell, record)
        self.tell(Event("cell", line_name(line), sum(took.values()), line, scores=record["scores"]))

    def _shared(self, line: Line) -> dict[str, float]:
        """Seconds of the steps that the model stands on, whenever and for whichever cell they were
        made. A step of several artefacts, as fold teachers are, counts whole or not at all."""
        took_of: dict[str, float | None] = {}
        below = line.model.behind()
        del below[line.model.key]
        for key, artefact in below.items():
            if key not in self.took:
                facts = self.store.facts(key) or {}
                self.took[key] = facts.get("seconds")
                if "busy_threads" in facts:
                    self.busy[key] = facts["busy_threads"]
            so_far, took = took_of.get(artefact.step, 0.0), self.took[key]
            took_of[artefact.step] = None if so_far is None or took is None else so_far + took
        return {step: round(took, 6) for step, took in took_of.items() if took is not None}

    def _remarks(self, line: Line) -> list[str]:
        """Says which of a line's steps kept more threads busy than they were given, and which the
        store had lost."""
        steps = line.model.behind() | {line.predictions.key: line.predictions}
        crowded = {_note(steps[key], n) for key, n in self.busy.items() if key in steps}
        lost = {steps[key].step for key in self.mended if key in steps}
        return sorted(crowded | {f"{step}: damaged in the store, and made again" for step in lost})

    def _kept(self, line: Line) -> dict[str, Any]:
        """The cell's earlier record, if it is of the same key: it may say how long things took
        that are not made again, and what other commands have asked of a teacher."""
        before = self.run.read(line.cell) or {}
        return before if before.get("key") == line.key else {}

    def _notes(self, line: Line) -> dict[str, Any]:
        """Of extras that have failed, why."""
        keys = {name: artefact.key for name, artefact in line.extras.items()}
        failed = {name: key for name, key in keys.items() if key in self.failed}
        said = {
            name: dict(zip(("error", "place"), self.failed[key], strict=True))
            for name, key in failed.items()
        }
        return {name: {"key": failed[name], **what} for name, what in said.items()}

    def _write_failure(
        self, line: Line, step: str, failed: Failure, *, blocked: bool = False
    ) -> None:
        """A cell without scores; of one that is blocked `cause` is the status of what blocks it."""
        record = {"key": line.key, "step": step, **asdict(failed)}
        if blocked:
            record |= {"status": "blocked", "cause": failed.status}
        self.run.write(line.cell, {**record, "made_with": surroundings()})
        if failed.status != "interrupted":  # which has not ended
            self.tell(Event("cell", line_name(line), 0.0, line, error=failure_of(record)))


def _note(step: Artefact, busy: float) -> str:
    what = " ".join([step.step, *map(str, step.plugins.values())])
    return (
        f"{what} kept {busy:g} threads busy, and has {step.params.get('threads', 1)}: have its "
        "library compute with `tscbench.n_threads()`"
    )
