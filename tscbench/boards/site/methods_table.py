"""The methods of a run over all its datasets, a row each."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from tscbench.boards.overview import Field, means_of, worth_of
from tscbench.boards.site.adapters import short_specs
from tscbench.boards.site.prepared import Prepared
from tscbench.boards.site.standard_table import HELP, unsaid
from tscbench.boards.site.tables import (
    NONE,
    Bounds,
    Cell,
    Column,
    Table,
    bounds,
    interval,
    minus,
    number,
    sentence,
    unlike,
    without,
)
from tscbench.boards.sources import said_of
from tscbench.boards.summary import without_rank

FIRST = ("generator", "mix", "query")
LAST = ("objective", "teacher")
AXES = (*FIRST, *LAST)


def methods_table(p: Prepared, one: Field, nth: int) -> Table:
    """The methods of one field, best first."""
    scale = bounds(one.methods["low"], one.methods["high"])
    beside = _beside(p, one)
    short = {axis: short_specs(one.methods[axis]) for axis in AXES}
    rows = []
    for place, (arm, row) in enumerate(one.methods.iterrows(), 1):
        axes = [Cell(short[axis][row[axis]]) for axis in AXES]
        axes[0] = axes[0]._replace(href=p.method_page(str(arm)))
        ranked = not math.isnan(row["score"])
        cells = Cell(f"{row['n']} of {row['asked']}", key=str(row["n"]))
        rows.append(
            [
                Cell(str(place), key=str(place)) if ranked else NONE,
                *axes[: len(FIRST)],
                *_scores(row, scale),
                *(number(of.get(arm, math.nan), *form) for of, form in beside.values()),
                *axes[len(FIRST) :],
                cells,
            ]
        )
    table = Table(
        id="methods" if nth == 0 else f"methods-{nth + 1}",
        caption=_caption(p, one),
        columns=_columns(p, one, list(beside)),
        rows=rows,
        sorted=("#", "ascending"),
        header=1,
        tools=len(rows) > 8,
        notes=[
            *unsaid(short),
            *map(sentence, dict.fromkeys(one.refused.values())),
            *said_of(one.sources),
            *map(sentence, without_rank(one, p.lacking)),
        ],
    )
    tier = () if "tier" in one.refused else ("tier",)
    varied = {axis for axis in AXES if len(set(one.methods[axis]) - {"-"}) > 1}
    keep = ("#", "generator", "mix", p.headline, "cells", *tier)
    return without(unlike(table, keep), set(AXES[2:]) - varied)


def _columns(p: Prepared, one: Field, beside: list[str]) -> list[Column]:
    return [
        Column("#", number=True, help="place by the mean score"),
        *(Column(axis, facet=True) for axis in FIRST),
        Column(p.headline, number=True, help="mean over datasets of the mean over students"),
        Column(f"Δ {p.headline}", number=True, help="to the same student on training rows alone"),
        Column("95 % interval", number=True, help=one.over),
        Column("better", number=True, help="datasets on which it is better than training rows"),
        Column("rank", number=True, help="mean over datasets of its rank"),
        Column("first", number=True, help="share of resamplings in which it has the best rank"),
        Column("tier", number=True, help="methods of a tier cannot be told from its leader"),
        *(Column(name, number=True, help=HELP.get(name, "")) for name in beside),
        *(Column(axis, facet=True) for axis in LAST),
        Column("cells", number=True, help="cells with a score, of those asked for"),
    ]


def _scores(row: Any, scale: Bounds) -> list[Cell]:
    return [
        number(row["score"]),
        number(row["difference"], "+.4f"),
        between(row, scale),
        _wins(row),
        number(row["rank"], ".1f"),
        number(row["first"], ".0%"),
        number(row["tier"], ".0f"),
    ]


def _beside(p: Prepared, one: Field) -> dict[str, tuple[Any, tuple[Any, ...]]]:
    """What else stands in a row, by arm, with the form of its number: accuracy, TSC Score, cost and
    speed."""
    cells = p.cells[p.cells["arm"].isin(one.methods.index)]
    sources = one.sources
    times: tuple[Any, ...] = (math.nan, "×")
    found: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "accuracy": (means_of(cells, p.scores, "accuracy", sources=sources), ()),
        "TSC Score": (worth_of(cells, p.related, sources=sources), ()),
        "cost": (p.cost["ratio"], (".3g", *times)),
        "speed-up": (p.speed["speed_up"], (".3g", *times)),
    }
    return {name: what for name, what in found.items() if name != p.headline}


def between(row: Any, scale: Bounds) -> Cell:
    """The interval of a row's difference, as text and drawn."""
    if math.isnan(row["difference"]) or math.isnan(row["low"]):
        return NONE
    text = f"{minus(format(row['low'], '+.4f'))} to {minus(format(row['high'], '+.4f'))}"
    drawn = interval(row["difference"], row["low"], row["high"], scale)
    return Cell(text, key=repr(float(row["low"])), plot=drawn)


def _wins(row: pd.Series) -> Cell:
    if math.isnan(row["win"]):
        return NONE
    total = row["win"] + row["tie"] + row["loss"]
    return Cell(f"{row['win']:.0f} of {total:.0f}", key=repr(float(row["win"])))


def _caption(p: Prepared, one: Field) -> str:
    n, asked = int(one.methods["n"].sum()), int(one.methods["asked"].sum())
    same = [
        f"{axis} {next(label for label in one.methods[axis] if label != '-')}"
        for axis in (FIRST[-1], *LAST)
        if len(set(one.methods[axis]) - {"-"}) == 1
    ]
    said = [
        f"{p.headline} on test rows over {', '.join(one.datasets)}",
        f"students {', '.join(one.students)}",
        f"{n:,} of {asked:,} cells",
        *same,
    ]
    return "; ".join(said) + "."
