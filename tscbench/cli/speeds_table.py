"""Speeds as text: a table for each dataset and split, a line for each teacher and student."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from tscbench.contracts.kinds import AXES
from tscbench.report import formats
from tscbench.report.by_dataset import IN_BRACKETS
from tscbench.report.screen import screen
from tscbench.report.table import Column, Table

if TYPE_CHECKING:
    from tscbench.harness.lines import Line

ITSELF = "(the teacher)"


def of_lines(speeds: pd.DataFrame, lines: Sequence[Line]) -> pd.DataFrame:
    """The speeds of these lines, and of the teachers of their datasets and splits."""
    cells = {tuple(map(str, line.cell.axes)) for line in lines}
    places = {cell[:2] for cell in cells}
    kept = [
        cell in cells or (cell[:2] in places and cell[AXES.index("student")] == "teacher")
        for cell in zip(*(speeds[axis] for axis in AXES), strict=True)
    ]
    return speeds[kept].reset_index(drop=True)


def as_text(speeds: pd.DataFrame) -> str:
    """Tables with the medians over arms: nodes (or parameters), bytes, rows per second, and the
    speed-up over the teacher at the largest batch."""
    tables = [
        _table(f"{dataset}, split {split}", rows)
        for (dataset, split), rows in speeds.groupby(["dataset", "split"], sort=True)
    ]
    facts = f"one thread; medians over repeats and arms; {'; '.join(speeds['hardware'].unique())}"
    return "\n\n".join([*map(formats.as_text, tables), formats.filled(facts, screen())])


def _table(title: str, rows: pd.DataFrame) -> Table:
    batches = sorted(rows["batch"].unique())
    of_model = rows.groupby(["teacher", "student"])
    lines = [_line(str(key[0]), str(key[1]), some, batches) for key, some in of_model]
    lines.sort(key=lambda line: (line["model"] != ITSELF, line["teacher"] == "-"))
    columns = [
        Column("model", wanted=9),
        Column("teacher", wanted=3),
        *(Column(name, form=".3g", wanted=2) for name in ("arms", "nodes", "bytes")),
        *(
            Column(str(batch), f"rows/s at {batch:,}", ".3g", doubt="contended", wanted=6)
            for batch in batches
        ),
        Column("speed_up", f"speed-up at {batches[-1]:,}", ".3g", "×", doubt="contended", wanted=8),
        Column("bare_speed_up", "bare speed-up", ".3g", "×", doubt="contended"),
    ]
    notes = [IN_BRACKETS] * bool(rows["contended"].any())
    return Table(title, "", columns, pd.DataFrame(lines), notes)


def _line(teacher: str, student: str, rows: pd.DataFrame, batches: list[int]) -> dict[str, Any]:
    itself = student == "teacher"
    last = rows[rows["batch"] == batches[-1]]
    of_batch = {str(b): _median(rows.loc[rows["batch"] == b, "rows_per_second"]) for b in batches}
    return {
        "teacher": teacher,
        "model": ITSELF if itself else student,
        "arms": math.nan if itself else float(len(rows[list(AXES)].drop_duplicates())),
        "nodes": _median(rows["nodes"].fillna(rows["parameters"])),
        "bytes": _median(rows["bytes"]),
        **of_batch,
        "speed_up": math.nan if itself else _median(last["speed_up"]),
        "bare_speed_up": math.nan if itself else _median(last["bare_speed_up"]),
        "contended": float(rows["contended"].any()),
    }


def _median(values: pd.Series) -> float:
    known = values.dropna()  # of all NaN an older numpy warns
    return float(known.median()) if len(known) else math.nan
