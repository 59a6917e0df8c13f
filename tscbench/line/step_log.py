"""What libraries print while a step is at work, also from C: it goes to the step's own log.

Nothing of this is needed: where a log cannot be written, what is printed is lost.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

KEPT = 64 << 10
"""Bytes that are kept of the log of a step that failed, the last ones."""

KEPT_WELL = 4 << 10
"""Bytes that are kept of the log of a step that went well."""

LARGEST = 1 << 20
"""A log that has grown beyond it is cut to `KEPT` while its step is at work."""

SHOWN = 20
"""Lines of its log that a failure shows."""

_FOLDER: list[Path] = []
_WRITTEN: list[Path] = []


def log_in(folder: Path | None) -> None:
    """From now on this process keeps the logs of its steps in `folder`, and what it prints between
    two steps goes nowhere; None: all is printed where it always was."""
    _FOLDER[:] = [] if folder is None else [folder]
    if folder is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        _redirect(nowhere)


def own_log(name: str) -> Path | None:
    """The log of this name; None where this process keeps none."""
    return _FOLDER[0] / name if _FOLDER else None


@contextlib.contextmanager
def logged(file: Path | None) -> Iterator[None]:
    """Within, what is printed goes to `file`, which stays if anything is; None: where it goes."""
    if file is None:
        yield
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o666)
    except OSError:
        log = os.open(os.devnull, os.O_WRONLY)
    before = os.dup(1), os.dup(2)
    _redirect(log)
    _WRITTEN.append(file)
    try:
        yield
    finally:
        _WRITTEN.remove(file)
        for number, old in enumerate(before, 1):
            _flush()
            os.dup2(old, number)
            os.close(old)
        _keep_end(file, KEPT)


def shorten(file: Path | None) -> None:
    """Keeps little of the log of a step that went well."""
    if file is not None:
        _keep_end(file, KEPT_WELL)


def tail(file: Path | None) -> str:
    """The last lines of a log, under a heading; empty where nothing was printed."""
    if file is None:
        return ""
    try:
        lines = file.read_bytes()[-KEPT:].decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    said = [line.rstrip() for line in lines if line.strip()][-SHOWN:]
    return "\n".join(["", "The last lines of its log:", *said]) if said else ""


def cut() -> None:
    """Cuts the log that is being written, where it has grown too large."""
    for file in _WRITTEN[-1:]:
        with contextlib.suppress(OSError):
            if file.stat().st_size > LARGEST:
                _keep_end(file, KEPT)


def tidy(folder: Path) -> None:
    """Removes the empty logs that killed processes have left, and the folder if it is empty."""
    with contextlib.suppress(OSError):
        for file in folder.glob("*.log"):
            _keep_end(file, KEPT)
        folder.rmdir()


def _keep_end(file: Path, n: int) -> None:
    """Cuts a file to whole lines of its last n bytes; who writes at its end goes on there. One that
    is empty is removed."""
    with contextlib.suppress(OSError):
        size = file.stat().st_size
        if not size:
            file.unlink()
        if size <= n:
            return
        with file.open("r+b") as log:
            log.seek(-n, os.SEEK_END)
            end = log.read()
            log.truncate(0)
            log.seek(0)
            log.write(end.partition(b"\n")[2] or end)


def _redirect(to: int) -> None:
    """What is printed goes to this file from now on."""
    _flush()
    os.dup2(to, 1)
    os.dup2(to, 2)
    os.close(to)


def _flush() -> None:
    """Whatever has been printed so far leaves its buffer, Python's and C's."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()
    ctypes.CDLL(None).fflush(None)
