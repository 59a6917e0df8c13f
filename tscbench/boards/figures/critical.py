"""Average ranks, and which of them a critical difference keeps apart: Demšar's diagram.

Demšar, 2006, Statistical comparisons of classifiers over multiple data sets, figure 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from tscbench.boards.figures.drawing import mark, path, shortened, text_width
from tscbench.boards.figures.drawing import words as write
from tscbench.boards.figures.layout import EDGE, WIDTH, Sheet, nothing
from tscbench.boards.figures.scales import Scale

ROW = 18.0
BAR = 7.0


def cliques(ranks: Mapping[str, float], difference: float) -> list[tuple[float, float]]:
    """The first and last rank of each largest group whose ranks all lie within the critical
    difference of each other; groups of one are left out."""
    values = sorted(ranks.values())
    found: list[tuple[float, float]] = []
    for k, low in enumerate(values):
        high = max(value for value in values if value - low <= difference)
        size = sum(low <= value <= high for value in values[k:])
        if size > 1 and not (found and found[-1][1] >= high):
            found.append((low, high))
    return found


def critical_difference(
    ranks: Mapping[str, float],
    difference: float,
    *,
    datasets: int = 0,
    width: float = WIDTH,
    title: str = "Average ranks",
) -> str:
    """Methods on an axis of average ranks, the best (1) at the right; a bar joins those that are
    less than the critical difference apart.

    ranks: average rank of each method. difference: as Nemenyi's test has it, in ranks. datasets:
    how many the ranks are means over, for the caption.
    """
    if not ranks:
        return nothing(title, "no method has a rank", width)
    sheet = Sheet(width, title)
    over = f" over {datasets} datasets" if datasets else ""
    sheet.heading(
        f"1 is best; mean{over}. A bar joins methods that a critical difference of "
        f"{difference:.2f} does not keep apart."
    )
    order = sorted(ranks, key=lambda name: (ranks[name], name))
    last = max(2, math.ceil(max(ranks.values())))
    (_upright if width < 560 else _level)(sheet, order, ranks, last, difference)
    if len(ranks) == 1:
        sheet.notes.append("One method only: nothing to compare it with.")
    said = "; ".join(f"{name} {ranks[name]:.2f}" for name in order)
    return sheet.svg(
        f"Average ranks{over}, best first: {said}. Critical difference {difference:.2f}."
    )


def _level(
    sheet: Sheet, order: list[str], ranks: Mapping[str, float], last: int, difference: float
) -> None:
    """As published: names at both sides, each on an elbow from its rank, the better half right."""
    widest = max(text_width(name) for name in order) + 46
    side = min(widest, 0.32 * sheet.width)
    x = Scale(last, 1, EDGE + side, sheet.width - EDGE - side)
    sheet.y += 22
    _ruler(sheet, x, last, difference)
    axis = sheet.y
    groups = cliques(ranks, difference)
    top = axis + 26 + BAR * len(groups)
    half = (len(order) + 1) // 2
    for k, name in enumerate(order):
        right = k < half
        y = top + ROW * (k if right else len(order) - 1 - k)
        edge, place = sheet.width - EDGE if right else EDGE, x(ranks[name])
        sheet.parts.append(path([(place, axis), (place, y), (edge, y)], "fig-quiet fig-thin"))
        said = f"{shortened(name, side - 46)}  {ranks[name]:.2f}"
        anchor = "end" if right else "start"
        sheet.parts.append(write(edge, y - 4, said, "fig-ink fig-halo", anchor, name))
    for k, (low, high) in enumerate(groups):
        y = axis + 10 + BAR * k
        sheet.parts.append(path([(x(high) - 3, y), (x(low) + 3, y)], "fig-0 fig-thick"))
    sheet.y = top + ROW * (half - 1) + 4


def _upright(
    sheet: Sheet, order: list[str], ranks: Mapping[str, float], last: int, difference: float
) -> None:
    """For a narrow sheet: a name a row, the best first, bars beside those that belong together."""
    groups = cliques(ranks, difference)
    room = min(max(text_width(name) for name in order), 0.5 * sheet.width)
    bars = EDGE + room + 12
    x = Scale(last, 1, bars + BAR * len(groups) + 16, sheet.width - EDGE - 40)
    sheet.y += 14
    _ruler(sheet, x, last, difference)
    top = sheet.y + 16
    for k, name in enumerate(order):
        y, place = top + ROW * k, x(ranks[name])
        said = shortened(name, room)
        sheet.parts.append(write(EDGE + room, y + 4, said, "fig-ink", "end", name))
        sheet.parts.append(path([(x(last), y), (x(1), y)], "fig-rule fig-thin"))
        sheet.parts.append(mark("circle", place, y, "fig-0 fig-fill", name))
        sheet.parts.append(write(place + 7, y + 4, f"{ranks[name]:.2f}", "fig-ink fig-halo"))
    for k, (low, high) in enumerate(groups):
        rows = [i for i, name in enumerate(order) if low <= ranks[name] <= high]
        ends = [(bars + BAR * k, top + ROW * row + d) for row, d in ((rows[0], -5), (rows[-1], 5))]
        sheet.parts.append(path(ends, "fig-0 fig-thick"))
    sheet.y = top + ROW * (len(order) - 1) + 6


def _ruler(sheet: Sheet, x: Scale, last: int, difference: float) -> None:
    """The axis of ranks, and above it the critical difference to scale."""
    wide = min(abs(x(1 + difference) - x(1)), abs(x(last) - x(1)))
    y = sheet.y
    left = x(last)
    ends = [(left, y - 3), (left, y + 3)], [(left + wide, y - 3), (left + wide, y + 3)]
    for line in ([(left, y), (left + wide, y)], *ends):
        sheet.parts.append(path(line, "fig-ink fig-thin"))
    sheet.parts.append(write(left + wide + 6, y + 4, f"CD {difference:.2f}", "fig-ink"))
    sheet.y += 34
    sheet.parts.append(path([(x(last), sheet.y), (x(1), sheet.y)], "fig-ink fig-thin"))
    every = max(1, math.ceil(28 * last / abs(x(last) - x(1))))
    for rank in range(1, last + 1):
        tall = 5 if (rank - 1) % every == 0 else 3
        sheet.parts.append(
            path([(x(rank), sheet.y), (x(rank), sheet.y - tall)], "fig-ink fig-thin")
        )
        if tall == 5:
            sheet.parts.append(write(x(rank), sheet.y - 9, str(rank), "fig-quiet", "middle"))
