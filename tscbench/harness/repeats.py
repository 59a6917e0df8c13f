"""Rounds: several calls measured in turn, so that whatever drifts meets all of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np

from tscbench.contracts.types import Array

Call: TypeAlias = Callable[[], Any]
Name = TypeVar("Name")

AGREE = 0.10
"""Rounds agree when the slowest takes at most this share longer than the quickest."""

OWN_SHARE = 0.95
"""Least share of a core that an undisturbed thread has in three repeats of four."""

OTHERS_SHARE = 0.10
"""Most of the machine's cores that other processes may have beside a measurement."""

DRIFT = 0.10
"""Most that the quartiles of the reference kernel's repeats may lie apart, by their median."""


@dataclass(frozen=True)
class Protocol:
    """How thoroughly a pass measures.

    batches: rows in a call. repeats: turns that each call has, of at least `least_seconds`, after
    warming up for at most `warm_seconds`. bare: whether the library's own model is timed too.
    """

    batches: tuple[int, ...] = (1, 1_000, 30_000)
    repeats: int = 9
    least_seconds: float = 0.02
    warm_seconds: float = 1.0
    bare: bool = True
    threads: int = 1


SHORT = Protocol((1, 1_000), repeats=5, least_seconds=0.003, warm_seconds=0.05, bare=False)
"""A first look, in seconds."""


def _others() -> float:
    """CPU seconds that everything but this process has had since the machine was started."""
    import psutil

    spent = psutil.cpu_times()
    idle = spent.idle + getattr(spent, "iowait", 0.0)
    twice = getattr(spent, "guest", 0.0) + getattr(spent, "guest_nice", 0.0)
    return float(sum(spent) - idle - twice) - time.process_time()


@dataclass(frozen=True)
class Clock:
    """Seconds that have passed, those that this thread had a core, and CPU seconds of others."""

    wall: Callable[[], float] = time.perf_counter
    own: Callable[[], float] = time.thread_time
    others: Callable[[], float] = _others


@dataclass(frozen=True)
class Repeat:
    """Seconds for each call of a round, and the share of them that the thread had a core."""

    seconds: float
    share: float


@dataclass(frozen=True)
class Turns:
    """What turns came to: each name's repeats, in order, and the cores that others had then."""

    repeats: Mapping[Any, list[Repeat]]
    others: float

    def seconds(self, name: Any) -> Array:
        """Seconds for each call, `(repeats,)`."""
        return np.array([each.seconds for each in self.repeats[name]])


def one_repeat(call: Call, least: float, clock: Clock) -> Repeat:
    """Calls until `least` seconds have passed."""
    start, own = clock.wall(), clock.own()
    n, passed = 0, 0.0
    while passed < least:
        call()
        n += 1
        passed = clock.wall() - start
    return Repeat(passed / n, (clock.own() - own) / passed)


def warm_up(call: Call, least: float, most: float, clock: Clock) -> int:
    """Rounds until the last three agree or `most` seconds have passed; returns how many."""
    start = clock.wall()
    taken: list[float] = []
    while True:
        taken.append(one_repeat(call, least, clock).seconds)
        last = taken[-3:]
        if len(last) == 3 and max(last) <= (1 + AGREE) * min(last):
            return len(taken)
        if clock.wall() - start >= most:
            return len(taken)


def take_turns(calls: Mapping[Name, Sequence[Call]], n: int, least: float, clock: Clock) -> Turns:
    """n repeats; in each, every name has its turn, with the call of that repeat (over again, where
    there are fewer)."""
    repeats: dict[Name, list[Repeat]] = {name: [] for name in calls}
    start, others = clock.wall(), clock.others()
    for nth in range(n):
        for name, of_repeat in calls.items():
            repeats[name].append(one_repeat(of_repeat[nth % len(of_repeat)], least, clock))
    passed = clock.wall() - start
    return Turns(repeats, max(0.0, clock.others() - others) / passed)


def disturbed(turns: Turns, reference: Any, cores: int) -> str:
    """Why nothing that was measured in these turns should be trusted; empty where it may be."""
    if turns.others > OTHERS_SHARE * cores:
        return f"other processes had {turns.others:.1f} of {cores} cores"
    low, middle, high = quartiles(turns.seconds(reference))
    if high - low > DRIFT * middle:
        return f"the reference kernel's quartiles lay {(high - low) / middle:.0%} apart"
    return ""


def interrupted(repeats: Sequence[Repeat]) -> str:
    """Why these repeats alone should not be trusted; empty where they may be."""
    low = float(np.quantile([each.share for each in repeats], 0.25))
    return f"its thread had {low:.0%} of a core" if low < OWN_SHARE else ""


def quartiles(values: Array) -> tuple[float, float, float]:
    """The lower quartile, the median and the upper quartile."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return float(low), float(middle), float(high)
