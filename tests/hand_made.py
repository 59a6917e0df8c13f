"""Rows of `scores()` by hand, and studies of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tscbench.analysis.study import Study
from tscbench.contracts.kinds import AXES
from tscbench.results.frames import COLUMNS, SPEEDS

CELL = {
    "dataset": "d",
    "split": "0",
    "teacher": "forest",
    "query": "inbag",
    "generator": "none",
    "mix": "real",
    "objective": "probabilities",
    "student": "tree",
    "seed": "0",
}
TEACHER = dict.fromkeys(("query", "generator", "mix", "objective", "seed"), "-")
FAILED = {"status": "failed", "part": None, "metric": None}


def row(value: float | None, **more: Any) -> dict[str, Any]:
    """A score: AUC on the test rows, of a tree on training rows, unless said otherwise."""
    return {**CELL, "status": "ok", "part": "test", "metric": "auc", "value": value, **more}


def own(value: float | None, **more: Any) -> dict[str, Any]:
    """A row of a teacher's own line."""
    return row(value, **{**TEACHER, "student": "teacher", **more})


def gone(status: str = "failed", **more: Any) -> dict[str, Any]:
    """The row of a cell that has failed, or that is missing."""
    return row(None, **{**FAILED, "status": status, **more})


def frame(*rows: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS).astype({"value": float})


def scores(
    values: Mapping[tuple[str, ...], Sequence[float] | None],
    *on: str,
    splits: int = 2,
    **more: Any,
) -> pd.DataFrame:
    """values: from choices on the axes `on` (dataset and generator) to what each split scores; None
    where all have failed. Generators but `none` have mix fake, unless that is a choice."""
    on = on or ("dataset", "generator")
    rows = []
    for choices, of_splits in values.items():
        cell = dict(zip(on, choices, strict=True))
        real = cell.get("generator", "none") == "none"
        cell = {"mix": "real" if real else "fake(ratio=1)"} | cell | more
        for split in range(splits):
            at = cell | {"split": str(split)}
            rows.append(gone(**at) if of_splits is None else row(of_splits[split], **at))
    return frame(*rows)


def sized(*lines: tuple[str, str, float, float, float], **more: Any) -> list[dict[str, Any]]:
    """Rows of cells: generator, student, nodes, score on validation and on test rows."""
    rows = []
    for generator, student, nodes, valid, test in lines:
        mix = "real" if generator == "none" else "fake(ratio=1)"
        cell = {"generator": generator, "student": student, "mix": mix, **more}
        rows += [row(valid, part="valid", **cell), row(test, **cell)]
        rows.append(row(nodes, metric="nodes", **{**cell, "part": "test"}))
    return rows


def speeds(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """Speeds as runs give them; of the first split and seed, on one thread, undisturbed."""
    known = {"batch": 1000, "threads": 1, "hardware": "h", "contended": False, "why": ""}
    every = [dict.fromkeys(SPEEDS, 0) | CELL | known | one for one in rows]
    return pd.DataFrame(every, columns=list(SPEEDS)).astype(SPEEDS)


def timings(*pairs: tuple[Mapping[str, Any], Mapping[str, float]]) -> pd.DataFrame:
    """Seconds of steps, from cells to what each of their steps took."""
    rows = [
        {**{axis: cell[axis] for axis in AXES}, "step": step, "seconds": float(seconds)}
        for cell, steps in pairs
        for step, seconds in steps.items()
    ]
    return pd.DataFrame(rows, columns=[*AXES, "step", "seconds"])


def study(scores: pd.DataFrame, headline: str = "auc", **more: Any) -> Study:
    return Study(every=scores, headline=headline, **more)
