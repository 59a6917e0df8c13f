"""Figures, each drawn twice: across a page, and for a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

PAGE, PHONE = 960, 358
"""Pixels across: of a page's column, and of a phone of 390 less its margins."""


@dataclass(frozen=True)
class Figure:
    """The same figure for wide pages and for narrow ones; markup that escapes what it says."""

    wide: Markup
    narrow: Markup


def both(draw: Callable[[int], str]) -> Figure:
    """draw: from pixels across to SVG."""
    return Figure(Markup(draw(PAGE)), Markup(draw(PHONE)))
