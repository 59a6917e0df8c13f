"""What a measurement needs around it: the machine to itself, fixed threads, no collector."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from tscbench.contracts.errors import StoreError
from tscbench.contracts.places import user_cache
from tscbench.line.store import disk_trouble
from tscbench.line.threads import threads


@contextmanager
def exclusive() -> Iterator[None]:
    """Holds the lock that lets one timing pass at a time run on this machine.

    Raises:
        StoreError: another one is at work.
    """
    import fcntl

    path = user_cache() / "timing.lock"
    with disk_trouble(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise StoreError(
                f"another timing pass is at work on this machine (process {file.read() or '?'}), "
                "and two would time each other: wait for it"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def undisturbed(n: int) -> Iterator[None]:
    """n threads, the garbage collector off, warnings unsaid: they would be timed too."""
    collects = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        with threads(n), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if collects:
            gc.enable()
