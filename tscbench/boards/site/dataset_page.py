"""The page of a dataset: what it is, how it was split, and which methods did best on it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from tscbench.boards.boards import size_order
from tscbench.boards.cost_board import cost_boards
from tscbench.boards.history import history_boards
from tscbench.boards.site.adapters import dataset_figures, history_drawings, short_specs
from tscbench.boards.site.figures import Figure
from tscbench.boards.site.methods_table import between
from tscbench.boards.site.plugins import plugins_of
from tscbench.boards.site.prepared import Prepared
from tscbench.boards.site.standard_table import standard_table, unsaid
from tscbench.boards.site.tables import (
    Cell,
    Column,
    Table,
    board_table,
    bounds,
    number,
    sentence,
    unlike,
)
from tscbench.results import history_of

AXES = ("generator", "mix", "query", "objective", "teacher")
COUNTS = ("rows", "columns", "classes")
PARTS = ("train", "valid", "test")
COLUMNS, LEVELS = 100, 12
"""How many columns of a table, and levels of a column, a page shows."""


def dataset_page(p: Prepared, dataset: str) -> dict[str, Any]:
    """What the template takes."""
    about = p.view.data.get(dataset, {})
    cells = p.cells[p.cells["dataset"] == dataset]
    done = int(cells["there"].sum())
    source = ("source",) if "source" in about else ()
    facts = [
        *(
            (name, number(float(about[name]), ",.0f"))
            for name in ("rows", "columns")
            if name in about
        ),
        *((name, Cell(str(about[name]))) for name in ("classes", "test rows") if name in about),
        ("cells", Cell(f"{done} of {len(cells)}")),
        *((name, Cell(f"{about[name]}: one dataset in means over datasets")) for name in source),
    ]
    board = p.boards.get(dataset)
    return {
        "name": dataset,
        "summary": facts,
        "methods": _methods(p, dataset),
        "standard": standard_table(
            p, [dataset], "standard", sentence(board.caption) if board else ""
        ),
        "costs": _costs(p, dataset),
        "teachers": _teachers(p, dataset),
        "splits": _splits(p, dataset),
        "columns": _table(about.get("table")),
        "plugins": plugins_of(p.view, {"dataset": dataset}),
        "epochs": _epochs(p, dataset),
        **dataset_figures(p.view, dataset),
    }


def _methods(p: Prepared, dataset: str) -> list[Table]:
    """One table for each set of students, for means over others do not compare."""
    cells = p.cells[p.cells["dataset"] == dataset]
    students = cells.groupby("arm")["student"].agg(lambda names: tuple(sorted(set(names))))
    sets = sorted(set(students), key=lambda names: (-int((students == names).sum()), names))
    return [
        _ranked(p, dataset, list(students.index[students == names]), names, nth)
        for nth, names in enumerate(sets, 1)
    ]


def _ranked(p: Prepared, dataset: str, arms: list[str], names: tuple[str, ...], nth: int) -> Table:
    here = p.by_dataset.xs(dataset, level="dataset").loc[arms]
    sign = 1 if p.direction == "higher" else -1
    here = here.loc[(sign * here["score"]).sort_values(ascending=False, kind="stable").index]
    scale = bounds(here["low"], here["high"])
    short = {axis: short_specs(p.cells[axis]) for axis in AXES}
    columns = [
        *(Column(axis, facet=True) for axis in AXES[:3]),
        Column(p.headline, number=True),
        Column(f"Δ {p.headline}", number=True),
        Column("95 % interval", number=True),
        *(Column(axis, facet=True) for axis in AXES[3:]),
        Column("cells", number=True),
    ]
    rows = []
    for arm, row in here.iterrows():
        axes = [Cell(short[axis][p.arms.loc[arm, axis]]) for axis in AXES]
        axes[0] = axes[0]._replace(href=p.method_page(str(arm)))
        page = p.cells_page(str(arm), dataset)
        rows.append(
            [
                *axes[:3],
                number(row["score"], error=row["error"]),
                number(row["difference"], "+.4f"),
                between(row, scale),
                *axes[3:],
                Cell(f"{row['n']} of {row['asked']}", key=str(row["n"]), href=page),
            ]
        )
    caption = (
        f"{p.headline} on test rows, the mean over {', '.join(sorted(names, key=size_order))} ± "
        "standard error; Δ to the same students on training rows alone, with the interval of the "
        "corrected resampled t."
    )
    notes = [f"No interval: {why}." for why in dict.fromkeys(here["why"]) if why]
    table = Table(
        f"methods-{nth}",
        caption,
        columns,
        rows,
        sorted=(p.headline, "descending" if p.direction == "higher" else "ascending"),
        tools=len(rows) > 8,
        notes=[*unsaid(short), *notes],
    )
    return unlike(table, ("generator", "mix", p.headline, "cells"))


def _costs(p: Prepared, dataset: str) -> Table | None:
    """What each student costs and earns back; None where no step has been timed."""
    frames = (p.view.scores, p.view.timings, p.view.speeds)
    boards = cost_boards(*(frame[frame["dataset"] == dataset] for frame in frames))
    if not boards or boards[0].keys is None or boards[0].keys["training"].isna().all():
        return None
    return board_table(boards[0], "costs", {})


def _epochs(p: Prepared, dataset: str) -> tuple[Table, list[Figure]] | None:
    """What networks did from epoch to epoch, and figures of it; None where there is none."""
    history = history_of(r for r in p.view.records if str(r["cell"]["dataset"]) == dataset)
    boards = history_boards(history)
    if not boards:
        return None
    (board,) = boards
    table = replace(board_table(board, "epochs", {}), caption=sentence(board.caption))
    return table, history_drawings(history)


def _teachers(p: Prepared, dataset: str) -> Table:
    """The rows of the teacher card that are of this dataset."""
    card = board_table(p.card, "teachers", {})
    mine = [row for row in card.rows if row[0].text == dataset]
    return replace(card, rows=[row[1:] for row in mine], columns=card.columns[1:])


def _table(about: dict[str, Any] | None) -> Table | None:
    """How each column was read, and what may be misread; None for data that are no table."""
    if not about or not about["columns"]:
        return None
    columns = [
        Column("column"),
        Column("kind"),
        Column("values", long=True),
        Column("distinct", number=True),
        Column("missing", number=True),
    ]
    shown = sorted(about["columns"], key=lambda c: not c["warnings"])[:COLUMNS]
    rows = [
        [
            Cell(c["name"]),
            Cell(c["kind"]),
            Cell(values_of(c)),
            number(float(c["distinct"]), ",.0f"),
            number(float(c["missing"]), ",.0f"),
        ]
        for c in shown
    ]
    caption = (
        "How each column was read. Levels, and whether cells are missing, are those of the whole "
        f"table, as OpenML declares them. {about['repeated']:.1%} of rows equal another row."
    )
    told = [*about["warnings"], *(w for c in about["columns"] for w in c["warnings"])]
    more = len(about["columns"]) - len(shown)
    notes = [f"{warning}." for warning in told] + [f"And {more} more columns."] * (more > 0)
    return Table("columns", caption, columns, rows, tools=len(rows) > 8, notes=notes)


def values_of(column: dict[str, Any]) -> str:
    """The levels of a column, or its range."""
    levels = [str(level) for level in column["levels"]]
    if levels:
        more = f", … {len(levels)} in all" if len(levels) > LEVELS else ""
        return ", ".join(levels[:LEVELS]) + more
    return "" if column["low"] is None else f"{column['low']:.6g} … {column['high']:.6g}"


def _splits(p: Prepared, dataset: str) -> Table:
    sizes: dict[str, dict[str, Any]] = {}
    for record in p.view.records:
        if str(record["cell"]["dataset"]) == dataset and "rows" in record:
            sizes.setdefault(str(record["cell"]["split"]), record["rows"])
    columns = [Column("split"), *(Column(part, number=True) for part in PARTS)]
    rows = [
        [Cell(split), *(number(float(size.get(part, math.nan)), ",.0f") for part in PARTS)]
        for split, size in sorted(sizes.items())
    ]
    return Table("splits", "Rows of each part.", columns, rows or [], empty="no split was drawn.")
