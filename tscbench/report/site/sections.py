"""The sections of a page: headings with their tables and figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tscbench.report.site.figures import Figure
from tscbench.report.site.markup import Drawn


@dataclass(frozen=True)
class Section:
    """lead: what is said before its tables. id: what links lead to."""

    heading: str
    tables: Sequence[Drawn] = ()
    figures: Sequence[Figure] = ()
    lead: str = ""
    id: str = ""


def sections(found: Iterable[Section]) -> list[Section]:
    """Those that have something to show."""
    return [one for one in found if any(t.rows for t in one.tables) or one.figures]
