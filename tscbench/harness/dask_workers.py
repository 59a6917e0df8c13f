"""Workers of a Dask cluster as executor: each does its jobs in child processes of its own.

A step that ends its process, or takes too much, costs a child and no worker. A worker that is lost
costs its jobs, which the scheduler gives to others: records are written by the engine alone, once.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from tscbench.contracts.errors import ClusterError
from tscbench.contracts.failures import Failure
from tscbench.harness.children import Children, Place
from tscbench.harness.job import Job, Outcome, Sent, send
from tscbench.harness.limits import wanted
from tscbench.processes import Limits
from tscbench.results.surroundings import surroundings, versions

PATIENCE = 10.0
"""Seconds in which a scheduler must answer."""

LOST = 3
"""Workers that may be lost with a job before it is given up."""

_CHILDREN: dict[Place, Children] = {}
_LOCK = Lock()


class Dask:
    """The workers of a scheduler, or of a cluster on this machine where no address is given."""

    def __init__(self, address: str, jobs: int, place: Place) -> None:
        distributed = _distributed()
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is amiss is said here
        self._cluster: Any = None
        self._address = address or "this machine"
        before = set(os.environ)
        if not address:
            self._cluster = distributed.LocalCluster(
                n_workers=jobs, threads_per_worker=1, memory_limit=0, dashboard_address=None
            )
        self._set_by_dask = set(os.environ) - before  # for its workers, and so here as well
        try:
            self._client = distributed.Client(
                address or self._cluster, set_as_default=False, timeout=PATIENCE
            )
            self._client.wait_for_workers(1, timeout=6 * PATIENCE)
        except (OSError, TimeoutError) as error:
            raise ClusterError(f"no Dask workers at {self._address}: {error}") from error
        self._place = Place(place.threads, run=uuid4().hex)
        self._versions = versions(surroundings())
        self._at_work: set[Any] = set()
        self._width, self._counted = 1, -1.0

    @property
    def width(self) -> int:
        """Two jobs for each thread of the workers that are there now, so that none waits."""
        if time.monotonic() - self._counted > 1.0:
            with self._or_gone():
                self._width = 2 * max(1, sum(self._client.nthreads().values()))
            self._counted = time.monotonic()
        return self._width

    def submit(self, job: Job, limits: Limits) -> Future[Outcome]:
        """The outcome of a job, on some worker that has what its plugins ask for."""
        must_have = wanted(job.plugins)
        with self._or_gone():
            self._must_be_offered(must_have)
            theirs = self._client.submit(
                do_there,
                send(job),
                limits,
                self._place,
                self._versions,
                key=f"{job.step}-{uuid4().hex}",  # the same job, tried again, is another task
                pure=False,
                retries=0,
                resources=must_have or None,
            )
        self._at_work.add(theirs)
        ours: Future[Outcome] = Future()
        theirs.add_done_callback(partial(self._settle, job, ours))
        return ours

    def stop(self) -> None:
        """Ends the children of this run on all workers, and the cluster if it is our own."""
        with contextlib.suppress(OSError, TimeoutError):
            self._client.cancel(list(self._at_work))
            self._client.run(end_there, self._place, on_error="ignore")
        self._client.close(timeout=5)
        if self._cluster is not None:
            self._cluster.close(timeout=10)
        for name in self._set_by_dask:
            os.environ.pop(name, None)

    def _settle(self, job: Job, ours: Future[Outcome], theirs: Any) -> None:
        """Hands on what has become of a task."""
        killed = _distributed().KilledWorker
        if theirs.status in ("lost", "pending"):  # with its worker; another one makes it again
            theirs.add_done_callback(partial(self._settle, job, ours))
            return
        self._at_work.discard(theirs)
        try:
            if theirs.status == "finished":
                ours.set_result(theirs.result())
            elif theirs.status == "error" and isinstance(theirs.exception(), killed):
                said = f"its Dask worker was lost, {LOST + 1} times"
                failed = Failure(said, said, job.step, "killed")
                ours.set_result(replace(Outcome(job.key), failure=failed, step=job.step))
            elif theirs.status == "error":
                ours.set_exception(theirs.exception())
            else:
                raise OSError(theirs.status)
        except OSError:
            ours.set_exception(self._gone())
        except Exception as error:
            ours.set_exception(error)

    @contextlib.contextmanager
    def _or_gone(self) -> Iterator[None]:
        try:
            yield
        except ClusterError:
            raise
        except (OSError, TimeoutError) as error:
            raise self._gone() from error

    def _gone(self) -> ClusterError:
        return ClusterError(
            f"the Dask scheduler at {self._address} is gone: what had ended is kept, and the same "
            "command goes on from there"
        )

    def _must_be_offered(self, must_have: Mapping[str, float]) -> None:
        """A task that no worker may do would wait for ever."""
        if not must_have:
            return
        offered = self._client.run_on_scheduler(resources_offered)
        for name, value in must_have.items():
            if all(worker.get(name, 0) < value for worker in offered):
                raise ClusterError(
                    f"no Dask worker at {self._address} offers {name}={value:g}, which a plugin "
                    f"asks for: start one with --resources {name}={value:g}"
                )


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise ClusterError(
            "--executor dask needs dask.distributed: pip install tscbench[dask]"
        ) from error
    return distributed


def resources_offered(dask_scheduler: Any) -> list[dict[str, float]]:
    """What each worker of a scheduler offers."""
    return [dict(worker.resources) for worker in dask_scheduler.workers.values()]


def do_there(job: Sent, limits: Limits, place: Place, asked: Mapping[str, str]) -> Outcome:
    """Does a job in a child of this worker.

    Raises:
        ClusterError: other versions are installed here than where the run was begun.
    """
    here = versions(surroundings())
    if other := [f"{n} {here[n]}, not {value}" for n, value in asked.items() if here[n] != value]:
        raise ClusterError(f"a Dask worker has {'; '.join(other)}: install the same on all")
    with _LOCK:
        if place not in _CHILDREN:
            logs = Path(tempfile.mkdtemp(prefix="tscbench-logs-"))
            _CHILDREN[place] = Children(replace(place, logs=logs))
    return _CHILDREN[place].do(job, limits)


def end_there(place: Place) -> None:
    """Ends the children of a run in this worker."""
    with _LOCK:
        children = _CHILDREN.pop(place, None)
    if children is not None:
        children.end()
