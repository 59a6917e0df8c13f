"""What all figures share: colours for light and dark, marks, and matplotlib's settings.

The colours were chosen so that any two differ by at least 8 (100 × the distance in OKLab) also for
people who cannot tell red from green or blue from yellow; what they say is said by a shape as well.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any, Literal

from matplotlib import style
from matplotlib.lines import Line2D

INKS = ("paper", "ink", "quiet", "rule", "0", "1", "2", "3", "4", "5")
_LIGHT = "#ffffff #1b2330 #5c6675 #e3e7ec #1f5fb0 #d9660a #489685 #6d2750 #7b5200 #8c6bcf"
_DARK = "#12161c #e6eaf0 #9ba6b5 #2b323c #5b93f5 #db6f14 #86eab8 #a9749a #f7b02a #bdb9ee"
LIGHT = dict(zip(INKS, _LIGHT.split(), strict=True))
DARK = dict(zip(INKS, _DARK.split(), strict=True))
PAPER, INK, QUIET, RULE, *COLOURS = LIGHT.values()
"""Figures are drawn in those of light, which `svg` lets a page replace. COLOURS tell things apart;
what has no name is QUIET."""

MARKERS = ("o", "^", "s", "D", "v", "P")
"""A mark for each of COLOURS; a star is a teacher's."""

PX = 0.75
"""Points in a pixel of the web."""

TEXT, TITLE = 11.0, 14.0
"""Sizes of letters in pixels."""

LOOK: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: a layout does not depend on a machine
    "font.size": TEXT * PX,
    "text.color": INK,
    "text.hinting": "no_hinting",  # as in SVG: a text has the same width however it is drawn
    "text.parse_math": False,  # a name may hold dollars
    "axes.facecolor": "none",
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.titlesize": "medium",
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # said, not sought: ours stand on top of nothing
    **dict.fromkeys(["axes.spines.top", "axes.spines.right", "axes.spines.left"], False),
    "axes.formatter.useoffset": False,
    "axes.ymargin": 0.1,
    "grid.color": RULE,
    "legend.frameon": False,
    **dict.fromkeys(["legend.borderpad", "legend.borderaxespad"], 0),
    "legend.handlelength": 1.4,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.4,
    "legend.labelspacing": 0.4,
    "lines.markersize": 4.6,
    "lines.markeredgewidth": 0,
    "lines.linewidth": 1.4,
    "svg.fonttype": "none",
    "svg.hashsalt": "tscbench",
}

_LOCK = RLock()


@contextmanager
def look() -> Iterator[None]:
    """Matplotlib's settings for our figures. They are one set for the whole process, so one thread
    at a time has them. A letter that the font lacks is no matter: a browser has others."""
    with _LOCK, style.context(["default", LOOK]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from", UserWarning)
        yield


def key(
    label: str,
    colour: str,
    marker: str = "",
    line: Literal["", "-", "--"] = "",
    hollow: bool = False,
) -> Line2D:
    """An entry of a legend."""
    found = Line2D([], [], color=colour, marker=marker, linestyle=line, label=label)
    if hollow:
        found.set(markerfacecolor=PAPER, markeredgewidth=1.2)
    return found
