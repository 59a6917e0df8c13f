"""The number of threads that a step may compute with, for whatever has to be told it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_GRANTED: ContextVar[int] = ContextVar("granted", default=1)


def n_threads() -> int:
    """The threads that the step at work was given; outside of steps one."""
    return _GRANTED.get()


@contextmanager
def granted(n: int) -> Iterator[None]:
    """Within, steps have n threads."""
    before = _GRANTED.set(n)
    try:
        yield
    finally:
        _GRANTED.reset(before)
