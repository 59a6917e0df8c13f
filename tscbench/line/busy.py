"""How many threads a step keeps busy."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

LEAST = 0.5
"""Seconds of computing of a step below which nothing is said of it."""

MARGIN = 1.25
"""Threads that may be busy for each that was given: measuring is not exact."""

_ON: list[bool] = []


@dataclass
class Busy:
    """Threads that were busy, on average; 0 where that is not known."""

    threads: float = 0.0

    def beyond(self, n: int) -> float | None:
        """The threads where there are more than n; else None."""
        return round(self.threads, 1) if self.threads > MARGIN * n else None


def watch_steps() -> None:
    """From now on this process watches its steps: it does one at a time."""
    _ON[:] = [True]


@contextlib.contextmanager
def step_watched() -> Iterator[Busy]:
    """What is busy within, where this process watches its steps and it takes long enough to say."""
    if not _ON:
        yield Busy()
        return
    with watched(LEAST) as busy:
        yield busy


@contextlib.contextmanager
def watched(least: float) -> Iterator[Busy]:
    """What is busy within, known at the end if that computes for `least` seconds.

    Seconds of computing in a second tell it where cores are free. Where others want them too, what
    each thread computed does: two that share the work alike are two, however slow they were.
    """
    busy, before = Busy(), _by_thread()
    start, computed = time.perf_counter(), time.process_time()
    try:
        yield busy
    finally:
        seconds, computed = time.perf_counter() - start, time.process_time() - computed
        if computed >= least:
            busy.threads = max(computed / seconds, _shared(before, computed))


def _shared(before: dict[int, float], computed: float) -> float:
    """Among how many threads the work was shared, as many as the busiest one's part goes into it.
    Those that have ended count as one. On a GPU a thread of its own hands out work by turns."""
    torch = sys.modules.get("torch")
    if torch and torch.cuda.is_initialized():
        return 0.0
    parts = [seconds - before.get(thread, 0.0) for thread, seconds in _by_thread().items()]
    parts.append(computed - sum(parts))
    return computed / max(parts)


def _by_thread() -> dict[int, float]:
    """Seconds that each thread of this process has computed so far; empty where nobody tells."""
    import psutil

    try:
        return {t.id: t.user_time + t.system_time for t in psutil.Process().threads()}
    except psutil.Error:
        return {}
