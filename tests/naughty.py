"""Generators that misbehave, each in one way; `good` does not."""

from __future__ import annotations

import ctypes
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from tscbench import Rows, Sampler, generator


def _sampler(train: Rows) -> Callable[..., Any]:
    def sample(n: int, rng: Any) -> Any:
        return train.x[rng.integers(len(train.x), size=n)]

    return sample


@generator(source="a test")
def good(train: Rows) -> Sampler:
    """Copies."""
    return Sampler(_sampler(train))


@generator(source="a test")
def sleeps(train: Rows) -> Sampler:
    """Sleeps for ever."""
    time.sleep(10**6)


@generator(source="a test")
def deaf(train: Rows) -> Sampler:
    """Ignores SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        pass


@generator(source="a test")
def detaches(train: Rows) -> Sampler:
    """Leaves processes behind and sleeps."""
    subprocess.Popen(["sleep", "54321"], start_new_session=True, env={})
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(54321)
        os._exit(0)
    time.sleep(10**6)


@generator(source="a test")
def hog(train: Rows) -> Sampler:
    """Allocates without end."""
    kept = []
    while True:
        kept.append(np.ones(4 * 10**6))


@generator(source="a test")
def huge(train: Rows) -> Sampler:
    """Allocates all at once."""
    return Sampler(lambda n, rng: np.ones((n, 10**9)))


@generator(source="a test")
def in_c(train: Rows) -> Sampler:
    """Loops in C, holding the lock of Python."""
    re.match(r"(a+)+$", "a" * 60 + "b")
    return Sampler(_sampler(train))


@generator(source="a test")
def crashes(train: Rows) -> Sampler:
    """A null pointer."""
    ctypes.string_at(0)


@generator(source="a test")
def nan(train: Rows) -> Sampler:
    """NaN."""
    return Sampler(lambda n, rng: np.full((n, train.x.shape[1]), np.nan))


@generator(source="a test")
def wide(train: Rows) -> Sampler:
    """Another shape."""
    return Sampler(lambda n, rng: np.zeros((n, 2)))


@generator(source="a test")
def talks(train: Rows) -> Sampler:
    """A gigabyte to stdout."""
    line = "x" * 2**20 + "\n"
    for _ in range(1024):
        sys.stdout.write(line)
    return Sampler(_sampler(train))


@generator(source="a test")
def moves(train: Rows) -> Sampler:
    """Changes folder, environment, global seeds and limits."""
    os.chdir("/")
    os.environ.clear()
    np.random.seed(1)
    random.seed(1)
    return Sampler(_sampler(train))


@generator(source="a test")
def writes(train: Rows) -> Sampler:
    """Changes what it is given."""
    train.x[:] = 0
    return Sampler(_sampler(train))


@generator(source="a test")
def lacks(train: Rows) -> Sampler:
    """A library that is not there."""
    return import_module("no_such_library").sampler(train)


@generator(source="a test")
def exits(train: Rows) -> Sampler:
    """Ends its process."""
    os._exit(3)


@generator(source="a test")
def leaves(train: Rows) -> Sampler:
    """Leaves a process behind, and is good otherwise."""
    subprocess.Popen(["sleep", "54321"], start_new_session=True, env={})
    return Sampler(_sampler(train))
