"""The engine on a virtual clock: what many cells and many workers ask of it.

`python benchmarks/reliability/simulation.py` plans suites of growing size, hands their jobs to
workers that do nothing but take their time, as a clock counts that nobody waits for, and writes
every record. What is real are planning, the engine, the bytes of jobs and the file of records; so
the table tells what one command can keep up with. `--cells`, `--workers`, `--seconds` and `--lost`
(the share of jobs whose worker is lost) say what is simulated.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from tabulate import tabulate

from tscbench.contracts.failures import Failure
from tscbench.harness import engine as engine_module
from tscbench.harness.engine import Engine
from tscbench.harness.job import Job, Outcome, send
from tscbench.harness.session import open_session
from tscbench.line.store import Store
from tscbench.processes import Limits
from tscbench.results.run import Run
from tscbench.results.surroundings import surroundings

SUITE: dict[str, Any] = {
    "name": "simulated",
    "headline": "auc",
    "metrics": ["auc", "accuracy"],
    "splits": 5,
    "grid": [
        {
            "dataset": ["breast_cancer"],
            "teacher": ["forest(n_trees=10)"],
            "generator": ["none", "munge"],
            "mix": ["real", "fake(ratio=1)", "both(ratio=1)"],
            "student": ["tree(max_leaf_nodes=4)", "tree(max_leaf_nodes=8)"],
        }
    ],
}
CELLS_A_SEED = 5 * 2 * 3


class Simulated:
    """An executor whose workers take seconds of a virtual clock."""

    def __init__(self, workers: int, seconds: float, lost: float) -> None:
        self.width = 2 * workers
        self.workers, self.seconds, self.lost = workers, seconds, lost
        self.rng = random.Random(0)
        self.free = [0.0] * workers
        self.ends: list[tuple[float, int, Future[Outcome], Outcome]] = []
        self.clock = self.work = 0.0
        self.bytes = self.jobs = 0
        self.numbers = itertools.count()

    def submit(self, job: Job, limits: Limits) -> Future[Outcome]:
        """A job begins when a worker is free, but not before it is handed out."""
        self.jobs += 1
        self.bytes += len(send(job).body)
        took = self.rng.expovariate(1 / self.seconds)
        begins = max(heapq.heappop(self.free), self.clock)
        heapq.heappush(self.free, begins + took)
        self.work += took
        future: Future[Outcome] = Future()
        outcome = self._outcome(job, took)
        heapq.heappush(self.ends, (begins + took, next(self.numbers), future, outcome))
        return future

    def _outcome(self, job: Job, took: float) -> Outcome:
        outcome = Outcome(job.key, seconds={job.artefact.key: took} if job.artefact else {})
        if self.rng.random() < self.lost:
            outcome.failure = Failure("its worker was lost", "", status="killed")
            return outcome
        for line in job.lines:
            outcome.records[line.cell.id] = _record(line.key, took)
        return outcome

    def wait(self, flying: Iterable[Future[Outcome]], **_: Any) -> tuple[set[Future[Outcome]], Any]:
        """The job that ends next, by the virtual clock."""
        if not self.ends:
            return set(), None
        self.clock, _number, future, outcome = heapq.heappop(self.ends)
        future.set_result(outcome)
        return {future}, None

    def stop(self) -> None:
        """Nothing runs."""


def _record(key: str, took: float) -> dict[str, Any]:
    """A record of about the size of a real one."""
    part = {"auc": 0.97123456789, "accuracy": 0.91234567, "confidence": 0.98765}
    provenance = {f"fact {n}": "0123456789abcdef" * 4 for n in range(16)}
    return {
        "status": "ok",
        "key": key,
        "asked": ["auc", "accuracy"],
        "scores": {"valid": part, "test": part},
        "extras": {},
        "facts": {"size": {"nodes": 15}, "seconds": took},
        "provenance": provenance,
        "made_with": surroundings(),
        "rows": {"train": 338, "valid": 60, "test": 171},
        "ended": "2026-01-01T00:00:00Z",
    }


def simulate(cells: int, workers: int, seconds: float, lost: float) -> list[Any]:
    """One row: what it took."""
    with tempfile.TemporaryDirectory(prefix="simulated-") as name:
        folder = Path(name)
        began = time.process_time()
        suite = {**SUITE, "seeds": max(1, cells // CELLS_A_SEED)}
        session = open_session(suite, offline=True, store=Store(folder / "store"))
        planned = time.process_time() - began
        run, there = Run(folder / "run"), Simulated(workers, seconds, lost)
        lines = session.pending(run)
        engine = Engine(run, session.store, lambda: there, lambda event: None)
        engine_module.wait = there.wait  # type: ignore[assignment]
        began = time.process_time()
        engine.execute(lines)
        run.close()
        took = time.process_time() - began
        size = sum(file.stat().st_size for file in run.folder.rglob("*") if file.is_file())
        began = time.process_time()
        read = len(Run(folder / "run").read_all(line.cell for line in lines))
        loaded = time.process_time() - began
        assert read == len(lines), f"{len(lines) - read} records are lost"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    utilised = there.work / (workers * there.clock)
    engine_rate = there.jobs / took
    return [
        len(lines),
        workers,
        there.jobs,
        planned,
        took,
        engine_rate,
        workers / seconds,
        there.clock / 3600,
        100 * utilised,
        there.bytes / there.jobs / 1024,
        size / (1 << 20),
        loaded,
        peak,
    ]


HEADS = [
    "records",
    "workers",
    "jobs",
    "planning, s",
    "engine, s",
    "jobs/s it can",
    "jobs/s they ask",
    "virtual h",
    "workers busy, %",
    "KiB a job",
    "records, MiB",
    "read again, s",
    "peak, GiB",
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", default="10000,100000")
    parser.add_argument("--workers", default="10,1000")
    parser.add_argument("--seconds", type=float, default=60.0, help="of a job, on average")
    parser.add_argument("--lost", type=float, default=0.001, help="share of jobs that are lost")
    asked = parser.parse_args()
    rows = [
        simulate(int(cells), int(workers), asked.seconds, asked.lost)
        for cells in asked.cells.split(",")
        for workers in asked.workers.split(",")
    ]
    print(tabulate(rows, HEADS, floatfmt=".3g"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
