"""Locks: of several processes that want one value, one makes it and the others wait for it."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tscbench.line.store import Store, disk_trouble

BEAT = 2.0
"""Seconds between two heartbeats of an owner."""

LIMIT = 30.0
"""Seconds without a heartbeat after which an owner counts as dead. Whoever waits counts them itself
from when it saw the last one, so that no clock is held against another's."""


@contextlib.contextmanager
def claimed(
    store: Store, name: str, keys: Iterable[str], waiting: Callable[[], object] = lambda: None
) -> Iterator[bool]:
    """Whether the values of `keys` are this process's to make: True while it holds the lock of
    that name, False where all are there, also because somebody else has made them meanwhile.
    waiting: called about twice a second while somebody else is at it, for that is no time of its
    own.

    Raises:
        StoreError: the lock cannot be written.
    """
    keys = list(keys)

    def made() -> bool:
        return all(map(store.has, keys))

    lock = None if made() else _wait(store.beside("lock", name), made, waiting)
    try:
        yield lock is not None and not made()
    finally:
        if lock is not None:
            lock.release()


def _wait(path: Path, made: Callable[[], bool], waiting: Callable[[], object]) -> Lock | None:
    """The lock at a path, once its owner has let go of it or is dead; None once all is made."""
    last_seen: tuple[Path, int] | None = None
    since, pause = time.monotonic(), 0.02
    while not made():
        owner = next(iter(reversed(list(_owners(path)))), None)
        if owner is None:
            lock = Lock.take(path, path)
        else:
            if (owner.path, owner.beat) != last_seen:
                last_seen, since = (owner.path, owner.beat), time.monotonic()
            dead = owner.has_ended or time.monotonic() - since > LIMIT
            lock = Lock.take(path, owner.next) if dead else None
        if lock is not None:
            return lock
        waiting()
        time.sleep(pause)
        pause = min(2 * pause, 0.5)
    return None


@dataclass(frozen=True)
class Owner:
    """Who holds a lock, and when it was last heard of, by the clock of the file system. first: the
    lock that all ask for; path: this owner's, which may have taken the place of others."""

    first: Path
    path: Path
    beat: int
    host: str
    pid: int
    id: str

    @property
    def next(self) -> Path:
        """The lock that takes this one's place. It bears its id, so that of several processes
        which find the owner dead one alone makes it, and a lock that is alive is never touched."""
        return self.first.with_name(f"{self.first.name}-{self.id}")

    @property
    def has_ended(self) -> bool:
        """Whether it was a process of this machine that is no more."""
        import psutil

        if self.host != platform.node():
            return False
        try:
            return bool(psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return True
        except (psutil.Error, ValueError, OverflowError):  # no process ever had such a number
            return False


def _owners(first: Path) -> Iterator[Owner]:
    """The owner of a lock, then those that took its place, the one that holds it last."""
    path = first
    while (owner := _read(first, path)) is not None:
        yield owner
        path = owner.next


def _read(first: Path, path: Path) -> Owner | None:
    try:
        beat, written = path.stat().st_mtime_ns, path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        told = json.loads(written)
        its_id = bytes.fromhex(told["id"]).hex()  # a part of a file's name
        return Owner(first, path, beat, str(told["host"]), int(told["pid"]), its_id)
    except (ValueError, TypeError, KeyError, OverflowError):  # half written, or damaged
        return Owner(first, path, beat, "", 0, "unknown")


@dataclass(frozen=True)
class Lock:
    """A lock that this process holds, with the thread of its heartbeat."""

    first: Path
    path: Path
    file: int
    ended: threading.Event
    beats: threading.Thread

    @classmethod
    def take(cls, first: Path, path: Path) -> Lock | None:
        """Makes the lock; None where another process was quicker."""
        with disk_trouble(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
            except FileExistsError:
                return None
            owner = {"host": platform.node(), "pid": os.getpid(), "id": secrets.token_hex(8)}
            try:
                os.write(file, json.dumps(owner).encode())
            except BaseException:
                os.close(file)
                path.unlink()
                raise
        ended = threading.Event()
        beats = threading.Thread(target=_beat, args=(file, ended), name=str(path), daemon=True)
        beats.start()
        return cls(first, path, file, ended, beats)

    def release(self) -> None:
        """Lets go of the lock, and of those whose place it took."""
        self.ended.set()
        self.beats.join()
        mine = os.fstat(self.file).st_ino
        os.close(self.file)
        with contextlib.suppress(OSError):
            if self.path.stat().st_ino == mine:
                owners = [owner.path for owner in _owners(self.first)]
                before = owners[: owners.index(self.path)] if self.path in owners else []
                for path in (*before, self.path):
                    path.unlink()


def _beat(file: int, ended: threading.Event) -> None:
    while not ended.wait(BEAT):
        with contextlib.suppress(OSError):
            os.utime(file)
