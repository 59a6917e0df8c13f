"""The page that a run begins with: the verdict, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from tscbench.contracts.failures import STATUSES
from tscbench.report.boards import is_of_probes
from tscbench.report.cost_board import speed_table
from tscbench.report.methods import methods_tables, ranking_table
from tscbench.report.names import names_in
from tscbench.report.probe_board import probe_board
from tscbench.report.quantities import count
from tscbench.report.site import figures
from tscbench.report.site.failures import failures_table
from tscbench.report.site.markup import Drawn, Place, drawn
from tscbench.report.site.prepared import Prepared
from tscbench.report.site.sections import Section, sections
from tscbench.report.table import Column, Table
from tscbench.report.tuning import TUNED, tuned_study
from tscbench.report.verdict import said_of

ABOUT = ("rows", "columns", "classes")
ASKED = {
    "Gain": "gain",
    "Size": "size",
    "Cost and speed": "cost",
    "Certainty": "doubt",
}
"""What the sentences of a verdict are about."""


def overview(p: Prepared) -> dict[str, Any]:
    """What the template takes."""
    said = said_of(p.study, p.verdict, p.names)
    first = p.verdict.ranking.first if p.verdict else ""
    name = p.name_of.get(first, "")
    named = bool(name) and said.headline.startswith(name)
    return {
        "coverage": _coverage(p),
        "warnings": list(_warnings(p)),
        "first": Place(name, href=p.method_page(first)) if named else None,
        "headline": said.headline.removeprefix(name) if named else said.headline,
        "said": [(what, getattr(said, field)) for what, field in ASKED.items()],
        "sections": sections(_sections(p)),
        "notices": list(p.pack.notices),
    }


def _coverage(p: Prepared) -> str:
    done, asked = int(p.each["n"].sum()), int(p.each["asked"].sum())
    of = [
        f"{done:,} of {asked:,} cells",
        count(len(p.datasets), "dataset"),
        count(len(p.arms), "method"),
        count(p.study.cells["student"].nunique(), "student"),
    ]
    return " · ".join(of)


def _warnings(p: Prepared) -> Iterator[str]:
    asked, lacking = int(p.each["asked"].sum()), int((p.each["asked"] - p.each["n"]).sum())
    if lacking and not is_of_probes(p.study):
        status = p.study.cells["status"]
        failed, missing = status.isin(STATUSES).sum(), (status == "missing").sum()
        rest = lacking - failed - missing
        said = f"{failed:,} failed, {missing:,} not run yet"
        said += f", {rest:,} without {p.headline}" if rest else ""
        yield (
            f"{lacking:,} of {asked:,} cells are not there ({said}). A method that lacks one has "
            "no rank."
        )


def _sections(p: Prepared) -> Iterator[Section]:
    yield Section("Ranking", list(_rankings(p)))
    methods = [_numbered(t, "methods", n, p, order="place") for n, t in enumerate(p.methods)]
    yield Section("Methods over all datasets", methods, figures.of_methods(p))
    yield Section("Datasets", [drawn(_datasets(p), "datasets", p.links)])
    yield Section("Costs and speeds", list(_speeds(p)), figures.of_costs(p))
    yield from _tuned(p)
    yield from _of_probes(p)
    if len(p.card.frame):
        yield Section("Teachers", [drawn(p.card, "teachers", p.links)])
    failed = failures_table(p)
    if len(failed.frame):
        yield Section("Failures", [drawn(failed, "failures", p.links)])
    yield Section(
        "Every dataset, method and student", [drawn(with_cells(p.every), "every", p.links)]
    )


def _numbered(table: Table, ident: str, nth: int, p: Prepared, order: str = "") -> Drawn:
    return drawn(table, ident if nth == 0 else f"{ident}-{nth + 1}", p.links, order=order)


def with_cells(table: Table) -> Table:
    """A table with the number of each row's cells, which leads to their page."""
    if any(column.field == "n" for column in table.columns):
        return table
    cells = Column("n", "cells", ".0f", whole="asked", help="lead to their page")
    return replace(table, columns=[*table.columns, cells])


def _rankings(p: Prepared) -> Iterator[Drawn]:
    """The ranking of the verdict, and that at equal size if it is another one."""
    verdict = p.verdict
    if verdict is None:
        return
    for nth, one in enumerate([verdict.ranking, verdict.sized]):
        if one is not None and (nth == 0 or not verdict.is_sized):
            table = ranking_table(p.study, replace(verdict, ranking=one), p.names)
            yield _numbered(table, "ranking", nth, p, order="place")


def _datasets(p: Prepared) -> Table:
    """Each dataset with the method that is first on it, and how many cannot be told from that."""
    own = p.study.scores[p.study.scores["student"] == "teacher"]
    own = own[(own["metric"] == p.headline) & (own["part"] == "test")].groupby("dataset")["value"]
    teachers = own.max() if p.study.direction(p.headline) == "higher" else own.min()
    rows = []
    for dataset in p.datasets:
        about, ranking = p.pack.data.get(dataset, {}), p.rankings.get(dataset)
        row = {"dataset": dataset, **{name: about.get(name) for name in ABOUT}}
        if ranking is not None:
            first = ranking.methods.iloc[0]
            row |= {**first, "method": p.name_of[ranking.first], "n": len(ranking.methods)}
            row["alike"] = len(ranking.alike)
            made = ranking.methods[ranking.methods["mix"] != "real"]
            best = (made if len(made) else ranking.methods).iloc[0]
            row |= {name: best[name] for name in ("gain", "gain_low", "gain_high")}
        rows.append({**row, "teacher_score": teachers.get(dataset)})
    columns = [
        Column("dataset", wanted=9),
        *(Column(name, form=",.0f") for name in ABOUT),
        Column("method", "first", wanted=9, help="by the mean over its students"),
        Column("score", p.headline, ".4f", wanted=8),
        Column("alike", "alike", ".0f", whole="n", help="cannot be told from the first, with it"),
        Column("gain", form="+.4f", help="of the first with synthetic rows over the best without"),
        Column("gain_low", "95 % interval", "+.4f", high="gain_high"),
        Column("teacher_score", "teacher", ".4f", help="its own score; of several the best"),
    ]
    names = dict.fromkeys(["dataset", "method", *(c.field for c in columns), "n", "gain_high"])
    frame = pd.DataFrame(rows, columns=[*names, *p.arms.columns])
    numbers = [c.field for c in columns if c.form] + ["n", "gain_high"]
    caption = (
        f"The first method on each by the mean {p.headline} of its students on test rows; alike: "
        "of how many methods it is one that cannot be told apart"
    )
    table = Table("Datasets", caption, columns, frame.astype(dict.fromkeys(numbers, float)))
    return table.compact(["dataset", "method", "score"])


def _speeds(p: Prepared) -> Iterator[Drawn]:
    """The most accurate, the smallest and the fastest students, if any were timed."""
    if len(p.study.speeds):
        table = speed_table(p.study, p.names)
        if len(table.frame):
            yield drawn(table, "fastest", p.links)


def _tuned(p: Prepared) -> Iterator[Section]:
    """What validation rows choose of methods that were asked for with several parameters, and
    those methods among the others."""
    if not any(_several(p.study.cells[axis]) for axis in TUNED):
        return
    tables, kept, _ = tuned_study(p.study)
    if not tables:
        return
    over = methods_tables(kept, names_in(kept))
    found = [
        *(_numbered(table, "tuned", nth, p) for nth, table in enumerate(tables)),
        *(_numbered(table, "tuned-methods", nth, p) for nth, table in enumerate(over)),
    ]
    lead = "A lane of its own: above, every setting stands for itself."
    yield Section("Tuned on validation rows", found, figures.of_tuning(p), lead, "tuned")


def _several(specs: pd.Series) -> bool:
    """Whether a plugin is there with several parameters."""
    each = pd.Series(specs.unique()).str.partition("(")[0]
    return bool(each.duplicated().any())


def _of_probes(p: Prepared) -> Iterator[Section]:
    """What probes say of synthetic rows, and how well that foretells what students make of them."""
    board = probe_board(p.study)
    if len(board.frame):
        yield Section("What foretells a good synthetic set", [drawn(board, "probes", p.links)])
    if is_of_probes(p.study):
        found = [drawn(table, f"set-{nth}", p.links) for nth, table in enumerate(p.synthetic)]
        yield Section("Synthetic rows", found)
