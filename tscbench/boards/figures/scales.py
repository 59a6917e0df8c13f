"""Scales: values to pixels, and the round numbers that people read off an axis."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

ACROSS, UP = 48.0, 36.0
"""About how many pixels lie between the ticks of a level and an upright axis."""


@dataclass(frozen=True)
class Scale:
    """Values low … high lie on pixels start … end, in equal steps or in equal ratios (log).

    at: values that have a tick; without any the scale finds round ones. unit: follows each number.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False
    at: tuple[float, ...] = ()
    unit: str = ""

    @property
    def apart(self) -> float:
        """Pixels between ticks; upright axes start at the bottom, where pixels are largest."""
        return ACROSS if self.start < self.end else UP

    def __call__(self, value: float) -> float:
        low, high, here = self.low, self.high, value
        if self.log:
            low, high, here = math.log10(low), math.log10(high), math.log10(value)
        return self.start + (self.end - self.start) * (here - low) / (high - low)

    def ticks(self) -> list[tuple[float, str]]:
        """Values within the scale with their labels, in order."""
        n = max(2, int(abs(self.end - self.start) / self.apart))
        if self.at:
            return [(value, compact(value) + self.unit) for value in self._spaced()]
        values = log_ticks(self.low, self.high, n) if self.log else []
        if len(values) >= 2:
            return [(value, compact(value) + self.unit) for value in values]
        step, values = self._round(n)
        while len(values) < 2:
            n += 1
            step, values = self._round(n)
        digits = next((d for d in range(12) if math.isclose(round(step, d), step)), 12)
        if max(map(abs, values), default=0) >= 10_000:
            return [(value, compact(value) + self.unit) for value in values]
        return [(value, f"{value + 0.0:.{digits}f}{self.unit}") for value in values]

    def _round(self, n: int) -> tuple[float, list[float]]:
        """A step that cuts the scale into at most n parts, and its multiples within."""
        step = nice_step(self.high - self.low, n)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return step, [k * step for k in range(first, last + 1)]

    def _spaced(self) -> list[float]:
        """Those of `at` that are far enough from each other, both ends first."""
        within = sorted(value for value in self.at if self.low <= value <= self.high)
        kept: list[float] = []
        for value in [*within[:1], *within[-1:], *within[1:-1]]:
            if all(abs(self(value) - self(other)) >= self.apart / 2 for other in kept):
                kept.append(value)
        return sorted(kept)


def scale(
    values: Iterable[float],
    start: float,
    end: float,
    *,
    log: bool = False,
    pad: float = 0.06,
    at: Iterable[float] = (),
    unit: str = "",
) -> Scale:
    """The scale that holds all values that are finite (log: positive), `pad` of its length free at
    either end; a single value lies in the middle."""
    sound = [v for v in map(float, values) if math.isfinite(v) and (v > 0 or not log)]
    low, high = (min(sound), max(sound)) if sound else (1.0, 2.0)
    if log:
        low, high = math.log10(low), math.log10(high)
    span = high - low
    if span <= 1e-9 * max(1.0, abs(low)):
        span = 0.6 if log else 0.2 * abs(low) or 1.0
        low, high = low - span / 2, high + span / 2
    low, high = low - pad * span, high + pad * span
    if log:
        low, high = 10**low, 10**high
    return Scale(low, high, start, end, log, tuple(at), unit)


def nice_step(span: float, n: int) -> float:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that cuts a span into at most n parts.

    >>> nice_step(0.23, 5), nice_step(100, 4)
    (0.05, 25.0)
    """
    power = 10.0 ** math.floor(math.log10(span / n))
    steps = (factor * power for factor in (1, 2, 2.5, 5, 10, 20))
    return next(step for step in steps if span / step <= n + 1e-9)


def log_ticks(low: float, high: float, n: int) -> list[float]:
    """About n of the powers of ten within low … high; of few decades 1, 2 and 5 times or 1 and 3
    times them.

    >>> log_ticks(0.9, 12_000, 5), log_ticks(8, 130, 6)
    ([1.0, 10.0, 100.0, 1000.0, 10000.0], [10.0, 20.0, 50.0, 100.0])
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    every = max(1, math.ceil((math.log10(high) - math.log10(low)) / n))
    for factors in ((1, 2, 5), (1, 3), (1,)):
        powers = range(first, last + 1)
        found = [f * 10.0**k for k in powers for f in factors if k % every == 0 or f > 1]
        found = [value for value in found if low <= value <= high]
        if len(found) <= n + 1:
            return found
    return found


def compact(value: float) -> str:
    """A number in at most three significant digits, with k, M or G for thousands and more.

    >>> compact(1500), compact(3e6), compact(0.05), compact(336.2), compact(0)
    ('1.5k', '3M', '0.05', '336', '0')
    """
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit * 0.9995:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.3g}"


def amount(value: float) -> str:
    """A number before a unit of its own.

    >>> amount(1e6) + "B", amount(900) + "B"
    ('1 MB', '900 B')
    """
    text = compact(value)
    return f"{text[:-1]} {text[-1]}" if text[-1].isalpha() else f"{text} "


def times(value: float) -> str:
    """A multiple.

    >>> times(336.2), times(4.04)
    ('336×', '4×')
    """
    return f"{compact(round(value, 0 if value >= 10 else 1))}×"
