"""What does the jobs of a run: local processes, or this one."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

from tscbench.contracts.errors import SpecError
from tscbench.harness.children import Children, Place
from tscbench.harness.job import Job, Outcome, send
from tscbench.harness.work import work
from tscbench.processes import Limits


class Executor(Protocol):
    """Does jobs. Each comes to an outcome, whatever becomes of the process that does it."""

    @property
    def width(self) -> int:
        """How many jobs may be in its hands."""

    def submit(self, job: Job, limits: Limits) -> Future[Outcome]:
        """The outcome of a job, once it is done; a future that raises ends the run."""

    def stop(self) -> None:
        """Ends what is at work, and all that it has started."""


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def named(where: str, jobs: int, place: Place) -> Executor:
    """The executor that `--executor` names.

    Raises:
        SpecError: there is none of this name.
    """
    if where == "local":
        return Local(jobs, place)
    name, _, address = where.partition(":")
    if name == "dask":
        from tscbench.harness.dask_workers import Dask

        dask: Executor = Dask(address, jobs, place)
        return dask
    raise SpecError(f"executor {where!r}: write local, dask, or dask: and a scheduler's address")


class Local:
    """Child processes on this machine, so many at a time."""

    def __init__(self, jobs: int, place: Place) -> None:
        self.width = jobs + 1  # the next one is there when one has ended
        self._children = Children(place)
        self._threads = ThreadPoolExecutor(jobs)

    def submit(self, job: Job, limits: Limits) -> Future[Outcome]:
        """The outcome of a job, in one of the child processes."""
        return self._threads.submit(self._children.do, send(job), limits)

    def stop(self) -> None:
        """Ends the child processes, whatever they are at."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._children.end()
        self._threads.shutdown(wait=True)


class InProcess:
    """This process does each job at once, without limits: so a debugger can be had where a plugin
    fails. post_mortem: called with the traceback of what a step has raised."""

    width = 1

    def __init__(self, post_mortem: Any = None) -> None:
        self._post_mortem = post_mortem

    def submit(self, job: Job, limits: Limits) -> Future[Outcome]:
        """The outcome of a job, which is done when this returns."""
        future: Future[Outcome] = Future()
        future.set_result(work(job, post_mortem=self._post_mortem))
        return future

    def stop(self) -> None:
        """There is nothing to end."""
