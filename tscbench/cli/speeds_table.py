"""Speeds as text: a table for each dataset and split, a line for each teacher and student."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from tscbench.cli.options import table
from tscbench.contracts.kinds import AXES

if TYPE_CHECKING:
    from tscbench.harness.lines import Line


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
    texts = []
    for (dataset, split), rows in speeds.groupby(["dataset", "split"], sort=True):
        batches = sorted(rows["batch"].unique())
        headers = ["teacher", "model", "arms", "nodes", "bytes"]
        headers += [f"rows/s at {batch:,}" for batch in batches]
        headers += [f"speed-up at {batches[-1]:,}", "bare speed-up", ""]
        of_model = rows.groupby(["teacher", "student"])
        lines = [_line(str(key[0]), str(key[1]), some, batches) for key, some in of_model]
        lines.sort(key=lambda line: (line[1] != "(itself)", line[0] == "-"))
        texts.append(f"{dataset}, split {split}\n{table(lines, headers)}")
    facts = f"one thread; medians over repeats and arms; {'; '.join(speeds['hardware'].unique())}"
    return "\n\n".join([*texts, facts])


def _line(teacher: str, student: str, rows: pd.DataFrame, batches: list[int]) -> list[Any]:
    itself = student == "teacher"
    last = rows[rows["batch"] == batches[-1]]
    nodes = rows["nodes"].fillna(rows["parameters"])
    contended = f"contended: {rows['contended'].sum()} of {len(rows)}"
    return [
        teacher,
        "(itself)" if itself else student,
        "" if itself else len(rows[list(AXES)].drop_duplicates()),
        _number(nodes),
        _number(rows["bytes"]),
        *(_number(rows.loc[rows["batch"] == batch, "rows_per_second"]) for batch in batches),
        "" if itself else _number(last["speed_up"]),
        "" if itself else _number(last["bare_speed_up"]),
        contended if rows["contended"].any() else "",
    ]


def _number(values: pd.Series) -> str:
    """The median to three figures; empty where there is none."""
    middle = values.dropna().median()  # of all NaN an older numpy warns
    if pd.isna(middle):
        return ""
    return f"{middle:,.0f}" if middle >= 1000 else f"{middle:.3g}"
