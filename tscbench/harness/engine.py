"""Runs a graph of jobs on any executor: what is ready goes out, what ends is written at once."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from typing import Any

from tscbench.contracts.failures import Failure
from tscbench.harness.estimate import line_name, work_name
from tscbench.harness.graph import Graph, build_graph
from tscbench.harness.lines import Line
from tscbench.harness.work import Job, Outcome, work
from tscbench.line.artefact import Artefact
from tscbench.line.step_log import tail
from tscbench.line.store import Store
from tscbench.results import Run, failure_of, surroundings


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


@dataclass
class Engine:
    """Makes records. `start` gives an executor; after a worker has died a new one is started, and
    what was in flight is tried once more, alone. `look` is called about once a second."""

    run: Run
    store: Store
    start: Callable[[], Executor]
    stop: Callable[[Executor], None]
    jobs: int
    tell: Callable[[Event], None]
    look: Callable[[], None] = lambda: None
    graph: Graph = field(init=False)
    ready: list[tuple[int, str]] = field(default_factory=list)
    failed: dict[str, tuple[str, str]] = field(default_factory=dict)
    took: dict[str, float | None] = field(default_factory=dict)
    busy: dict[str, float] = field(default_factory=dict)

    def execute(self, lines: Iterable[Line]) -> None:
        """Makes the records of `lines`."""
        self.graph = build_graph(lines, self.store)
        self.ready = [(n.order, k) for k, n in self.graph.nodes.items() if not n.waits_for]
        heapq.heapify(self.ready)
        if not self.ready:
            return
        executor = self.start()
        flying: dict[Future[Outcome], str] = {}
        suspects: list[str] = []
        try:
            while self.ready or flying or suspects:
                self._submit(executor, flying, suspects)
                done, _ = wait(flying, timeout=1.0, return_when=FIRST_COMPLETED)
                self.look()
                died = [key for key in map(flying.get, done) if key and not self._take(flying, key)]
                if died:
                    died += list(flying.values())
                    flying.clear()
                    self.stop(executor)
                    executor = self.start()
                    suspects += [key for key in dict.fromkeys(died) if self._again(key)]
        finally:
            self.stop(executor)

    def _submit(
        self, executor: Executor, flying: dict[Future[Outcome], str], suspects: list[str]
    ) -> None:
        if suspects:
            if not flying:
                self._send(executor, flying, suspects.pop())
            return
        while self.ready and len(flying) < self.jobs + 1:
            self._send(executor, flying, heapq.heappop(self.ready)[1])

    def _send(self, executor: Executor, flying: dict[Future[Outcome], str], key: str) -> None:
        """Hands out a job; where a worker has just died, as if the job had died with it."""
        try:
            future = executor.submit(work, self._job(key))
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        flying[future] = key

    def _job(self, key: str) -> Job:
        return self.graph.nodes[key].job

    def _take(self, flying: dict[Future[Outcome], str], key: str) -> bool:
        """Settles a job that ended; False when its worker died."""
        future = next(f for f, k in flying.items() if k == key)
        del flying[future]
        try:
            outcome = future.result()
        except BrokenProcessPool:
            flying[future] = key
            return False
        self._settle(key, outcome)
        return True

    def _again(self, key: str) -> bool:
        """Whether a job whose worker died is tried once more."""
        node = self.graph.nodes[key]
        node.attempts += 1
        if node.attempts < 2:
            return True
        said = "its worker process died twice, perhaps of too little memory"
        log = tail(self.run.logs / node.job.log)
        self._settle(key, Outcome(key, failure=Failure(said, said + log)))
        return False

    def _settle(self, key: str, outcome: Outcome) -> None:
        """Writes what ended, lets go what waited for it, drops what nobody needs any more."""
        node = self.graph.nodes[key]
        node.settled = True
        self.took |= outcome.seconds
        self.busy |= outcome.busy
        artefact = node.job.artefact
        if artefact is None:
            for line in node.job.lines:
                self._write(line, outcome)
        else:
            failed = outcome.failure
            took = outcome.seconds.get(key, 0.0)
            self.tell(
                Event(
                    artefact.step, work_name(artefact), took, error=failed.error if failed else None
                )
            )
            if failed is not None:
                self._fail_users(key, artefact.step, failed)
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

    def _fail(self, key: str, step: str, failed: Failure) -> None:
        """A failed artefact fails every cell that stands on it, once."""
        node = self.graph.nodes[key]
        if node.settled:
            return
        node.settled = True
        for line in node.job.lines:
            self._write_failure(line, step, failed)
        self._fail_users(key, step, failed)

    def _fail_users(self, key: str, step: str, failed: Failure) -> None:
        """What stands on a failed artefact fails; what only mentions it goes on, and notes that."""
        self.failed[key] = (f"{step}: {failed.error}", failed.place)
        for wanted in self.graph.nodes[key].wanted_by:
            if key in self.graph.nodes[wanted].extras:
                self._release(wanted, key)
            else:
                self._fail(wanted, step, failed)

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
        if notes := self._crowded(line):
            record["notes"] = notes
        if extras := kept.get("extras", {}) | record["extras"] | self._notes(line):
            record["extras"] = extras
        self.run.write(line.cell, {**record, "made_with": surroundings()})
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

    def _crowded(self, line: Line) -> list[str]:
        """Says which of a line's steps kept more threads busy than they were given."""
        steps = line.model.behind() | {line.predictions.key: line.predictions}
        return sorted({_note(steps[key], n) for key, n in self.busy.items() if key in steps})

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

    def _write_failure(self, line: Line, step: str, failed: Failure) -> None:
        record = {"status": "failed", "key": line.key, "step": step, **asdict(failed)}
        self.run.write(line.cell, {**record, "made_with": surroundings()})
        self.tell(Event("cell", line_name(line), 0.0, line, error=failure_of(record)))


def _note(step: Artefact, busy: float) -> str:
    what = " ".join([step.step, *map(str, step.plugins.values())])
    return (
        f"{what} kept {busy:g} threads busy, and has {step.params.get('threads', 1)}: have its "
        "library compute with `tscbench.n_threads()`"
    )
