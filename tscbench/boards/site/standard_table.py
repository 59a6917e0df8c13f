"""The standard boards as one table of links: every dataset, method and student."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pandas as pd

from tscbench.boards.boards import Board
from tscbench.boards.site.adapters import short_specs
from tscbench.boards.site.prepared import Prepared
from tscbench.boards.site.tables import NONE, Cell, Column, Table, shown, unlike

FIRST = ("dataset", "student", "generator", "mix", "query")
LAST = ("objective", "teacher")
AXES = (*FIRST, *LAST)
ARM = AXES[2:]
BLANK = ("", "–")

HELP = {
    "TSC Score": "what synthetic rows are worth to the student, training rows being 1",
    "rows/s": "median over repeats, one thread, the largest batch",
    "speed-up": "over the teacher in the same timing pass",
    "cost": "seconds to make a student, over those of the same on training rows alone",
}


def standard_table(
    p: Prepared, datasets: Iterable[str], ident: str, caption: str, *, arm: str = ""
) -> Table:
    """The rows of these datasets' boards, of one arm alone if it is given, in the order of the
    boards. Columns whose cells are all the same are left out, but for scores."""
    boards = [p.boards[dataset] for dataset in datasets if dataset in p.boards]
    found = [_parts(board, arm) for board in boards]
    text = pd.concat([part for part, _ in found], ignore_index=True) if found else pd.DataFrame()
    keys = pd.concat([part for _, part in found], ignore_index=True) if found else text
    scores = [str(name) for name in text.columns if name not in (*AXES, "arm")]
    short = {axis: short_specs(text[axis]) for axis in ARM} if len(text) else {}
    if text.empty:
        return Table(ident, caption, [], [])
    axes = {axis: _axis(p, axis, text, short.get(axis, {})) for axis in AXES}
    cells = [
        *(axes[axis] for axis in FIRST),
        *(_scores(text[name], keys.get(name)) for name in scores),
        *(axes[axis] for axis in LAST),
        _cells(p, text),
    ]
    table = Table(
        id=ident,
        caption=caption,
        columns=[
            *(Column(axis, facet=True) for axis in FIRST),
            *(Column(name, number=True, help=HELP.get(name, "")) for name in scores),
            *(Column(axis, facet=True) for axis in LAST),
            Column("cells", number=True, help="with a score, of those asked for; lead to a page"),
        ],
        rows=[list(row) for row in zip(*cells, strict=True)],
        header=FIRST.index("student"),
        tools=len(text) > 8,
        notes=list(dict.fromkeys(note for board in boards for note in board.notes)),
    )
    known = [name for name in scores if not text[name].isin(BLANK).all()]
    table = unlike(table, {"student", "cells", *known, *(() if arm else ("generator", "mix"))})
    kept = {column.name for column in table.columns}
    left = unsaid({axis: of for axis, of in short.items() if axis in kept})
    return replace(table, notes=[*left, *table.notes])


def unsaid(short: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The specs that a table shows without their parameters."""
    left = sorted({spec for of in short.values() for spec, said in of.items() if spec != said})
    return [f"In full: {', '.join(left)}."] if left else []


def _parts(board: Board, arm: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A board's texts with its dataset, and what they are sorted by."""
    text = board.table.assign(dataset=board.title)
    keys = pd.DataFrame(index=text.index) if board.keys is None else board.keys
    mine = text["arm"] == arm if arm else slice(None)
    return text.loc[mine], keys.loc[mine]


def _axis(p: Prepared, axis: str, text: pd.DataFrame, short: Mapping[str, str]) -> list[Cell]:
    pages: dict[str, tuple[str, Callable[[str], str]]] = {
        "dataset": ("dataset", p.dataset_page),
        "generator": ("arm", p.method_page),
    }
    said = [short.get(label, label) for label in text[axis]]
    if axis not in pages:
        return [Cell(label) for label in said]
    column, page = pages[axis]
    return [Cell(label, href=page(key)) for label, key in zip(said, text[column], strict=True)]


def _scores(texts: pd.Series, keys: pd.Series | None) -> list[Cell]:
    if keys is None:
        keys = pd.Series(math.nan, index=texts.index)
    sort = pd.to_numeric(keys, errors="coerce")
    pairs = zip(texts.fillna(""), sort, strict=True)
    return [shown(str(text), float(key)) if text else NONE for text, key in pairs]


def _cells(p: Prepared, text: pd.DataFrame) -> list[Cell]:
    """How many cells of each row are there, leading to their page."""
    found = []
    for arm, dataset, student in zip(text["arm"], text["dataset"], text["student"], strict=True):
        done, asked = p.coverage[arm, dataset, student]
        page = p.cells_page(arm, dataset)
        found.append(Cell(f"{done} of {asked}", key=str(done), href=page))
    return found
