"""The page of a dataset: what it is, how it was split, and which methods did best on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from tscbench.report.site import figures
from tscbench.report.site.differences import difference_table
from tscbench.report.site.markup import Drawn, Place, drawn, fact
from tscbench.report.site.overview_page import with_cells
from tscbench.report.site.plugins import plugins_of
from tscbench.report.site.prepared import Prepared
from tscbench.report.site.sections import Section, sections
from tscbench.report.table import Column, Table
from tscbench.report.verdict import said_of_ranking
from tscbench.results.arms import size_order

PARTS = ("train", "valid", "test")
COLUMNS, LEVELS = 100, 12
"""How many columns of a table, and levels of a column, a page shows."""


def dataset_page(p: Prepared, dataset: str) -> dict[str, Any]:
    """What the template takes."""
    about, ranking = p.pack.data.get(dataset, {}), p.rankings.get(dataset)
    here = p.each[p.each["dataset"] == dataset]
    counts = [
        (name, fact(float(about[name]), ",.0f")) for name in ("rows", "columns") if name in about
    ]
    texts = [(name, Place(str(about[name]))) for name in ("classes", "test rows") if name in about]
    source = f"{about['source']}: one dataset in means over datasets" if "source" in about else ""
    return {
        "name": dataset,
        "summary": [
            *counts,
            *texts,
            ("cells", Place(f"{here['n'].sum():,} of {here['asked'].sum():,}")),
            *([("source", Place(source))] if source else []),
        ],
        "said": said_of_ranking(p.study, p.headline, ranking, p.names) if ranking else None,
        "sections": sections(_sections(p, dataset)),
        "plugins": plugins_of(p.pack, {"dataset": dataset}),
    }


def _sections(p: Prepared, dataset: str) -> Iterator[Section]:
    found = figures.of_dataset(p, dataset)
    yield Section("Methods", list(methods_by_students(p, dataset)), found.pareto)
    if dataset in p.on_dataset:
        every = with_cells(p.on_dataset[dataset])
        yield Section("Every method and student", [drawn(every, "every", p.links)], found.curves)
    for table in p.epochs:
        if table.dataset == dataset:
            yield Section("From epoch to epoch", [drawn(table, "epochs", p.links)], found.epochs)
    for table in p.costs:
        if table.dataset == dataset and table.frame["train_seconds"].notna().any():
            yield Section("What each student costs", [drawn(table, "costs", p.links)])
    probes = [table for table in p.synthetic if table.dataset == dataset]
    sets = [drawn(table, f"set-{nth}", p.links) for nth, table in enumerate(probes, 1)]
    yield Section("Synthetic rows", sets)
    yield Section("Teachers", _teachers(p, dataset))
    about = p.pack.data.get(dataset, {}).get("table")
    yield Section("Columns", [_columns(about)] if about and about["columns"] else [])
    yield Section("Split sizes", [_splits(p, dataset)])


def methods_by_students(p: Prepared, dataset: str) -> Iterator[Drawn]:
    """One table for each set of students, for means over others do not compare."""
    cells = p.study.cells[p.study.cells["dataset"] == dataset]
    students = cells.groupby("arm")["student"].agg(lambda names: tuple(sorted(set(names))))
    sets = sorted(set(students), key=lambda names: (-int((students == names).sum()), names))
    here = p.each[p.each["dataset"] == dataset]
    up = p.study.direction(p.headline) == "lower"
    for nth, names in enumerate(sets, 1):
        rows = here[here["arm"].isin(students.index[students == names])]
        rows = rows.sort_values("score", ascending=up, kind="stable")
        over = ", ".join(sorted(names, key=size_order))
        yield difference_table(p, rows, "method", f"methods-{nth}", over=over, order="score")


def _teachers(p: Prepared, dataset: str) -> list[Drawn]:
    """The rows of the teacher card that are of this dataset."""
    card = p.card
    if card.frame.empty:
        return []
    own = replace(card, frame=card.frame[card.frame["dataset"] == dataset])
    columns = [column for column in own.columns if column.field != "dataset"]
    return [drawn(replace(own, columns=columns).compact(["teacher"]), "teachers")]


def _columns(about: dict[str, Any]) -> Drawn:
    """How each column was read, and what may be misread."""
    shown = sorted(about["columns"], key=lambda c: not c["warnings"])[:COLUMNS]
    frame = pd.DataFrame(
        {
            "column": [c["name"] for c in shown],
            "kind": [c["kind"] for c in shown],
            "values": [values_of(c) for c in shown],
            "distinct": [float(c["distinct"]) for c in shown],
            "missing": [float(c["missing"]) for c in shown],
        }
    )
    columns = [Column(name) for name in ("column", "kind", "values")]
    columns += [Column(name, form=",.0f") for name in ("distinct", "missing")]
    caption = (
        "How each column was read. Levels, and whether cells are missing, are those of the whole "
        f"table, as OpenML declares them. {about['repeated']:.1%} of rows equal another row"
    )
    told = [*about["warnings"], *(w for c in about["columns"] for w in c["warnings"])]
    more = len(about["columns"]) - len(shown)
    notes = [f"{warning}." for warning in told] + [f"And {more} more columns."] * (more > 0)
    return drawn(Table("Columns", caption, columns, frame, notes), "columns")


def values_of(column: dict[str, Any]) -> str:
    """The levels of a column, or its range."""
    levels = [str(level) for level in column["levels"]]
    if levels:
        more = f", … {len(levels)} in all" if len(levels) > LEVELS else ""
        return ", ".join(levels[:LEVELS]) + more
    return "" if column["low"] is None else f"{column['low']:.6g} … {column['high']:.6g}"


def _splits(p: Prepared, dataset: str) -> Drawn:
    sizes: dict[str, dict[str, Any]] = {}
    for record in p.pack.records:
        if str(record["cell"]["dataset"]) == dataset and "rows" in record:
            sizes.setdefault(str(record["cell"]["split"]), record["rows"])
    rows = [{"split": split, **size} for split, size in sorted(sizes.items())]
    columns = [Column("split"), *(Column(part, form=",.0f") for part in PARTS)]
    frame = pd.DataFrame(rows, columns=["split", *PARTS]).astype(dict.fromkeys(PARTS, float))
    return drawn(Table("Split sizes", "Rows of each part", columns, frame), "splits")
