"""What is done to a panel: ticks in equal ratios, and names beside their points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Bbox

from tscbench.report.figures.style import PAPER, PX
from tscbench.report.figures.texts import text_width
from tscbench.report.quantities import compact

AROUND = [
    (dx, dy, side)
    for dy in (-4, 6, -14)
    for dx, side in ((7, "left"), (-7, "right"), (0, "center"))
    if side != "center" or dy != -4
]
"""Where a name begins, ends or has its middle: pixels from its point, the best place first."""


def ticks(axis: Axis, unit: str = "", at: Iterable[float] = ()) -> None:
    """Round numbers on a logarithmic axis of what is drawn; or those of the values `at` that have
    room on a level one, the last first."""
    low, high = axis.get_view_interval()
    kept: list[float] = []
    place = axis.axes.transData.transform
    for value in sorted(at, reverse=True):
        wide = [text_width(compact(one) + unit) for one in (value, *kept[-1:])]
        if not kept or place((kept[-1], 1))[0] - place((value, 1))[0] >= max(24, sum(wide) / 2 + 6):
            kept.append(value)
    decades = 0 if kept else np.log10(high / low)
    logs = LogLocator(subs=(1, 2, 5) if decades < 2 else (1,), numticks=5)
    rounded = logs if decades > 0.7 else MaxNLocator(5)
    axis.set_major_locator(FixedLocator(kept) if kept else rounded)
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(lambda value, _: compact(value) + unit)


def in_ratios(values: pd.Series) -> tuple[float, float]:
    """Limits of a logarithmic axis that hold all values, which are positive."""
    low, high = float(values.min()), float(values.max())
    off = (high / low) ** 0.08 if high > low else 2
    return low / off, high * off


def corners(x: Sequence[float], y: Sequence[float]) -> np.ndarray:
    """The corners of steps that keep each y up to the next x: (2 n - 1, 2)."""
    return np.column_stack([np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]])


def label(
    axes: Axes,
    wanted: Iterable[tuple[float, float, str]],
    marks: Iterable[tuple[float, float]],
    lines: Iterable[np.ndarray],
) -> None:
    """Names beside their points, where there is room: the first choose first, and those without
    room are left out. Names keep off marks, and off lines: corners, each (n, 2), of level and
    upright ones."""
    place = axes.transData.transform
    full = [Bbox.from_extents(x - 5, y - 5, x + 5, y + 5) for x, y in map(place, marks)]
    for line in map(place, lines):
        full += [Bbox([np.minimum(a, b) - 1, np.maximum(a, b) + 1]) for a, b in zip(line, line[1:])]
    halo = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5, "alpha": 0.75}
    for x, y, name in wanted:
        for dx, dy, side in AROUND:
            wide, at = text_width(name), place((x, y))
            left = at[0] + dx - wide * {"left": 0, "center": 0.5, "right": 1}[side]
            room = Bbox.from_extents(left, at[1] + dy - 3, left + wide, at[1] + dy + 10)
            inside = axes.bbox.contains(*room.min) and axes.bbox.contains(*room.max)
            if inside and not room.count_overlaps(full):
                off = (dx * PX, dy * PX)
                axes.annotate(name, (x, y), off, textcoords="offset points", ha=side, bbox=halo)
                full.append(room)
                break
