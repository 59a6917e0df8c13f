"""Small drawings in tables and beside claims: intervals over a line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup, escape

WIDE, HIGH = 104.0, 12.0


class Scale(NamedTuple):
    """From pixels 0 to `width`, less a margin: the numbers low to high."""

    low: float
    high: float
    width: float = WIDE
    margin: float = 4.0

    def x(self, value: float) -> str:
        """Where a number stands, or the end that it lies beyond."""
        share = (value - self.low) / (self.high - self.low)
        return f"{self.margin + (self.width - 2 * self.margin) * min(max(share, 0), 1):.1f}"


def scale_of(values: Iterable[float], width: float = WIDE, most: float = math.inf) -> Scale:
    """A scale that holds zero and every number, but for those that lie `most` times as far from
    zero as half of them do."""
    known = [float(v) for v in values if not math.isnan(v)]
    half = sorted(map(abs, known))[len(known) // 2] if known else 0.0
    far = most * half if half else math.inf
    low, high = max(min([0.0, *known]), -far), min(max([0.0, *known]), far)
    return Scale(low, high if high > low else low + 1.0, width)


def interval(value: float, low: float, high: float, scale: Scale) -> Markup:
    """A dot between two bounds, over a line at zero; what it says stands beside it as text. A bound
    beyond the scale ends in an arrow, a value beyond it has no dot."""
    start, end, near = float(scale.x(low)), float(scale.x(high)), scale.low <= value <= scale.high
    left, right = low < scale.low, high > scale.high
    parts = [
        f'<line class="zero" x1="{scale.x(0)}" x2="{scale.x(0)}" y1="0" y2="{HIGH:.0f}"/>',
        f'<line x1="{start}" x2="{end}" y1="6" y2="6"/>',
        f'<path d="M{start + 4} 3l-4 3 4 3"/>' if left else "",
        f'<path d="M{end - 4} 3l4 3-4 3"/>' if right else "",
        f'<circle cx="{scale.x(value)}" cy="6" r="3"/>' if near else "",
    ]
    size = f'width="{WIDE:.0f}" height="{HIGH:.0f}" viewBox="0 0 {WIDE:.0f} {HIGH:.0f}"'
    return Markup(f'<svg class="plot" {size} aria-hidden="true">{"".join(parts)}</svg>')


ROW, LABEL, FOREST = 30, 52, 344.0
"""Of a forest plot: pixels of a case, letters of its name, pixels across."""

MARKS = {
    "holds": '<circle cx="{x}" cy="{y}" r="4"/>',
    "does not hold": '<path d="M{x} {y}m-4-4h8v8h-8z"/>',
    "": '<circle class="open" cx="{x}" cy="{y}" r="3.5"/>',
}


def forest(cases: Sequence[Mapping[str, Any]], bounds: Iterable[float], said: str) -> Markup:
    """A forest plot: each case's estimate with its interval, one below the other, over a line at
    each bound that a claim sets. cases: case, estimate, low, high and kind ("holds", "does not
    hold", or what is neither). said: what it shows, for who cannot see it."""
    lines = sorted(bounds)
    numbers = [float(case[name]) for case in cases for name in ("low", "high", "estimate")]
    scale = scale_of([*numbers, *lines], FOREST)
    deep = ROW * len(cases) + 4
    parts = [
        f'<line class="zero" x1="{scale.x(at)}" x2="{scale.x(at)}" y1="0" y2="{deep}"/>'
        for at in lines
    ]
    parts += [_case(case, ROW * nth, scale) for nth, case in enumerate(cases)]
    parts += _ticks(scale, lines, deep + 13)
    size = f'width="{FOREST:.0f}" height="{deep + 18}" viewBox="0 0 {FOREST:.0f} {deep + 18}"'
    label = f'role="img" aria-label="{escape(said)}"'
    return Markup(f'<svg class="forest" {size} {label}>{"".join(parts)}</svg>')


def _case(case: Mapping[str, Any], top: int, scale: Scale) -> str:
    name, y = str(case["case"]), top + 21
    short = name if len(name) <= LABEL else f"{name[: LABEL - 1]}…"
    kind = case["kind"] if case["kind"] in MARKS else ""
    mark = MARKS[kind].format(x=scale.x(case["estimate"]), y=y)
    line = f'<line x1="{scale.x(case["low"])}" x2="{scale.x(case["high"])}" y1="{y}" y2="{y}"/>'
    text = f'<text x="4" y="{top + 12}">{escape(short)}</text>'
    return f"<g><title>{escape(name)}: {case['said']}</title>{text}{line}{mark}</g>"


def _ticks(scale: Scale, lines: Sequence[float], y: int) -> list[str]:
    """The ends of the scale and its bounds, without what would stand on another."""
    found: list[str] = []
    taken: list[float] = []
    for at in (*lines, scale.low, scale.high):
        x = float(scale.x(at))
        if all(abs(x - other) > 40 for other in taken):
            taken.append(x)
            side = "start" if x < 20 else "end" if x > FOREST - 20 else "middle"
            text = f"{at:.3g}".replace("-", "−")
            found.append(f'<text x="{x}" y="{y}" text-anchor="{side}">{text}</text>')
    return found
