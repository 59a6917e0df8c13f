"""Tables as pages draw them: text for people, a number to sort by, a page to go to."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup

from tscbench.boards.boards import Board


class Cell(NamedTuple):
    """text, with its standard error if it has one; key: what it sorts by, where that is a number;
    href: a page, from the site's top; plot: a drawing beside the text; more: a quiet line below."""

    text: str
    spread: str = ""
    key: str | None = None
    href: str = ""
    plot: Markup | str = ""
    more: str = ""


@dataclass(frozen=True)
class Column:
    """number: right-aligned, sorted by its keys. facet: readers may choose one of its values.
    long: texts that are broken into lines."""

    name: str
    number: bool = False
    facet: bool = False
    help: str = ""
    long: bool = False


@dataclass(frozen=True)
class Table:
    """sorted: the column that the rows are in order of, and "ascending" or "descending". header:
    the column whose cells name their rows. tools: whether readers may filter it. empty: what is
    said where there is no row."""

    id: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    sorted: tuple[str, str] = ("", "")
    header: int = 0
    tools: bool = False
    notes: Sequence[str] = ()
    empty: str = "none."


NONE = Cell("")
LONG = 40
"""Letters above which the texts of a board's column are broken into lines."""


def number(value: float, form: str = ".4f", error: float = math.nan, unit: str = "") -> Cell:
    """A number with its standard error; empty where there is none.

    >>> number(0.97531, error=0.00142)
    Cell(text='0.9753', spread='0.0014', key='0.97531', href='', plot='', more='')
    """
    if value is None or math.isnan(value):
        return NONE
    spread = "" if math.isnan(error) else format(error, form.lstrip("+"))
    return Cell(minus(format(value, form)) + unit, spread, repr(float(value)))


def minus(text: str) -> str:
    """A number with a minus as wide as a plus."""
    return f"−{text[1:]}" if text.startswith("-") else text


def sentence(text: str) -> str:
    """A reason as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def shown(text: str, key: float | None = None) -> Cell:
    """The cell of a board: "mean ± standard error" falls apart."""
    mean, _, error = text.partition(" ± ")
    known = key is not None and not math.isnan(key)
    return Cell(minus(mean), error, repr(float(key)) if known and key is not None else None)


def unlike(table: Table, keep: Iterable[str]) -> Table:
    """A table without the columns whose cells are all the same, but for those to keep."""
    kept = set(keep)
    same = [
        column.name
        for place, column in enumerate(table.columns)
        if len({row[place].text for row in table.rows}) < 2
    ]
    return without(table, set(same) - kept)


def without(table: Table, names: Collection[str]) -> Table:
    """A table without these columns; the one that names the rows is none of them."""
    stay = [place for place, column in enumerate(table.columns) if column.name not in names]
    return replace(
        table,
        columns=[table.columns[place] for place in stay],
        rows=[[row[place] for place in stay] for row in table.rows],
        header=stay.index(table.header),
    )


def board_table(board: Board, ident: str, pages: Mapping[str, Callable[[str], str]]) -> Table:
    """A board as it is. pages: of columns whose texts lead somewhere."""
    caption, *notes = board.caption.split("\n")
    columns, cells = [], []
    for name in board.table.columns:
        texts = board.table[name].astype(str).tolist()
        keys = _keys(board, str(name), texts)
        numeric = any(not math.isnan(key) for key in keys)
        columns.append(
            Column(str(name), number=numeric, long=max(map(len, texts), default=0) > LONG)
        )
        page = pages.get(str(name))
        column = [shown(text, key) if numeric else Cell(text) for text, key in zip(texts, keys)]
        cells.append([c._replace(href=page(c.text)) for c in column] if page else column)
    rows = [list(row) for row in zip(*cells, strict=True)]
    return Table(ident, caption, columns, rows, tools=len(rows) > 8, notes=[*notes, *board.notes])


def _keys(board: Board, name: str, texts: Sequence[str]) -> list[float]:
    """What a column is sorted by; NaN throughout where its texts are no numbers."""
    if board.keys is not None and name in board.keys:
        found = pd.to_numeric(board.keys[name], errors="coerce").astype(float)
        return [float(key) for key in found]
    plain = pd.Series(texts, dtype=str).str.partition(" ")[0].str.replace(",", "")
    found = pd.to_numeric(plain.str.rstrip("%×"), errors="coerce")
    sound = found.notna() | (plain == "")
    return [float(key) for key in found] if sound.all() else [math.nan] * len(texts)


class Bounds(NamedTuple):
    """The scale of a column of intervals."""

    low: float
    high: float


def bounds(lows: Iterable[float], highs: Iterable[float]) -> Bounds:
    """A scale that holds zero and every interval."""
    lowest = min([0.0, *(v for v in lows if not math.isnan(v))])
    highest = max([0.0, *(v for v in highs if not math.isnan(v))])
    return Bounds(lowest, highest if highest > lowest else lowest + 1.0)


WIDE, HIGH = 90.0, 14.0


def interval(value: float, low: float, high: float, scale: Bounds) -> Markup:
    """A dot between two bounds, over a line at zero; what it says stands beside it as text."""

    def x(v: float) -> str:
        return f"{4 + (WIDE - 8) * (v - scale.low) / (scale.high - scale.low):.1f}"

    middle = f"{HIGH / 2:.0f}"
    parts = [
        f'<line class="zero" x1="{x(0)}" x2="{x(0)}" y1="0" y2="{HIGH:.0f}"/>',
        f'<line x1="{x(low)}" x2="{x(high)}" y1="{middle}" y2="{middle}"/>',
        f'<circle cx="{x(value)}" cy="{middle}" r="3.5"/>',
    ]
    size = f'width="{WIDE:.0f}" height="{HIGH:.0f}" viewBox="0 0 {WIDE:.0f} {HIGH:.0f}"'
    return Markup(f'<svg class="plot" {size} aria-hidden="true">{"".join(parts)}</svg>')
