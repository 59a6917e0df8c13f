"""What a child does: it calls what it is asked to call, and answers."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import signal
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from tscbench.processes.tree import adopt

SLACK = 256 << 20
"""Bytes beyond its memory limit that a child may map without using them."""

IDLE = 900.0
"""Seconds after which a child that nobody asks ends: who started it may have forgotten it."""

_LINE: list[Connection] = []


def tell(what: Any) -> None:
    """Tells whoever has called the function that this process is at; who has not, hears nothing."""
    for line in _LINE:
        line.send_bytes(pickled(("told", what)))


def serve() -> None:
    """Answers calls over the line whose number is given, until that ends."""
    adopt()
    faulthandler.register(signal.SIGUSR1, file=2, all_threads=False)
    number = int(sys.argv[1])
    os.set_inheritable(number, False)
    line = Connection(number)
    _LINE.append(line)
    with contextlib.suppress(EOFError, OSError):
        line.send_bytes(pickled(("ready", None)))
        while line.poll(IDLE):
            asked, memory, sys.path[:] = pickle.loads(line.recv_bytes())
            line.send_bytes(_answer(asked, memory))


def _answer(asked: bytes, memory: int | None) -> bytes:
    """What a function returns or raises, as it goes over the line."""
    try:
        function, given = pickle.loads(asked)
        with _no_more_than(memory):
            came = function(*given)
        return pickled(("returned", came))
    except BaseException as error:
        with contextlib.suppress(Exception):
            return pickled(("raised", error))
        return pickled(("raised", RuntimeError(f"{type(error).__name__}: {error}")))


@contextlib.contextmanager
def _no_more_than(memory: int | None) -> Iterator[None]:
    """Within, this process is refused more memory, where the system can do that: so the line that
    asked for too much is known. What it has started is watched from outside alone."""
    if memory is None or sys.platform != "linux":
        yield
        return
    import resource

    import psutil

    now, (soft, hard) = psutil.Process().memory_info(), resource.getrlimit(resource.RLIMIT_DATA)
    most = now.data + max(memory - now.rss, 0) + SLACK
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def pickled(value: Any) -> bytes:
    """A value as bytes, functions that cannot be found by name included."""
    import cloudpickle

    return bytes(cloudpickle.dumps(value))
