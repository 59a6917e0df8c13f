"""A child process that calls functions, with a deadline and a memory limit."""

from __future__ import annotations

import contextlib
import itertools
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Pipe
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from tscbench.processes.serve import pickled
from tscbench.processes.tree import GRACE, MARK, descendants, end, family, start

STARTS = 60.0
"""Seconds in which a fresh interpreter must be there."""

LOOKS = 0.25
"""Seconds between two looks at a child that says nothing."""

SAYS = 0.1
"""Seconds in which a child prints where it is."""

FROM_OUTSIDE = {signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGTERM}
"""Signals that others send; those left over are a process's own crash."""

_NUMBERS = itertools.count()


@dataclass(frozen=True)
class Limits:
    """What a call may take. seconds: since it began or last told something; memory: bytes of the
    child with all that it has started; None: any amount."""

    seconds: float | None = None
    memory: int | None = None


class Ended(Exception):
    """A child that ended, or was ended, before it answered. status: "timeout", "oom", "killed" from
    outside, or "failed": by itself. Its text says what it did: "ended the process by SIGABRT"."""

    def __init__(self, status: str, said: str) -> None:
        super().__init__(said)
        self.status = status


def nothing(told: Any) -> None:
    """Takes no note of what is told."""


class Child:
    """A process that calls functions, one at a time; a context that ends it.

    environment: variables that it has beside ours. output: where it prints, by default nowhere. It
    ends by itself where it is not called for `IDLE` seconds.
    """

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        output: int | IO[bytes] = subprocess.DEVNULL,
    ) -> None:
        self.mark = f"{family(os.getpid())}.{next(_NUMBERS)}"
        self._line, theirs = Pipe()
        serve = "from tscbench.processes.serve import serve; serve()"
        own = {**(environment or {}), MARK: self.mark}
        with theirs:
            self._process = start(serve, theirs.fileno(), environment=own, output=output)
        self._ready = False
        self.used = time.monotonic()

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    @property
    def idle(self) -> float:
        """Seconds since it has answered."""
        return time.monotonic() - self.used

    def call(
        self,
        function: Callable[..., Any],
        *given: Any,
        limits: Limits = Limits(),  # noqa: B008  frozen
        tell: Callable[[Any], None] = nothing,
    ) -> Any:
        """What a function returns there, or raises. It may `tell` something meanwhile, which is
        handed on, and its time begins anew.

        Raises:
            Ended: the child is no more.
        """
        killed_before = _killed_by_kernel()
        try:
            if not self._ready:
                self._received(Limits(STARTS), nothing)
                self._ready = True
            asked = pickled((function, given)), limits.memory, sys.path
            with contextlib.suppress(OSError):  # that it has ended is found below
                self._line.send_bytes(pickle.dumps(asked))
            how, value = self._received(limits, tell)
        except EOFError:
            raise self._gone(killed_before) from None
        except BaseException:
            self.end()
            raise
        self.used = time.monotonic()
        if how == "raised":
            raise value
        return value

    def end(self) -> None:
        """Ends it with all that it has started."""
        end(self._process.pid, self.mark)
        self._process.wait()
        with contextlib.suppress(OSError):
            self._line.close()

    def _received(self, limits: Limits, tell: Callable[[Any], None]) -> tuple[str, Any]:
        """The next word that is not merely told.

        Raises:
            EOFError: the child is gone.
            Ended: it has used up what it was given.
        """
        since = time.monotonic()
        while True:
            left = LOOKS
            if limits.seconds is not None:
                left = min(left, since + limits.seconds - time.monotonic())
            try:
                if self._line.poll(max(left, 0.0)):
                    how, value = pickle.loads(self._line.recv_bytes())
                    if how != "told":
                        return how, value
                    tell(value)
                    since = time.monotonic()
                    continue
            except OSError:
                raise EOFError from None
            if not self.alive:
                raise EOFError
            if left <= 0:
                self._say_where()
                raise Ended("timeout", f"did not end within {limits.seconds:g} s")
            if limits.memory is not None and (used := self._memory()) > limits.memory:
                said = f"took {_size(used)} of memory, and may take {_size(limits.memory)}"
                raise Ended("oom", said)

    def _say_where(self) -> None:
        """Has it print the line that it is at."""
        with contextlib.suppress(OSError):
            self._process.send_signal(signal.SIGUSR1 if self._ready else 0)
            time.sleep(SAYS)

    def _memory(self) -> int:
        """Bytes that it has in memory now, with its descendants."""
        import psutil

        used = 0
        for process in descendants(self._process.pid):
            with contextlib.suppress(psutil.Error):
                used += process.memory_info().rss
        return used

    def _gone(self, killed_before: int) -> Ended:
        """How it has ended by itself, or was ended from outside."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE)
        self.end()
        code = self._process.returncode
        if code >= 0:
            return Ended("failed", f"ended the process with exit code {code}")
        name = signal.Signals(-code).name
        if -code not in FROM_OUTSIDE:
            return Ended("failed", f"ended the process by {name}")
        if -code == signal.SIGKILL and _killed_by_kernel() > killed_before:
            return Ended("oom", "was ended by the system, as memory had run out")
        return Ended("killed", f"was ended from outside, by {name}")


def _size(n: int) -> str:
    return f"{n / (1 << 30):.2g} GiB" if n >= 1 << 30 else f"{n / (1 << 20):.3g} MiB"


def _killed_by_kernel() -> int:
    """Processes that the system has ended so far for want of memory; 0 where it does not say."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/vmstat").read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0
