"""What a measurement needs around it: the machine to itself, fixed threads, no collector."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from tscbench.contracts.errors import StoreError
from tscbench.contracts.places import user_cache
from tscbench.harness.local import THREADS
from tscbench.line.store import disk_trouble


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
def threads(n: int) -> Iterator[None]:
    """Computes with n threads: the libraries that are loaded now, and those loaded within."""
    from threadpoolctl import threadpool_limits

    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, str(n)))
    torch = sys.modules.get("torch")
    had = torch.get_num_threads() if torch else n
    try:
        with threadpool_limits(n):
            if torch:
                torch.set_num_threads(n)
            yield
    finally:
        if torch:
            torch.set_num_threads(had)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


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
