"""All that a process has started, found and ended.

It is found as its descendants, which on Linux include those that have left their parents, and by a
mark in their environment. A keeper, one to a process, ends whatever bears its mark once that
process is gone, however it went.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cache
from typing import IO, Any

MARK = "_TSCBENCH_CHILD"
"""The variable in the environment of a child, and so of all that it starts, that says whose they
are."""

GRACE = 1.0
"""Seconds between asking a process to end and ending it."""

SUBREAPER = 36
"""What `prctl` of Linux calls a process that inherits those of its descendants that lose their
parent."""

_KEEPERS: list[subprocess.Popen[bytes]] = []


def descendants(pid: int) -> list[Any]:
    """A process and all that descend from it, if it is there."""
    import psutil

    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def _marked(mark: str) -> list[Any]:
    """The processes that bear a mark, or one that begins with it and a dot."""
    import psutil

    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            theirs = process.environ().get(MARK, "")
            if f"{theirs}.".startswith(f"{mark}.") and process.pid != os.getpid():
                found.append(process)
    return found


def end(pid: int | None, mark: str) -> None:
    """Ends a process, if one is given, and all that descends from it or bears its mark: each is
    asked, and ended if it does not go, until there are none."""
    import psutil

    known: set[Any] = set()
    for turn in range(20):
        roots = {process.pid for process in _marked(mark)} | ({pid} if pid else set())
        known |= {process for root in roots for process in descendants(root)}
        alive = [process for process in known if _is_alive(process)]
        if not alive:
            return
        for process in alive:
            with contextlib.suppress(psutil.Error):
                process.kill() if turn else process.terminate()
        until = time.monotonic() + GRACE
        while any(map(_is_alive, alive)) and time.monotonic() < until:
            time.sleep(0.01)


def _is_alive(process: Any) -> bool:
    import psutil

    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


@cache
def family(pid: int) -> str:
    """The mark of this process's children, which a keeper ends once this process is gone: the end
    of a pipe tells it, which this process alone holds open."""
    mark = f"{pid}-{time.time_ns()}"
    theirs, _ours = os.pipe()
    _KEEPERS.append(start("from tscbench.processes.tree import keep; keep()", theirs, mark))
    os.close(theirs)
    return mark


def start(
    code: str,
    number: int,
    *given: str,
    environment: Mapping[str, str] | None = None,
    output: int | IO[bytes] = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """A fresh interpreter that runs `code`, in a session of its own. It gets the open file of a
    number; a file random.py in the working folder is not the library to it."""
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code, str(number), *given],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": path, **(environment or {})},
        pass_fds=[number],
        start_new_session=True,
    )


def keep() -> None:
    """What the keeper does: waits for the end of a pipe, then ends a family."""
    number, mark = sys.argv[1:]
    os.set_inheritable(int(number), False)
    for polite in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(polite, signal.SIG_IGN)
    while os.read(int(number), 1):
        continue
    end(None, mark)


def adopt() -> None:
    """What this process's descendants leave behind becomes its own children."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
