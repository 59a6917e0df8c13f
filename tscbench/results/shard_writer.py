"""The file that a process adds its records to: its own alone, and locked while it does."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
import weakref
from collections.abc import Callable
from pathlib import Path

SYNC = 1.0
"""Seconds after which what was written is put on the disk."""


def new_name() -> str:
    """A name that no other file of records has."""
    now = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    return f"{now}-{os.getpid()}-{secrets.token_hex(4)}.jsonl"


def hold(file: int) -> bool:
    """Locks an open file until it is closed; False where another process has it, or it is gone.

    Raises:
        OSError: the file system has no such locks.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(file).st_nlink > 0


class Writer:
    """Adds lines to a file, which is made with the first one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: int | None = None
        self._close: Callable[[], object] = lambda: None
        self._synced = 0.0

    def add(self, line: bytes) -> None:
        """Adds a line in one write: what was written survives the end of this process. Where that
        fails, the next line stands in another file, not behind a half one."""
        try:
            if self._file is None:
                self._file = self._begin()
            left = memoryview(line)
            while left:
                left = left[os.write(self._file, left) :]
            if time.monotonic() - self._synced > SYNC:
                os.fsync(self._file)
                self._synced = time.monotonic()
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        """Puts what was written on the disk, and ends the file."""
        try:
            if self._file is not None:
                os.fsync(self._file)
        finally:
            self._end()

    def _begin(self) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND
            file = os.open(self.folder / new_name(), flags, 0o666)
            try:
                held = hold(file)
            except OSError:  # then nobody can hold it, to make one of many
                held = True
            if held:
                self._close = weakref.finalize(self, os.close, file)
                return file
            os.close(file)  # somebody took it, empty yet, for one that nobody writes

    def _end(self) -> None:
        with contextlib.suppress(OSError):
            self._close()
        self._file, self._close = None, lambda: None
