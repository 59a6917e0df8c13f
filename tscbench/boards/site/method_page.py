"""The page of a method: its difference to training rows alone, its plugins, its failures."""

from __future__ import annotations

import math
from typing import Any

from tscbench.boards.site.cells_page import failures
from tscbench.boards.site.methods_table import between
from tscbench.boards.site.plugins import plugins_of
from tscbench.boards.site.prepared import Prepared
from tscbench.boards.site.standard_table import standard_table
from tscbench.boards.site.tables import Cell, Column, Table, bounds, number, unlike

AXES = ("generator", "mix", "query", "objective", "teacher")


def method_page(p: Prepared, arm: str) -> dict[str, Any]:
    """What the template takes."""
    axes = p.arms.loc[arm]
    return {
        "name": p.names[arm],
        "summary": [
            *((axis, Cell(axes[axis])) for axis in AXES if axes[axis] != "-"),
            *_place(p, arm),
            *_speed_and_cost(p, arm),
        ],
        "datasets": _datasets(p, arm),
        "standard": standard_table(
            p,
            p.datasets,
            "standard",
            "Test rows, mean ± standard error; Δ is the paired difference to the same student on "
            "training rows alone.",
            arm=arm,
        ),
        "probes": _probes(p, arm),
        "failures": _failures(p, arm),
        "plugins": plugins_of(p.view, {axis: axes[axis] for axis in AXES}),
    }


def _place(p: Prepared, arm: str) -> list[tuple[str, Cell]]:
    """Where it stands among the methods of its field."""
    for one in p.fields:
        if arm in one.methods.index:
            row = one.methods.loc[arm]
            cells = ("cells", Cell(f"{row['n']} of {row['asked']}"))
            if math.isnan(row["score"]):
                return [cells, ("place", Cell("none, as cells are missing"))]
            place = list(one.methods.index).index(arm) + 1
            of = int(one.methods["score"].notna().sum())
            return [cells, ("place", Cell(f"{place} of {of}")), (p.headline, number(row["score"]))]
    return []


def _speed_and_cost(p: Prepared, arm: str) -> list[tuple[str, Cell]]:
    found = [
        ("seconds a student", number(p.cost.loc[arm, "total_seconds"], ".3g")),
        ("over training rows alone", number(p.cost.loc[arm, "ratio"], ".3g", unit="×")),
    ]
    if arm in p.speed.index:
        found.append(("rows/s", number(p.speed.loc[arm, "rows_per_second"], ",.0f")))
        found.append(("speed-up", number(p.speed.loc[arm, "speed_up"], ".3g", unit="×")))
    return [(name, cell) for name, cell in found if cell.text]


def _datasets(p: Prepared, arm: str) -> Table:
    mine = p.by_dataset.loc[arm]
    scale = bounds(mine["low"], mine["high"])
    columns = [
        Column("dataset"),
        Column(p.headline, number=True),
        Column(f"Δ {p.headline}", number=True),
        Column("95 % interval", number=True),
        Column("cells", number=True),
    ]
    rows = [
        [
            Cell(str(dataset), href=p.dataset_page(str(dataset))),
            number(row["score"], error=row["error"]),
            number(row["difference"], "+.4f"),
            between(row, scale),
            Cell(
                f"{row['n']} of {row['asked']}",
                key=str(row["n"]),
                href=p.cells_page(arm, str(dataset)),
            ),
        ]
        for dataset, row in mine.iterrows()
    ]
    caption = (
        f"{p.headline} on test rows, the mean over students ± standard error; Δ to the same "
        "students on training rows alone, taught in the same way, with the interval of the "
        "corrected resampled t."
    )
    notes = [f"No interval: {why}." for why in dict.fromkeys(mine["why"]) if why]
    table = Table("by-dataset", caption, columns, rows, notes=notes)
    return unlike(table, ("dataset", p.headline, "cells"))


def _probes(p: Prepared, arm: str) -> Table | None:
    """What probes say of its synthetic rows; None where none was asked."""
    axes = p.arms.loc[arm]
    here = p.scores[
        (p.scores["part"] == "synthetic") & (p.scores["generator"] == axes["generator"])
    ]
    for axis in ("mix", "query", "objective", "teacher"):
        here = here[here[axis] == axes[axis]]
    if here.empty:
        return None
    means = here.groupby(["metric", "dataset"], sort=True)["value"].mean().unstack("dataset")
    columns = [Column("probe"), *(Column(str(name), number=True) for name in means.columns)]
    rows = [
        [Cell(str(probe)), *(number(value) for value in values)]
        for probe, values in zip(means.index, means.to_numpy().tolist(), strict=True)
    ]
    return Table("probes", "Means over splits and seeds.", columns, rows)


def _failures(p: Prepared, arm: str) -> Table:
    columns = [Column("dataset"), Column("cells", number=True), Column("what failed")]
    rows = []
    for (mine, dataset), records in p.records.items():
        if mine == arm:
            for one in failures(records):
                said = Cell(f"{one['step']}: {one['error']}", href=p.cells_page(arm, dataset))
                rows.append([Cell(dataset), Cell(one["n"], key=one["n"]), said])
    return Table("failures", "Cells that failed", columns, rows)
