"""Real worker processes: equal to the last bit, survived when they die, gone when we are."""

import os
import platform
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
from made_records import lines, shards

from tscbench.harness.children import Children, Place
from tscbench.harness.executors import Local
from tscbench.results.run import Run

pytestmark = pytest.mark.slow

GRID = {
    "dataset": ["toy", "marked"],
    "query": ["inbag", "crossfit(folds=2)"],
    "generator": ["far", "copies"],
    "mix": ["real", "fake(ratio=1)", "both(ratio=2)"],
    "student": ["linear(pause=0.05)", "steps(n=2)", "steps(n=5)"],
}


def command(lab, suite: Path, out: Path, *more: str) -> list[str]:
    tiny = str(Path(__file__).parents[1] / "tiny.py")
    code = "from tscbench.cli import main; main()"
    run = ["run", str(suite), "--plugin", tiny, "--out", str(out), "--jobs", "2"]
    return [sys.executable, "-c", code, *run, *more]


def records(out: Path) -> int:
    return len(lines(out))


def start_and_wait(words: list[str], out: Path, n: int) -> subprocess.Popen:
    """A run of its own that has written n records more."""
    n += records(out)
    process = subprocess.Popen(
        words,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # A test runner started in the background ignores Ctrl-C, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until = time.monotonic() + 60
    while records(out) < n and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    assert process.poll() is None, process.stderr.read().decode()
    return process


def end(process: subprocess.Popen, number: int) -> None:
    """Sends a signal to the process alone; all it started must go as well."""
    started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    process.communicate(timeout=60)
    _, alive = psutil.wait_procs(started, timeout=20)
    assert alive == [] and started


def test_one_process_and_two_that_were_killed_come_to_the_same_scores(lab, monkeypatch):
    one = lab.run(GRID, out="one")
    suite = lab.folder / "small.toml"
    out = lab.folder / "killed"
    monkeypatch.setenv("TSCBENCH_STORE", str(lab.folder / "other"))
    for _ in range(2):
        process = start_and_wait(command(lab, suite, out), out, random.randint(1, 8))
        end(process, signal.SIGKILL)
    before = {p: p.read_bytes() for p in shards(out)}
    done = subprocess.run(command(lab, suite, out), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert sum(body.count(b"\n") for body in before.values()) >= 2
    assert {p: p.read_bytes() for p in before} == before
    pd.testing.assert_frame_equal(one.scores(), Run(out).scores(), check_exact=True)


def test_an_interrupted_run_says_so_and_ends_its_workers(lab):
    suite = lab.suite({**GRID, "student": ["linear(pause=0.5)"]})
    out = lab.folder / "run"
    process = start_and_wait(command(lab, suite, out), out, 1)
    started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted: what had ended is kept" in err.decode()
    assert "Traceback" not in err.decode() and "failed" not in err.decode()
    assert psutil.wait_procs(started, timeout=20)[1] == []
    assert records(out) >= 1


def test_one_two_and_four_workers_come_to_the_same_scores(lab):
    here = lab.run(GRID, out="here").scores()
    for jobs in (1, 2, 4):
        store = lab.folder / f"store {jobs}"
        there = lab.run(GRID, out=f"of {jobs}", store=store, start=Local, jobs=jobs)
        pd.testing.assert_frame_equal(here, there.scores(), check_exact=True)


def test_a_plugin_that_ends_its_process_costs_its_cells_alone(lab):
    lab.trouble("far:dies")
    grid = {"generator": ["far", "copies"], "mix": ["real", "fake(ratio=1)"]}
    run = lab.run(grid, start=Local, jobs=2)
    frame = run.scores()
    lost = frame[frame["status"] != "ok"]
    assert lost["generator"].tolist() == ["far"] and lost["status"].tolist() == ["blocked"]
    (record,) = [r for r in run.records() if r["status"] == "blocked"]
    assert (record["step"], record["cause"]) == ("sampler", "failed")
    assert record["error"] == "it ended the process with exit code 7"


def test_workers_compute_with_the_suite_s_threads():
    from tscbench.line.threads import THREADS

    children = Children(Place(3))
    child = children._new()
    assert {child.call(os.getenv, name) for name in THREADS} == {"3"}
    children.end()
    assert not child.alive


STEPS = """
import resource
import numpy as np

def steps(n):
    for _ in range(n):
        arrays = [np.ones(600_000) for _ in range(4)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

print(-steps(3) + steps(20))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="no C library of Linux")
def test_the_memory_of_a_step_is_kept_for_the_next_one(monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")  # as in a worker of Dask
    words = [sys.executable, "-c", STEPS]
    children = Children(Place(1))
    try:
        kept = int(children._new().call(subprocess.check_output, words))
    finally:
        children.end()
    assert kept * 10 < int(subprocess.check_output(words)), "pages that the system gave anew"
