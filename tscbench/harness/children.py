"""Warm child processes that do jobs; what becomes of one is the outcome of its job."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any

from tscbench.contracts.failures import Failure
from tscbench.harness.job import Outcome, Sent
from tscbench.harness.work import begin_worker, work_sent
from tscbench.line.step_log import tail
from tscbench.line.threads import environment
from tscbench.processes import IDLE, Child, Ended, Limits

KEPT = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}
"""The C library of Linux keeps this much of what is freed, as it does by itself once so large an
array has been freed. Else a network gets the memory of each step anew from the system, which takes
a fifth of its seconds; so it would in a worker of Dask, which lets go of all but 64 KiB."""


@dataclass(frozen=True)
class Place:
    """Where jobs are done. threads: that each computes with. progress_folder: where they say how
    far they are. logs: where what their steps print is kept; None: it goes where they stand. run:
    tells places apart that are alike otherwise."""

    threads: int
    progress_folder: Path | None = None
    logs: Path | None = None
    run: str = ""


@dataclass
class Children:
    """The child processes of a place."""

    place: Place
    _idle: LifoQueue[Child] = field(default_factory=LifoQueue)
    _all: set[Child] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _ended: bool = False

    def do(self, job: Sent, limits: Limits) -> Outcome:
        """Does a job in one of them, a new one where all are at work. Trouble with the disk is
        raised."""
        at = At()
        try:
            with self._one() as child:
                outcome: Outcome = child.call(
                    work_sent, job, limits.memory, limits=limits, tell=at.hear
                )
                if outcome.failure is not None and outcome.failure.status == "oom":
                    child.end()  # what it holds would be there for the next one
        except Ended as ended:
            return self._lost(job, ended, at)
        return outcome

    def end(self) -> None:
        """Ends all of them, whatever they are at; none is started any more."""
        with self._lock:
            self._ended = True
            children = list(self._all)
        for child in children:
            child.end()

    @contextlib.contextmanager
    def _one(self) -> Iterator[Child]:
        """A child that is idle, or a new one; it is idle again afterwards, if it lives."""
        child = self._waiting() or self._new()
        try:
            yield child
        finally:
            if child.alive:
                self._idle.put(child)
            else:
                self._forget(child)

    def _waiting(self) -> Child | None:
        with contextlib.suppress(Empty):
            while True:
                child = self._idle.get_nowait()
                if child.alive and child.idle < IDLE / 2:
                    return child
                child.end()
                self._forget(child)
        return None

    def _new(self) -> Child:
        with self._lock:
            if self._ended:
                raise RuntimeError("the workers have been ended")
            child = Child({**environment(self.place.threads), **KEPT}, output=2)
            self._all.add(child)
        try:
            child.call(begin_worker, self.place.progress_folder, self.place.logs)
        except Ended:
            self._forget(child)
            raise
        return child

    def _forget(self, child: Child) -> None:
        """It is no more, and what it said of its progress with it."""
        with self._lock:
            self._all.discard(child)
        if self.place.progress_folder is not None:
            (self.place.progress_folder / str(child.pid)).unlink(missing_ok=True)

    def _lost(self, job: Sent, ended: Ended, at: At) -> Outcome:
        """The outcome of a job whose process is no more."""
        log = tail(self.place.logs / job.log) if self.place.logs else ""
        said = f"it {ended}"
        failed = Failure(said, said + log, at.whose, ended.status)
        return replace(Outcome(job.key), failure=failed, step=at.step or job.step)


@dataclass
class At:
    """What a process was at when it last said so: the step, and the plugin that it is of."""

    step: str = ""
    whose: str = ""

    def hear(self, told: Any) -> None:
        """Takes note of it."""
        self.step, self.whose = told
