"""The page that a run begins with."""

from __future__ import annotations

import math
from typing import Any

from tscbench.boards.cost_board import speed_board
from tscbench.boards.lanes import tuned
from tscbench.boards.site.adapters import (
    critical_figure,
    overview_figures,
    probe_board,
    sweep_figure,
)
from tscbench.boards.site.answer import answers, untimed
from tscbench.boards.site.methods_table import methods_table
from tscbench.boards.site.prepared import Prepared
from tscbench.boards.site.standard_table import standard_table
from tscbench.boards.site.tables import NONE, Cell, Column, Table, board_table, number
from tscbench.boards.summary import over_datasets
from tscbench.boards.tuning import TUNED, tuning_board

SIZES = ("rows", "columns", "classes")


def overview(p: Prepared) -> dict[str, Any]:
    """What the template takes."""
    done = int(p.cells["there"].sum())
    n_students = p.cells["student"].nunique()
    coverage = (
        f"{done:,} of {len(p.cells):,} cells · {len(p.datasets)} datasets · {n_students} students"
    )
    warnings = []
    if done < len(p.cells):
        status = p.cells.loc[~p.cells["there"], "status"]
        said = f"{(status == 'failed').sum():,} failed, {(status == 'missing').sum():,} not run yet"
        if unscored := (status == "ok").sum():
            said += f", {unscored:,} without {p.headline}"
        warnings.append(
            f"{len(p.cells) - done:,} of {len(p.cells):,} cells are not there ({said}). A method "
            "that lacks one has no rank."
        )
    return {
        "coverage": coverage,
        "warnings": warnings,
        "answer": answers(p),
        "methods": [methods_table(p, one, nth) for nth, one in enumerate(p.fields)],
        "standard": standard_table(p, p.datasets, "standard", _standard_caption(p)),
        "datasets": _datasets(p),
        "teachers": board_table(p.card, "teachers", {"dataset": p.dataset_page}),
        "probes": board_table(
            probe_board(p.view.scores, p.related, sources=p.view.sources), "probes", {}
        ),
        "speed": _speed(p),
        **tuned_lane(p),
        "notices": list(p.view.notices),
        "untimed": "" if len(p.speed) else untimed(p.view),
        "critical": critical_figure(p.fields[0], p.names) if p.fields else None,
        **overview_figures(p.view, p.by_dataset, p.arms),
    }


def _speed(p: Prepared) -> Table | None:
    """The most accurate, the smallest and the fastest students; None where nothing was timed."""
    if p.view.speeds.empty:
        return None
    direction = p.direction
    board = speed_board(p.view.scores, p.view.speeds, p.headline, direction=direction)
    return board_table(board, "fastest", {"dataset": p.dataset_page}) if len(board.table) else None


def tuned_lane(p: Prepared) -> dict[str, Any]:
    """What validation rows choose of methods that were asked for with several parameters, and
    those methods among the others; nothing where there is no such choice."""
    view, direction = p.view, p.direction
    tables: list[Table] = []
    for axis in TUNED:
        board = tuning_board(view.scores, view.timings, p.headline, axis=axis, direction=direction)
        if board is not None:
            lane = tuned(view.scores, p.headline, axis=axis, direction=direction)
            over = over_datasets(lane.scores, p.headline, direction=direction, sources=view.sources)
            key = "tuned" if axis == "generator" else f"tuned-{axis}"
            tables.append(board_table(board, key, {"dataset": p.dataset_page}))
            tables += [board_table(one, f"{key}-{nth}", {}) for nth, one in enumerate(over, 1)]
    return {"tuned": tables, "sweep": sweep_figure(view) if tables else None}


def _standard_caption(p: Prepared) -> str:
    timed = "" if len(p.speed) else f" {untimed(p.view)}"
    return (
        "Test rows, mean ± standard error over splits (over seeds where there is one split); "
        f"Δ is the paired difference to the same student on training rows alone.{timed}"
    )


def _datasets(p: Prepared) -> Table:
    columns = [Column("dataset"), *(Column(c, number=True) for c in SIZES)]
    columns += [Column("best method"), Column(p.headline, number=True)]
    columns += [Column(f"Δ {p.headline}", number=True), Column("teacher", number=True)]
    own = p.view.scores[p.view.scores["student"] == "teacher"]
    own = own[(own["metric"] == p.headline) & (own["part"] == "test")]
    of_dataset = own.groupby("dataset")["value"]
    teachers = of_dataset.max() if p.direction == "higher" else of_dataset.min()
    rows = []
    for dataset in p.datasets:
        about = p.view.data.get(dataset, {})
        here = p.by_dataset.xs(dataset, level="dataset")["score"].dropna()
        here = here[here.index.isin(p.field_on(dataset).methods.index)]
        best = (here.idxmax() if p.direction == "higher" else here.idxmin()) if len(here) else None
        facts = [number(float(about.get(name, math.nan)), ",.0f") for name in SIZES]
        found = [NONE, NONE, NONE]
        if best is not None:
            row = p.by_dataset.loc[(best, dataset)]
            change = number(row["difference"], "+.4f")
            found = [Cell(p.names[best], href=p.method_page(best)), number(row["score"]), change]
        teacher = number(float(teachers.get(dataset, math.nan)))
        rows.append([Cell(dataset, href=p.dataset_page(dataset)), *facts, *found, teacher])
    caption = (
        "The best method of each dataset by its mean over students; teacher: its own score, "
        "of several the best."
    )
    return Table("datasets", caption, columns, rows)
