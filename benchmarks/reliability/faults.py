"""Faults: what is done to a run while it goes on, and while it rests."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

SUITE = """
name = "disturbed"
headline = "auc"
metrics = ["auc", "accuracy"]
seeds = 2
[[grid]]
dataset = ["breast_cancer"]
teacher = ["forest(n_trees=60)"]
query = ["inbag", "crossfit(folds=3)"]
generator = ["none", "munge", "smoothed_bootstrap"]
mix = ["real", "fake(ratio=1)", "both(ratio=1)"]
objective = ["probabilities"]
student = ["tree(max_leaf_nodes=16)", "forest(n_trees=8)"]
"""


@dataclass
class Trial:
    """A run in a folder of its own that is disturbed: its faults, and the commands that it took."""

    folder: Path
    rng: random.Random
    executor: str = "local"
    cluster: Cluster | None = None
    faults: int = 0
    commands: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def start(self) -> subprocess.Popen[bytes]:
        """Issues the command, once more."""
        suite = self.folder / "disturbed.toml"
        if not suite.exists():
            suite.write_text(SUITE, "utf-8")
        words = ["run", str(suite), "--out", str(self.run), "--executor", self.executor]
        command = [sys.executable, "-m", "tscbench", *words, "--jobs", "2", "--offline"]
        self.commands += 1
        log = (self.folder / "said.log").open("ab")
        environment = {**os.environ, "TSCBENCH_STORE": str(self.store)}
        with log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        return self.process

    def files(self) -> list[Path]:
        """Values and records as they are now."""
        found = [*self.store.glob("v*/*/*"), *self.run.glob("records/**/*")]
        return sorted(path for path in found if path.is_file() and path.stat().st_size)


def children(pid: int, word: str) -> list[psutil.Process]:
    """The descendants of a process with a word in their command."""
    with contextlib.suppress(psutil.Error):
        found = psutil.Process(pid).children(recursive=True)
        return [p for p in found if _has(p, word)]
    return []


def _has(process: psutil.Process, word: str) -> bool:
    with contextlib.suppress(psutil.Error):
        return word in " ".join(process.cmdline())
    return False


def kill_worker(trial: Trial) -> bool:
    """SIGKILL of a process that does jobs."""
    assert trial.process
    workers = children(trial.process.pid, "processes.serve")
    if not workers:
        return False
    with contextlib.suppress(psutil.Error):
        trial.rng.choice(workers).kill()
        return True
    return False


def kill_harness(trial: Trial) -> bool:
    """SIGKILL of the command."""
    assert trial.process
    trial.process.kill()
    trial.process.wait()
    return True


def interrupt_harness(trial: Trial) -> bool:
    """Ctrl-C, or a polite kill."""
    assert trial.process
    trial.process.send_signal(trial.rng.choice([signal.SIGINT, signal.SIGTERM]))
    trial.process.wait()
    return True


def tear(trial: Trial) -> bool:
    """A value or a record that lost its end."""
    if not (files := trial.files()):
        return False
    with contextlib.suppress(OSError):
        file = trial.rng.choice(files)
        os.truncate(file, trial.rng.randrange(file.stat().st_size))
        return True
    return False


def flip(trial: Trial) -> bool:
    """A bit of a value or a record."""
    if not (files := trial.files()):
        return False
    with contextlib.suppress(OSError), trial.rng.choice(files).open("r+b") as file:
        at = trial.rng.randrange(os.fstat(file.fileno()).st_size)
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ (1 << trial.rng.randrange(8))]))
        return True
    return False


def remove_store(trial: Trial) -> bool:
    """All that the store holds, or half of it."""
    files = [path for path in trial.store.glob("v*/*/*") if path.is_file()]
    if not files:
        return False
    if trial.rng.random() < 0.5:
        shutil.rmtree(trial.store, ignore_errors=True)
    else:
        for path in trial.rng.sample(files, len(files) // 2):
            path.unlink(missing_ok=True)
    return True


def fill_disk(trial: Trial) -> bool:
    """No room on the disk for a while."""
    filler = trial.folder / "filler"
    with contextlib.suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(bytes(1 << 16))
            file.flush()
    time.sleep(trial.rng.uniform(0.3, 1.5))
    filler.unlink(missing_ok=True)
    return True


def free_port() -> int:
    """A port of the loopback that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Cluster:
    """A Dask scheduler and two workers as processes of this machine."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.begin()

    def begin(self) -> None:
        """The scheduler, and workers that outlive none."""
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"]
        self.scheduler = _quiet("dask_scheduler", *where)
        self.workers = [self.worker(), self.worker()]

    def worker(self) -> subprocess.Popen[bytes]:
        """One more worker."""
        alone = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0"]
        return _quiet("dask_worker", self.address, *alone, "--death-timeout", "30")

    def end(self) -> None:
        """Kills all of it."""
        for one in (*self.workers, self.scheduler):
            one.kill()
            one.wait()


def _quiet(module: str, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{module}", *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_dask_worker(trial: Trial) -> bool:
    """SIGKILL of a worker of the cluster; another one comes."""
    assert trial.cluster
    worker = trial.cluster.workers.pop(trial.rng.randrange(2))
    worker.kill()
    worker.wait()
    trial.cluster.workers.append(trial.cluster.worker())
    return True


def kill_scheduler(trial: Trial) -> bool:
    """SIGKILL of the scheduler, whose workers go too; another one comes."""
    assert trial.cluster and trial.process
    trial.cluster.scheduler.kill()
    trial.process.wait()
    trial.cluster.end()
    trial.cluster.begin()
    return True


@dataclass(frozen=True)
class Kind:
    """A kind of fault: how it is done; where it needs a cluster, or a small disk; `at_rest`: it is
    also done while nothing runs."""

    name: str
    do: Callable[[Trial], bool]
    at_rest: bool = False
    cluster: bool = False
    disk: bool = False


KINDS = [
    Kind("worker killed", kill_worker),
    Kind("command killed", kill_harness),
    Kind("command interrupted", interrupt_harness),
    Kind("torn write", tear, at_rest=True),
    Kind("bit flipped", flip, at_rest=True),
    Kind("store removed", remove_store, at_rest=True),
    Kind("disk full", fill_disk, disk=True),
    Kind("Dask worker killed", kill_dask_worker, cluster=True),
    Kind("Dask scheduler killed", kill_scheduler, cluster=True),
]
