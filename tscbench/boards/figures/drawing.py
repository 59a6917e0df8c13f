"""SVG as text: escaped elements, marks of several shapes, and colours for light and dark.

The colours were chosen so that any two differ by at least 8 (100 × the distance in OKLab) also for
people who cannot tell red from green or blue from yellow; what they say is said by a shape as well.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

INKS = ("paper", "ink", "quiet", "rule", "0", "1", "2", "3", "4", "5")
LIGHT = "#ffffff #1b2330 #5c6675 #e3e7ec #1f5fb0 #d9660a #489685 #6d2750 #7b5200 #8c6bcf"
DARK = "#12161c #e6eaf0 #9ba6b5 #2b323c #5b93f5 #db6f14 #86eab8 #a9749a #f7b02a #bdb9ee"
COLOURS = 6
"""Colours that tell things apart are the classes fig-0 … fig-5; what is not named is fig-quiet."""

SHAPES = ("circle", "triangle", "square", "diamond", "down", "star")
CORNERS = {
    "triangle": [(0, -1.25), (1.15, 0.85), (-1.15, 0.85)],
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    "diamond": [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)],
    "down": [(0, 1.25), (1.15, -0.85), (-1.15, -0.85)],
    "star": [
        (r * math.sin(k * math.pi / 5), -r * math.cos(k * math.pi / 5))
        for k, r in enumerate([1.5, 0.6] * 5)
    ],
}

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDTHS = {**dict.fromkeys("ijl|!'.,:; ·\u00a0", 0.32), **dict.fromkeys("ftr()[]-", 0.4)}
_WIDTHS |= {**dict.fromkeys("mMW@%…", 0.97), **dict.fromkeys("w=+<>±×−", 0.84), "_": 0.5}


def escaped(text: object) -> str:
    """Text for an element or an attribute; what XML cannot hold is replaced, a new line is a
    space."""
    return html.escape(_FORBIDDEN.sub("\ufffd", " ".join(str(text).splitlines())))


def fixed(value: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, attributes: Mapping[str, object], *inside: str) -> str:
    """An element; `inside` is markup already, attributes are not."""
    texts = {k: fixed(v) if isinstance(v, float) else escaped(v) for k, v in attributes.items()}
    start = "".join([f"<{name}", *(f' {key}="{value}"' for key, value in texts.items())])
    return f"{start}>{''.join(inside)}</{name}>" if inside else f"{start}/>"


def tip(text: str) -> str:
    """What a mark says when pointed at."""
    return element("title", {}, escaped(text))


def words(
    x: float, y: float, said: str, look: str = "fig-ink", anchor: str = "start", more: str = ""
) -> str:
    """Text on its baseline. more: what it says when pointed at."""
    place = {"class": look, "x": float(x), "y": float(y)}
    place |= {} if anchor == "start" else {"text-anchor": anchor}
    return element("text", place, escaped(said), *([tip(more)] if more else []))


def path(points: Iterable[Point], look: str, *inside: str, closed: bool = False) -> str:
    """Straight lines through points."""
    d = "L".join(f"{fixed(x)} {fixed(y)}" for x, y in points)
    return element("path", {"class": look, "d": f"M{d}" + ("Z" if closed else "")}, *inside)


def steps(points: Sequence[Point]) -> list[Point]:
    """Points joined by steps: down (or up) at each one, then on to the next."""
    corners = [(a[0], b[1]) for a, b in zip(points, points[1:], strict=False)]
    return [point for pair in zip(points, corners, strict=False) for point in pair] + [*points[-1:]]


def mark(shape: str, x: float, y: float, look: str, said: str = "", r: float = 4.0) -> str:
    """A mark around a point. said: what it says when pointed at."""
    inside = [tip(said)] if said else []
    if shape == "circle":
        place = {"class": look, "cx": float(x), "cy": float(y), "r": float(r)}
        return element("circle", place, *inside)
    corners = [(x + r * dx, y + r * dy) for dx, dy in CORNERS[shape]]
    return path(corners, look, *inside, closed=True)


def text_width(text: str, size: float = 11) -> float:
    """About how many pixels a text takes in a wide typeface (DejaVu Sans)."""
    return size * sum(_WIDTHS.get(c, _other_width(c)) for c in text)


def _other_width(char: str) -> float:
    return 1.0 if ord(char) > 0x2E80 else 0.72 if char.isupper() else 0.63


def shortened(text: str, width: float, size: float = 11) -> str:
    """A text that fits, its end left out if need be."""
    if text_width(text, size) <= width:
        return text
    room = width - text_width("…", size)
    n = next((n for n in range(len(text)) if text_width(text[: n + 1], size) > room), len(text))
    return text[:n].rstrip() + "…"


def wrapped(text: str, width: float, size: float = 11) -> list[str]:
    """The lines of a text that is broken between words."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(shortened(word, width, size))
    return lines


def _theme(theme: str, within: str = "") -> str:
    colours = theme.split()
    rules = [f"{within}.fig-{ink}{{color:{c}}}" for ink, c in zip(INKS, colours, strict=True)]
    rules.append(f"{within}.fig-paper,{within}.fig-hollow{{fill:{colours[0]}}}")
    rules.append(f"{within}.fig-halo{{stroke:{colours[0]}}}")
    return "".join(rules)


STYLE = "".join(
    [
        ".fig{max-width:100%;height:auto;font:11px system-ui,-apple-system,'Segoe UI',Roboto,"
        "'Helvetica Neue',Arial,sans-serif;font-variant-numeric:tabular-nums}",
        ".fig text{fill:currentColor}.fig-title{font-size:14px;font-weight:600}",
        ".fig-name{font-size:12px;font-weight:600}.fig-bold{font-weight:600}",
        ".fig-fill{fill:currentColor}.fig-line,.fig-thin,.fig-dash{fill:none;stroke:currentColor}",
        ".fig-line{stroke-width:1.8;stroke-linejoin:round}.fig-thin{stroke-width:1}",
        ".fig-bar{stroke:currentColor;stroke-width:2}"
        ".fig-thick{stroke:currentColor;stroke-width:4;stroke-linecap:round}",
        ".fig-box{fill:none;stroke:currentColor;stroke-width:1.8}.fig-dots{stroke-dasharray:3 2}",
        ".fig-dash{stroke-width:1.2;stroke-dasharray:4 3}.fig-band{fill:currentColor;opacity:.14}"
        ".fig-shade{fill:currentColor;opacity:.07}",
        ".fig-hollow{stroke:currentColor;stroke-width:1.6}.fig-faint{opacity:.4}",
        ".fig-halo{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}",
        _theme(LIGHT),
        "@media(prefers-color-scheme:dark){",
        _theme(DARK, ':root:not([data-theme="light"]) '),
        "}",
        _theme(DARK, ':root[data-theme="dark"] '),
    ]
)
"""A page's own choice, `data-theme` on its root, goes before what the reader's system prefers."""
