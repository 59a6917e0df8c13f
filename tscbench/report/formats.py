"""Tables as text, Markdown, CSV, JSON, LaTeX and HTML."""

from __future__ import annotations

import html
import json
import textwrap
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from tabulate import tabulate

from tscbench.report.screen import screen
from tscbench.report.table import Column, Table

GAP = 2
"""Spaces between the columns of a text table."""

NARROW = 14
"""Letters that a column of words has at the least."""

LEAST = 3
"""Columns that a table has at the least: whose a number is, and the number."""

WORTH_A_LINE = 5
"""How much columns are wanted for which others are broken into lines."""


def as_text(table: Table, width: int | None = None) -> str:
    """A table for a terminal, no line wider than it; see `text_rows`."""
    width = width or screen()
    body, left = text_rows(table, width)
    said = [f"Not shown at this width: {'; '.join(left)}."] if left else []
    head = f"{table.title}: {table.caption}" if table.caption else table.title
    notes = [filled(note, width) for note in (*table.notes, *said)]
    return "\n".join([filled(head, width), *body, *notes])


def filled(text: str, width: int) -> str:
    """A paragraph in lines of a terminal."""
    return textwrap.fill(text, width, break_on_hyphens=False)


def text_rows(table: Table, width: int) -> tuple[list[str], list[str]]:
    """The rows as lines, and the headings of what was left out. Where they are too wide, columns
    are left out that are wanted less than `WORTH_A_LINE`, then those of words are broken into
    lines, then more are left out, those first that are wanted least; where not even `LEAST` of them
    fit, each row is a paragraph and nothing is left out. A word is broken where it is longer than
    a line, and nowhere else."""
    cells = [[str(cell) for cell in row] for row in table.cells()]
    if not cells:
        return [table.empty], []
    kept = list(range(len(table.columns)))
    left: list[str] = []
    while True:
        columns = [table.columns[c] for c in kept]
        rows = [[row[c] for c in kept] for row in cells]
        widths = [
            max([*map(len, column.heading.split()), *(len(row[c]) for row in rows)])
            for c, column in enumerate(columns)
        ]
        room = width - GAP * (len(columns) - 1)
        out = min(kept, key=lambda c: (table.columns[c].wanted, -c))
        if sum(widths) > room and (table.columns[out].wanted >= WORTH_A_LINE or len(kept) <= LEAST):
            widths = _narrowed(columns, rows, widths, room)
        if sum(widths) <= room:
            return _lines(columns, rows, widths), left
        if len(kept) <= LEAST:
            return _paragraphs(table, cells, width), []
        kept.remove(out)
        left.append(table.columns[out].heading)


def _paragraphs(table: Table, cells: Sequence[Sequence[str]], width: int) -> list[str]:
    """Each row as its words, then its numbers behind their headings."""
    lines = []
    for row in cells:
        told = list(zip(table.columns, row, strict=True))
        words = ", ".join(text for column, text in told if not column.form and text)
        numbers = ", ".join(f"{column.heading} {text}" for column, text in told if column.form)
        said = ": ".join(filter(None, [words, numbers]))
        lines += textwrap.wrap(said, width, subsequent_indent="  ", break_on_hyphens=False)
    return lines


def _narrowed(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: Sequence[int], room: int
) -> list[int]:
    """Widths of which the widest columns of words give way, down to their longest word."""
    found, least = list(widths), []
    for c, column in enumerate(columns):
        words = [word for row in rows for word in row[c].split()]
        least.append(widths[c] if column.form else max(NARROW, *map(len, [column.heading, *words])))
    while sum(found) > room:
        wide = [c for c in range(len(found)) if found[c] > least[c]]
        if not wide:
            return list(widths)
        found[max(wide, key=lambda c: found[c])] -= 1
    return found


def _lines(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> list[str]:
    """Headings, a rule and the rows; what is too long for its column goes on in the next line."""
    headings = _row([c.heading for c in columns], columns, widths)
    rule = (" " * GAP).join("-" * width for width in widths)
    return [*headings, rule, *(line for row in rows for line in _row(row, columns, widths))]


def _row(texts: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> list[str]:
    parts = [
        textwrap.wrap(t, w, break_on_hyphens=False) for t, w in zip(texts, widths, strict=True)
    ]
    lines = []
    for nth in range(max(1, *map(len, parts))):
        here = [part[nth] if nth < len(part) else "" for part in parts]
        aligned = [
            text.rjust(width) if column.form else text.ljust(width)
            for text, column, width in zip(here, columns, widths, strict=True)
        ]
        lines.append((" " * GAP).join(aligned).rstrip())
    return lines


def as_markdown(table: Table) -> str:
    """A table for a README."""
    title, caption, *notes = map(_marked, [table.title, table.caption, *table.notes])
    parts = [f"### {title}", caption, markdown_table(table), *notes]
    return "\n\n".join(part for part in parts if part)


def markdown_table(table: Table) -> str:
    """Its rows alone."""
    return _tabulated(table, "github", _marked) if len(table.frame) else _marked(table.empty)


MARKS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*|<"})


def _marked(text: str) -> str:
    """Text that Markdown shows as it is."""
    return text.translate(MARKS)


def _tabulated(table: Table, form: str, escaped: Callable[[str], str] = str) -> str:
    rows = [[escaped(str(cell)) for cell in row] for row in table.cells()]
    headings = [escaped(column.heading) for column in table.columns]
    align = ["right" if column.form else "left" for column in table.columns]
    return str(tabulate(rows, headings, tablefmt=form, disable_numparse=True, colalign=align))


def as_latex(table: Table) -> str:
    """A table for a paper: a booktabs table under its caption."""
    head = ": ".join(filter(None, [table.title, table.caption]))
    said = " ".join([f"{head}.", *table.notes]) if table.notes else head
    rows = _tabulated(table, "latex_booktabs") if len(table.frame) else _latex(table.empty)
    return f"\\caption{{{_signs(_latex(said))}}}\n{_signs(rows)}"


LATEX = str.maketrans(
    {
        **{sign: rf"\{sign}" for sign in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\^{}",
        **{sign: rf"\ensuremath{{{sign}}}" for sign in "<>"},
    }
)
"""What tabulate makes of these signs in the cells of a table, for what stands outside of it."""


def _latex(text: str) -> str:
    return text.translate(LATEX)


SIGNS = {"±": "pm", "×": "times", "Δ": "Delta", "ρ": "rho", "∞": "infty"}


def _signs(text: str) -> str:
    for sign, command in SIGNS.items():
        text = text.replace(sign, rf"$\{command}$")
    return text


def as_html(table: Table) -> str:
    """A table for a notebook."""
    title, caption = html.escape(table.title), html.escape(table.caption)
    rows = _tabulated(table, "html") if len(table.frame) else f"<p>{html.escape(table.empty)}</p>"
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in table.notes)
    return f"<h4>{title}</h4><p>{caption}</p>{rows}{notes}"


def records_of(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Rows for JSON; what is not there, or infinite, is null, for JSON has no such numbers."""
    known = frame.astype(object).where(frame.notna() & ~frame.isin([np.inf, -np.inf]), None)
    return [{str(name): value for name, value in row.items()} for row in known.to_dict("records")]


def _csv(tables: Sequence[Table]) -> str:
    """One table as it is; several one below the other, under the columns of all, each row behind
    the title of its table."""
    frames = [table.frame for table in tables]
    if len(tables) > 1:
        frames = [one.frame.assign(table=one.title)[["table", *one.frame]] for one in tables]
    names = list(dict.fromkeys(name for frame in frames for name in frame))
    parts = [
        frame.reindex(columns=names).to_csv(index=False, header=n == 0)
        for n, frame in enumerate(frames)
    ]
    return "".join(parts).rstrip("\n")


def _json(tables: Sequence[Table]) -> str:
    found = [
        {
            "title": table.title,
            "caption": table.caption,
            "notes": list(table.notes),
            "rows": records_of(table.frame),
        }
        for table in tables
    ]
    return json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    """numpy's numbers as Python's."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"no JSON of a {type(value).__name__}")


FORMATS: dict[str, Callable[[Sequence[Table]], str]] = {
    "text": lambda tables: "\n\n".join(map(as_text, tables)),
    "markdown": lambda tables: "\n\n".join(map(as_markdown, tables)),
    "csv": _csv,
    "latex": lambda tables: "\n\n".join(map(as_latex, tables)),
    "json": _json,
}
