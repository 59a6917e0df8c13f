"""Tables as pages show them: what stands in each place, what it sorts by, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from tscbench.report.site.drawings import interval, scale_of
from tscbench.report.table import Column, Table

LONG = 34
"""Letters above which the texts of a column are broken into lines."""

FEW = 8
"""Rows up to which nobody needs to filter a table."""

FARTHEST = 3.0
"""How many times as far from zero as half of a column's bounds the last may be that is drawn."""

CHOICES = 40
"""Different texts up to which a reader may choose one of them."""

NEGATIVE = re.compile(r"(?<![\w.=)-])-(?=\d)")
"""A hyphen that is a minus."""

Link = Callable[[Mapping[str, Any]], str]
"""The page that a row of a frame leads to, from the site's top; "" if none."""


class Place(NamedTuple):
    """text, with its standard error if it has one; key: the number that it sorts by; href: a page,
    from the site's top; plot: a drawing beside the text."""

    text: str
    spread: str = ""
    key: str = ""
    href: str = ""
    plot: Markup | str = ""

    def markup(self, to: Callable[[str], str]) -> str:
        """The rest of the place's tag, and what stands in it."""
        said = str(escape(self.text))
        if self.href:
            said = f'<a href="{escape(to(self.href))}">{said}</a>'
        if self.spread:
            said += f'<span class="se"> ± {self.spread}</span>'
        key = f' data-key="{self.key}"' if self.key else ""
        return f"{key}>{said}{self.plot}"


class Head(NamedTuple):
    """of: "n" of numbers, "long" of texts that are broken into lines. facet: readers may choose one
    of its texts. order: the way that rows are sorted by it, if they are."""

    name: str
    of: str = ""
    help: str = ""
    facet: bool = False
    order: str = ""

    @property
    def css(self) -> str:
        """The class of its places, as an attribute."""
        return f' class="{self.of}"' if self.of else ""


@dataclass(frozen=True)
class Drawn:
    """A table for the macro `table`. header: the column that names the rows. tools: whether readers
    may filter it."""

    id: str
    caption: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Place]]
    header: int
    tools: bool
    notes: Sequence[str]

    def body(self, to: Callable[[str], str]) -> Markup:
        """Its rows. to: the address of a page on the page that they stand on."""
        opens = [
            (f'<th scope="row"{head.css}' if n == self.header else f"<td{head.css}")
            for n, head in enumerate(self.heads)
        ]
        shuts = ["</th>" if n == self.header else "</td>" for n in range(len(self.heads))]
        rows = (
            "".join(
                [
                    f"{opening}{place.markup(to)}{shut}"
                    for opening, place, shut in zip(opens, row, shuts, strict=True)
                ]
            )
            for row in self.rows
        )
        return Markup("\n".join(f"<tr>{row}</tr>" for row in rows))


def drawn(
    table: Table, ident: str, links: Mapping[str, Link] | None = None, *, order: str = ""
) -> Drawn:
    """links: by field, where the places of a column lead. order: the field that rows are in order
    of."""
    lists = {str(name): table.frame[name].tolist() for name in table.frame}
    rows = [dict(zip(lists, values)) for values in zip(*lists.values())]
    return drawn_rows(table.columns, rows, ident, table.caption, table.notes, links, order)


def drawn_rows(
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    ident: str,
    caption: str,
    notes: Sequence[str] = (),
    links: Mapping[str, Link] | None = None,
    order: str = "",
) -> Drawn:
    """The same of rows that no frame holds."""
    found = []
    for place, column in enumerate(columns):
        link = (links or {}).get(column.field)
        found.append(_places(column, rows, columns[max(place - 1, 0)].field, link))
    heads = [
        _head(column, places, column.field == order)
        for column, places in zip(columns, found, strict=True)
    ]
    return Drawn(
        id=ident,
        caption=sentence(caption),
        heads=heads,
        rows=list(zip(*found, strict=True)),
        header=next((n for n, column in enumerate(columns) if not column.form), 0),
        tools=len(rows) > FEW,
        notes=[minus(note) for note in notes],
    )


def _places(
    column: Column, rows: Sequence[Mapping[str, Any]], middle: str, link: Link | None
) -> list[Place]:
    """What stands in a column. middle: the field of what its intervals are about, which are drawn
    if they are of differences: the column before it."""
    hrefs = [link(row) for row in rows] if link else [""] * len(rows)
    cells = [column.cell(row) for row in rows]
    if not column.form:
        return [Place(cell.text, href=href) for cell, href in zip(cells, hrefs, strict=True)]
    plots: list[Markup | str] = [""] * len(rows)
    if column.high and column.form.startswith("+"):
        ends = [(row[middle], row[column.field], row[column.high]) for row in rows]
        scale = scale_of((end for of in ends for end in of[1:]), most=FARTHEST)
        plots = [interval(*of, scale) if of[1] == of[1] else "" for of in ends]
    return [
        Place(minus(text), spread, repr(key) if key == key else "", href, plot)
        for (text, spread, key), href, plot in zip(cells, hrefs, plots, strict=True)
    ]


def _head(column: Column, places: Sequence[Place], sorted_by: bool) -> Head:
    order, n = "", len(places)
    if sorted_by:
        keys = [float(place.key) for place in places if place.key]
        order = "ascending" if keys == sorted(keys) else "descending"
    if column.form:
        return Head(column.heading, "n", column.help, order=order)
    texts = {place.text for place in places}
    facet = 1 < len(texts) <= min(CHOICES, n // 2)
    long = max(map(len, texts), default=0) > LONG
    return Head(column.heading, "long" if long else "", column.help, facet, order)


def fact(value: float, form: str, error: float = float("nan"), unit: str = "") -> Place:
    """A number by itself, as a column of this form shows it."""
    column = Column("value", form=form, unit=unit, error="error")
    cell = column.cell({"value": value, "error": error})
    return Place(minus(cell.text) if cell.key == cell.key else "", cell.spread)


def minus(text: str) -> str:
    """Numbers with a minus as wide as a plus.

    >>> minus("from -0.1 to 0.2, p-1")
    'from −0.1 to 0.2, p-1'
    """
    return NEGATIVE.sub("−", text) if "-" in text else text


def sentence(text: str) -> str:
    """A caption with its full stop."""
    return f"{minus(text)}." if text and text[-1] not in ".!?" else minus(text)
