"""How many steps a second the engine keeps going, and what a second worker is worth.

`python benchmarks/reliability/throughput.py` runs ten thousand trivial steps by two processes, then
equal independent steps by one and by two: local processes, and workers of a Dask cluster on the
loopback. It prints a table. Timings are of whole runs, without planning.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from distributed import Client
from faults import Cluster
from tabulate import tabulate

from tscbench import CompressionSet, Predictor, student
from tscbench.harness.session import open_session, run_session
from tscbench.harness.suite import Source, parse_suite
from tscbench.line.store import Store
from tscbench.registry import discover
from tscbench.results.run import Run


@student(source="a benchmark", version="1")
def busy(compression_set: CompressionSet, *, seconds: float = 0.0) -> Predictor:
    """Computes for some seconds, and answers the second class.

    Args:
        seconds: of computing.
    """
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return Predictor(lambda rows: np.tile([0.0, 1.0], (len(rows), 1)))


SUITE = """
name = "steps"
headline = "accuracy"
metrics = ["accuracy"]
seeds = {seeds}
[[grid]]
dataset = ["breast_cancer"]
teacher = ["ridge"]
generator = ["smoothed_bootstrap"]
mix = ["fake(ratio=1)"]
objective = ["hard"]
student = ["busy(seconds={seconds})"]
"""


def seconds_of(seeds: int, each: float, jobs: int, executor: str = "local") -> float:
    """Seconds of a run of so many students, whose compression sets are made beforehand."""
    with tempfile.TemporaryDirectory(prefix="steps-") as name:
        folder = Path(name)
        text = SUITE.format(seeds=seeds, seconds=each)
        suite = parse_suite(text, "steps.toml", discover([], [busy]))
        source = Source(suite, text, folder / "steps.toml", {})
        session = open_session(
            source, functions=[busy], offline=True, store=Store(folder / "store")
        )
        run = Run(folder / "run")
        lines = session.pending(run)
        began = time.perf_counter()
        run_session(session, run, lines, jobs=jobs, start=executor)
        took = time.perf_counter() - began
        found: Mapping[str, Any] = run.scores()["status"].value_counts().to_dict()
        assert set(found) == {"ok"}, found
        return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000, help="trivial ones")
    parser.add_argument("--equal", type=int, default=30, help="equal ones of a second")
    asked = parser.parse_args()
    rows: list[list[Any]] = []
    if asked.steps:
        took = seconds_of(asked.steps // 3, 0.0, 2)
        rows.append([f"{asked.steps} trivial steps, 2 local processes", took, asked.steps / took])
    one, two = (seconds_of(asked.equal, 1.0, jobs) for jobs in (1, 2))
    rows.append(["equal steps, 1 local process", one, asked.equal / one])
    rows.append([f"the same, 2: {one / two:.2f} times", two, asked.equal / two])
    taken = []
    for workers in (1, 2):
        cluster = Cluster()
        try:
            if workers == 1:
                cluster.workers.pop().kill()
            with Client(cluster.address, set_as_default=False) as client:
                client.wait_for_workers(workers)
            taken.append(seconds_of(asked.equal, 1.0, workers, f"dask:{cluster.address}"))
        finally:
            cluster.end()
    rows.append(["equal steps, 1 Dask worker", taken[0], asked.equal / taken[0]])
    ratio = taken[0] / taken[1]
    rows.append([f"the same, 2: {ratio:.2f} times", taken[1], asked.equal / taken[1]])
    print(tabulate(rows, ["what", "seconds", "steps/s"], floatfmt=".3g"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
