"""Dask's scheduler and workers as processes on the loopback: the same scores, whoever is lost."""

import contextlib
import os
import signal
import time
from concurrent.futures import Future
from threading import Thread

import pandas as pd
import psutil
import pytest
from faults import Cluster

from tscbench import generator
from tscbench.contracts.errors import ClusterError, SpecError
from tscbench.harness.children import Place
from tscbench.harness.dask_workers import Dask
from tscbench.harness.executors import named
from tscbench.harness.limits import wanted
from tscbench.results.run import Run

pytestmark = pytest.mark.slow

distributed = pytest.importorskip("distributed")

GRID = {
    "dataset": ["toy", "marked"],
    "query": ["inbag", "crossfit(folds=2)"],
    "generator": ["far", "copies"],
    "mix": ["real", "fake(ratio=1)"],
    "student": ["linear(pause=0.05)", "steps(n=2)", "steps(n=5)"],
}


@pytest.fixture
def cluster():
    one = Cluster()
    yield one
    one.end()


def on(cluster):
    return lambda jobs, place: named(f"dask:{cluster.address}", jobs, place)


def same(a, b):
    pd.testing.assert_frame_equal(a.scores(), b.scores(), check_exact=True)


def while_it_runs(run, do, after=3):
    """Does something once a run has some records, in a thread of its own."""

    def watch():
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(Exception):
                if sum(r["status"] == "ok" for r in run.records()) >= after:
                    break
            time.sleep(0.05)
        do()

    thread = Thread(target=watch)
    thread.start()
    return thread


def test_two_workers_come_to_the_same_scores_though_one_is_killed_and_another_comes(lab, cluster):
    here = lab.run(GRID, out="here")
    session = lab.open(GRID, store=lab.folder / "shared")
    run = Run(lab.folder / "there")

    def lose():
        cluster.workers[0].send_signal(signal.SIGKILL)
        cluster.workers.append(cluster.worker())

    thread = while_it_runs(run, lose)
    lab.go(session, run, on(cluster))
    thread.join()
    same(here, run)
    assert run.damaged == 0 and len(list(run.records())) == len(list(here.records()))


class Lost:
    """A future of Dask whose worker is lost as soon as it has finished."""

    status = "lost"

    def __init__(self, outcome):
        self.outcome, self.callbacks = outcome, []

    def add_done_callback(self, call):
        self.callbacks.append(call)

    def result(self):
        return self.outcome


def test_an_outcome_that_is_lost_with_its_worker_is_made_again_and_no_scheduler_is_gone():
    dask, ours, theirs = object.__new__(Dask), Future(), Lost("outcome")
    dask._at_work = {theirs}
    dask._settle(None, ours, theirs)
    assert not ours.done() and dask._at_work == {theirs}
    theirs.status = "finished"
    theirs.callbacks.pop()(theirs)
    assert ours.result(timeout=1) == "outcome" and not dask._at_work


def test_a_scheduler_that_dies_ends_the_run_and_the_next_command_goes_on(lab, cluster):
    here = lab.run(GRID, out="here")
    store = lab.folder / "shared"
    run = Run(lab.folder / "there")
    thread = while_it_runs(run, cluster.scheduler.kill)
    with pytest.raises(ClusterError, match=r"scheduler .* is gone"):
        lab.go(lab.open(GRID, store=store), run, on(cluster))
    thread.join()
    done = sum(record["status"] == "ok" for record in run.records())
    assert 0 < done < len(list(here.records()))
    cluster.end()
    cluster.begin()
    lab.go(lab.open(GRID, store=store), run, on(cluster))
    same(here, run)


def test_a_plugin_that_ends_its_process_costs_no_worker(lab, cluster):
    lab.trouble("far:dies")
    run = lab.run(GRID, store=lab.folder / "shared", start=on(cluster))
    lost = [r for r in run.records() if r["status"] != "ok"]
    assert {r["cell"]["generator"] for r in lost} == {"far"}
    assert {(r["status"], r["cause"]) for r in lost} == {("blocked", "failed")}
    assert all(worker.poll() is None for worker in cluster.workers)


def test_nothing_is_left_in_the_workers_when_a_run_has_ended(lab, cluster):
    lab.run({}, store=lab.folder / "shared", start=on(cluster))
    started = [p for w in cluster.workers for p in psutil.Process(w.pid).children(recursive=True)]
    serving = [p for p in started if "processes.serve" in " ".join(p.cmdline())]
    assert serving == []


def test_resources_that_no_worker_offers_are_said(lab, cluster):
    @generator(source="a test", resources={"GPU": 1, "seconds": "2h", "memory": "8G"})
    def large(train):
        """Needs a GPU."""

    plugin = large.tscbench_plugin if hasattr(large, "tscbench_plugin") else large.plugin
    assert wanted([plugin]) == {"GPU": 1.0}
    executor = named(f"dask:{cluster.address}", 1, Place(1))
    with pytest.raises(ClusterError, match=r"offers GPU=1, which a plugin asks for: start"):
        executor._must_be_offered(wanted([plugin]))
    executor.stop()


def test_a_worker_of_other_versions_is_refused(lab, cluster, monkeypatch):
    from tscbench.harness import dask_workers

    monkeypatch.setattr(dask_workers, "surroundings", lambda: {"numpy": "0.1"})
    with pytest.raises(ClusterError, match=r"a Dask worker has numpy .*, not 0.1: install"):
        lab.run({}, store=lab.folder / "shared", start=on(cluster))


def test_where_there_is_no_scheduler_and_what_is_no_executor_is_one_sentence():
    with pytest.raises(SpecError, match="executor 'spark': write local, dask, or dask:"):
        named("spark", 1, Place(1))
    from tscbench.harness import dask_workers

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dask_workers, "PATIENCE", 1)
        with pytest.raises(ClusterError, match="no Dask workers at tcp://127.0.0.1:1"):
            named("dask:tcp://127.0.0.1:1", 1, Place(1))


def test_a_cluster_of_its_own_leaves_the_environment_as_it_was(lab):
    here, before = lab.run(GRID, out="here"), dict(os.environ)
    there = lab.run(
        GRID, out="there", store=lab.folder / "shared", jobs=2, start=lambda *of: named("dask", *of)
    )
    same(here, there)
    assert {k: v for k, v in os.environ.items() if before.get(k) != v} == {}
