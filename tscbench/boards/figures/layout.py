"""A figure's sheet: heading, legend, panels with their axes, labels that keep clear, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tscbench.boards.figures.drawing import (
    STYLE,
    Point,
    element,
    escaped,
    mark,
    path,
    shortened,
    text_width,
    words,
    wrapped,
)
from tscbench.boards.figures.scales import Scale

WIDTH = 720
"""Pixels across a figure for a page; for a phone 390 is right: panels then stand in one column."""

LINE = 16.0
EDGE = 12.0

Box: TypeAlias = tuple[float, float, float, float]
"""left, top, right, bottom."""


@dataclass
class Sheet:
    """A figure that grows downwards. y: where there is room; parts: markup drawn so far."""

    width: float
    title: str
    y: float = EDGE
    parts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def heading(self, below: str = "") -> None:
        """The title, and under it in a quiet voice what the axes or marks are."""
        for line in wrapped(self.title, self.width - 2 * EDGE, 14.5):
            self.y += LINE
            self.parts.append(words(EDGE, self.y, line, "fig-ink fig-title"))
        for line in wrapped(below, self.width - 2 * EDGE):
            self.y += LINE
            self.parts.append(words(EDGE, self.y, line, "fig-quiet"))
        self.y += 6

    def section(self, title: str) -> None:
        """A heading for the panels that follow."""
        self.y += LINE + 6
        self.parts.append(words(EDGE, self.y, title, "fig-quiet fig-name"))
        self.y += 4

    def legend(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """A line of (shape, look, text), as many lines as it takes; shape "line" is a stroke."""
        x = EDGE
        self.y += LINE
        for shape, look, text in entries:
            wide = 18 + text_width(text) + 14
            if x > EDGE and x + wide > self.width - EDGE:
                x, self.y = EDGE, self.y + LINE
            middle = self.y - 4
            if shape == "line":
                self.parts.append(path([(x, middle), (x + 13, middle)], look))
            else:
                self.parts.append(mark(shape, x + 6, middle, look))
            for k, line in enumerate(wrapped(text, self.width - 2 * EDGE - 18)):
                self.y += LINE * (k > 0)
                self.parts.append(words(x + 18, self.y, line))
            x += wide
        self.y += 6

    def grid(
        self, n: int, *, least: float, height: float, left: float, right: float, bottom: float = 34
    ) -> list[Box]:
        """Room for the plots of n panels, each at least so wide with its margins; there is a line
        above each one for its name, and below what its axis takes."""
        columns = max(1, min(n, int((self.width - 2 * EDGE) // least)))
        if columns > 2 and n % columns:  # no lonely panel in the last row
            columns = next((c for c in (columns, columns - 1) if n % c != 1), columns)
        across = (self.width - 2 * EDGE) / columns
        boxes = []
        for k in range(n):
            x, y = EDGE + (k % columns) * across, self.y + (k // columns) * (24 + height + bottom)
            boxes.append((x + left, y + 24, x + across - right, y + 24 + height))
        self.y += -(-n // columns) * (24 + height + bottom)
        return boxes

    def svg(self, description: str) -> str:
        """The whole figure. description: what it shows, for who cannot see it."""
        self.y += 2
        for note in self.notes:
            for line in wrapped(note, self.width - 2 * EDGE):
                self.y += LINE
                self.parts.append(words(EDGE, self.y, line, "fig-quiet"))
        width, height = float(self.width), float(round(self.y + EDGE))
        size = {"viewBox": f"0 0 {width:.0f} {height:.0f}", "width": width, "height": height}
        top = {"xmlns": "http://www.w3.org/2000/svg", **size, "class": "fig", "role": "img"}
        paper = {"class": "fig-paper", "width": width, "height": height}
        return element(
            "svg",
            top,
            element("title", {}, escaped(self.title)),
            element("desc", {}, escaped(description)),
            element("style", {}, STYLE),
            element("rect", paper),
            *(f"\n{part}" for part in self.parts),
            "\n",
        )


def nothing(title: str, why: str, width: float) -> str:
    """The figure of no data, which says so."""
    sheet = Sheet(width, title)
    sheet.heading()
    sheet.notes.append(f"Nothing to draw: {why}.")
    return sheet.svg(f"Nothing to draw: {why}.")


def axes(box: Box, x: Scale, y: Scale, name: str, x_label: str, y_label: str) -> list[str]:
    """A panel's name with the label of its upright axis, ticks with quiet lines across, and the
    label of the level axis."""
    left, top, right, bottom = box
    said = shortened(name, right - left, 13.5)
    parts = [words(left, top - 10, said, "fig-ink fig-name", more=name if said != name else "")]
    beside = text_width(said, 13.5) + 10 if said else 0
    label = shortened(y_label, right + EDGE - left - beside)
    if label == y_label or len(label) > 3:
        more = y_label if label != y_label else ""
        parts.append(words(left + beside, top - 10, label, "fig-quiet", more=more))
    for value, label in y.ticks():
        parts.append(path([(left, y(value)), (right, y(value))], "fig-rule fig-thin"))
        parts.append(words(left - 6, y(value) + 4, label, "fig-quiet", "end"))
    for value, label in x.ticks():
        parts.append(path([(x(value), bottom), (x(value), bottom + 4)], "fig-quiet fig-thin"))
        parts.append(words(x(value), bottom + 15, label, "fig-quiet", "middle"))
    parts.append(path([(left, bottom), (right, bottom)], "fig-quiet fig-thin"))
    if x_label:
        parts.append(words(right, bottom + 29, x_label, "fig-quiet", "end"))
    return parts


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as can be to those wanted, in the same order, at least `gap` apart and within
    low … high; closer together where there is no room.

    Least squares: less k·gap each, the places are a sequence that must not decrease, and
    neighbours that would are pooled.
    """
    n = len(wanted)
    gap = min(gap, (high - low) / (n - 1)) if n > 1 else gap
    order = sorted(range(n), key=lambda k: (wanted[k], k))
    pools: list[tuple[float, int]] = []
    for place, k in enumerate(order):
        mean, size = wanted[k] - place * gap, 1
        while pools and pools[-1][0] > mean:
            other, count = pools.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        pools.append((mean, size))
    level = [mean for mean, size in pools for _ in range(size)]
    found = [0.0] * n
    for place, k in enumerate(order):
        base = min(max(level[place], low), high - (n - 1) * gap)
        found[k] = base + place * gap
    return found


def keeping_clear(
    wanted: Sequence[tuple[float, float, str]],
    taken: Iterable[Box],
    within: Box,
    *,
    better_not: Sequence[Box] = (),
    size: float = 11,
) -> list[tuple[float, float, str] | None]:
    """Where labels of points may stand: x, baseline and anchor of a place around each point that
    meets no other label and nothing taken, has its own point nearest, and meets as few as can be of
    what it had better not; None where there is no such place."""
    full = list(taken)
    found: list[tuple[float, float, str] | None] = []
    for x, y, text in wanted:
        wide = text_width(text, size)
        spots: list[tuple[int, int, Box]] = []
        for k, (dx, dy, anchor) in enumerate(_AROUND):
            start = x + dx - wide * {"start": 0, "middle": 0.5, "end": 1}[anchor]
            room = (start, y + dy - size + 1, start + wide, y + dy + 2)
            clear = _inside(room, within) and not any(_meet(room, other) for other in full)
            if clear and all(_far(room, x, y) <= _far(room, a, b) for a, b, _ in wanted):
                spots.append((sum(_meet(room, other) for other in better_not), k, room))
        if spots:
            _, k, room = min(spots)
            full.append(room)
            found.append((x + _AROUND[k][0], y + _AROUND[k][1], _AROUND[k][2]))
        else:
            found.append(None)
    return found


def labels(
    wanted: Sequence[tuple[float, float, str]],
    taken: Iterable[Box],
    within: Box,
    *,
    better_not: Sequence[Box] = (),
) -> list[str]:
    """Labels where `keeping_clear` finds room, the farther ones on a thin line; the first of those
    wanted choose first, and those without room are left out."""
    parts = []
    spots = keeping_clear(wanted, taken, within, better_not=better_not)
    for (x, y, text), spot in zip(wanted, spots, strict=True):
        if spot is None:
            continue
        if abs(spot[1] - y) > 18:
            end = spot[1] + 3 if spot[1] < y else spot[1] - 9
            parts.append(path([(x, y), (spot[0], end)], "fig-quiet fig-thin fig-faint"))
        parts.append(words(spot[0], spot[1], text, "fig-ink fig-halo", spot[2]))
    return parts


def along(points: Sequence[Point], wide: float = 1.5) -> list[Box]:
    """The room that straight level and upright lines through points take."""
    pairs = zip(points, points[1:], strict=False)
    return [
        (min(a, c) - wide, min(b, d) - wide, max(a, c) + wide, max(b, d) + wide)
        for (a, b), (c, d) in pairs
    ]


def around(x: float, y: float, r: float = 5.0) -> Box:
    """The room that a mark takes."""
    return (x - r, y - r, x + r, y + r)


_AROUND = [
    (8.0, 4.0, "start"),
    (7.0, -6.0, "start"),
    (-8.0, 4.0, "end"),
    (-7.0, -6.0, "end"),
    (7.0, 14.0, "start"),
    (0.0, -9.0, "middle"),
    (-7.0, 14.0, "end"),
    (0.0, 17.0, "middle"),
    (4.0, -19.0, "start"),
    (-4.0, -19.0, "end"),
    (-4.0, 27.0, "end"),
    (4.0, 27.0, "start"),
]


def _inside(room: Box, within: Box) -> bool:
    return (
        room[0] >= within[0]
        and room[1] >= within[1]
        and room[2] <= within[2]
        and room[3] <= within[3]
    )


def _far(room: Box, x: float, y: float) -> float:
    """The distance from a point to the room's nearest edge, squared."""
    across = max(room[0] - x, x - room[2], 0.0)
    return across**2 + max(room[1] - y, y - room[3], 0.0) ** 2


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
