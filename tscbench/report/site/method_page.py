"""The page of a method: its difference to training rows alone, its plugins, its failures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

from tscbench.analysis.beside import beside_of
from tscbench.analysis.comparison_groups import ComparisonGroup
from tscbench.analysis.repeats import summaries
from tscbench.report.by_dataset import whole_caption
from tscbench.report.site.differences import difference_table
from tscbench.report.site.failures import failures_table
from tscbench.report.site.markup import Place, drawn, fact
from tscbench.report.site.overview_page import with_cells
from tscbench.report.site.plugins import plugins_of
from tscbench.report.site.prepared import TELLING, Prepared
from tscbench.report.site.sections import Section, sections
from tscbench.report.table import Column, Table

MADE = ("generator", "teacher", "query")
"""What the rows of a synthetic set and their labels are made with."""


def method_page(p: Prepared, arm: str) -> dict[str, Any]:
    """What the template takes."""
    axes = p.arms.loc[arm]
    reached = {axis: str(axes[axis]) for axis in TELLING if axes[axis] != "-"}
    return {
        "name": p.name_of[arm],
        "summary": [
            *((axis, Place(label)) for axis, label in reached.items()),
            *_standing(p, arm),
        ],
        "sections": sections(_sections(p, arm)),
        "plugins": plugins_of(p.pack, reached),
    }


def _sections(p: Prepared, arm: str) -> Iterator[Section]:
    mine = p.each[p.each["arm"] == arm]
    yield Section("By dataset", [difference_table(p, mine, "dataset", "by-dataset")])
    every = with_cells(p.every)
    rows = p.rows_of[arm]
    own = replace(
        every, caption=whole_caption(rows), columns=_nameless(every), frame=rows, notes=()
    )
    kept = ["dataset", "student", p.headline, "n"]
    yield Section("By student", [drawn(own.compact(kept), "every", p.links)])
    probes = _probes(p, arm)
    yield Section("Its synthetic rows", [drawn(probes, "probes")] if probes else [])
    failed = failures_table(p)
    here = failed.frame[failed.frame["arm"] == arm]
    failed = replace(failed, columns=_nameless(failed), frame=here)
    yield Section("Failures", [drawn(failed, "failures", p.links)])


def _nameless(table: Table) -> list[Column]:
    """Its columns without that of names, which are all the same on a method's page."""
    return [column for column in table.columns if column.field != "method"]


def _standing(p: Prepared, arm: str) -> Iterator[tuple[str, Place]]:
    """Where it stands among the methods of its group, and what its students take."""
    for nth, group in enumerate(p.study.groups(p.headline)):
        if arm in group.methods.index:
            yield from _place(p, arm, group, f"{p.home}#methods{f'-{nth + 1}' if nth else ''}")
            yield from _speed_and_cost(p, arm, group)
            return


def _place(p: Prepared, arm: str, group: ComparisonGroup, href: str) -> Iterator[tuple[str, Place]]:
    """href: its group on the overview."""
    row, of = group.methods.loc[arm], int(group.methods["score"].notna().sum())
    yield "cells", Place(f"{row['n']} of {row['asked']}")
    if math.isnan(row["score"]):
        yield "place", Place("none, as cells are missing")
    else:
        place = list(group.methods.index).index(arm) + 1
        yield "place", Place(f"{place} of {of}", href=href if len(p.methods) else "")
        yield p.headline, fact(row["score"], ".4f")


def _speed_and_cost(p: Prepared, arm: str, group: ComparisonGroup) -> list[tuple[str, Place]]:
    beside = beside_of(p.study, group)
    cost, speed = beside.cost, beside.speed
    said: list[tuple[str, pd.DataFrame, str, str, str]] = [
        ("seconds a student", cost, "total_seconds", ".3g", ""),
        ("over the same on training rows", cost, "ratio", ".3g", "×"),
        ("rows/s", speed, "rows_per_second", ".3g", ""),
        ("speed-up", speed, "speed_up", ".3g", "×"),
    ]
    found = [
        (what, fact(frame.loc[arm, column], form, unit=unit))
        for what, frame, column, form, unit in said
        if arm in frame.index
    ]
    return [(what, place) for what, place in found if place.text]


@lru_cache(maxsize=16)
def _said_of(p: Prepared) -> dict[tuple[str, ...], pd.DataFrame]:
    """What probes gave of the sets of each generator, teacher and query, mean and standard_error,
    a row per number and dataset."""
    scores = p.study.scores
    said = scores[scores["part"] == "synthetic"]
    said = said.drop_duplicates(["dataset", *MADE, "metric", "split", "seed"])
    found = summaries(said, ["dataset", *MADE, "metric"]).reset_index()
    return {tuple(map(str, made)): rows for made, rows in found.groupby(list(MADE))}


def _probes(p: Prepared, arm: str) -> Table | None:
    """What probes say of its synthetic rows: a row per number, a column per dataset."""
    axes = p.arms.loc[arm]
    said = _said_of(p).get(tuple(axes[name] for name in MADE))
    if said is None or axes["mix"] == "real":
        return None
    wide = said.pivot(index="metric", columns="dataset", values=["mean", "standard_error"])
    columns = [Column(name, form=".4f", error=f"{name} ±") for name in map(str, wide["mean"])]
    errors = wide["standard_error"].rename(columns=lambda name: f"{name} ±")
    frame = pd.concat([wide["mean"], errors], axis=1).reset_index()
    caption = "mean ± standard error over splits, or over seeds of one split"
    return Table("Probes", caption, [Column("metric", "probe"), *columns], frame)
