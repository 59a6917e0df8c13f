"""Boards: tables computed from records alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from tscbench.contracts.errors import SpecError
from tscbench.contracts.spec import split as split_list

ARM = ["teacher", "query", "objective", "generator", "mix"]
REPEATS = ["split", "seed"]


@dataclass(frozen=True)
class Board:
    """A table with a caption that says what is in it and how much of it is there."""

    title: str
    caption: str
    table: pd.DataFrame


def filter_scores(frame: pd.DataFrame, options: Mapping[str, str]) -> pd.DataFrame:
    """The rows whose axes fit comma lists of names, globs or `no:name`; teachers' rows stay.

    Raises:
        SpecError: a name that no row has.
    """
    for axis, option in options.items():
        values = frame[axis].astype(str)
        items = split_list(option)
        wanted = [i for i in items if not i.startswith("no:")]
        leave = [i.removeprefix("no:") for i in items if i.startswith("no:")]
        for pattern in [*wanted, *leave]:
            if not values.map(lambda value, p=pattern: _fits(value, [p])).any():
                has = ", ".join(sorted(values.unique())[:20])
                raise SpecError(f"--{axis} {pattern}: no result has it (has: {has})")
        keep = values.map(lambda v, w=wanted, x=leave: (not w or _fits(v, w)) and not _fits(v, x))
        if axis not in ("dataset", "split"):
            keep |= (frame["student"] == "teacher") & (values == "-")
        frame = frame[keep]
    return frame


def _fits(value: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(value, p) or fnmatchcase(value.partition("(")[0], p) for p in patterns)


def leaderboard(
    frame: pd.DataFrame, metric: str, *, part: str = "test", n_planned: int | None = None
) -> list[Board]:
    """One board per dataset: an arm per row, a student per column, mean ± standard error over the
    repeats (splits × seeds) that are there. The teacher is the first row.

    Raises:
        SpecError: no result has this metric.
    """
    known = sorted(frame["metric"].dropna().unique())
    if metric not in known:
        raise SpecError(f"no result has metric {metric!r} (has: {', '.join(known)})")
    chosen = frame[(frame["metric"] == metric) & (frame["part"] == part)]
    cells = frame[frame["student"] != "teacher"]
    coverage = _coverage(cells, n_planned)
    boards = []
    for name, rows in chosen.groupby("dataset", sort=True):
        table = _means(rows)
        n = rows[rows["student"] != "teacher"].groupby([*ARM, "student"]).size()
        repeats = f"{n.min()}" if n.min() == n.max() else f"{n.min()} to {n.max()}"
        caption = f"{metric} on {part} rows, mean ± standard error over {repeats} repeats"
        boards.append(Board(f"{name}", f"{caption}; {coverage}", table))
    return boards


def _coverage(cells: pd.DataFrame, n_planned: int | None) -> str:
    keys = ["dataset", *ARM, "student", *REPEATS]
    ok = len(cells[cells["status"] == "ok"][keys].drop_duplicates())
    total = n_planned if n_planned is not None else len(cells[keys].drop_duplicates())
    return f"{ok} of {total} cells"


def _means(rows: pd.DataFrame) -> pd.DataFrame:
    """Arms by students: "mean ± standard error" as text, best mean first."""
    stats = rows.groupby([*ARM, "student"], sort=False)["value"].agg(["mean", "sem", "count"])
    stats["text"] = [_show(row) for _, row in stats.iterrows()]
    flat = stats.reset_index()
    wide = flat.pivot_table(
        index=ARM, columns="student", values="text", aggfunc="first", sort=False
    )
    mean = flat.pivot_table(index=ARM, columns="student", values="mean", sort=False)
    students = sorted((s for s in wide.columns if s != "teacher"), key=_size_order)
    order = mean[students].mean(axis=1) if students else mean["teacher"]
    if "teacher" in wide.columns:
        order = order.where(mean["teacher"].isna(), float("inf"))
        students = ["teacher", *students]
    wide = wide.loc[order.sort_values(ascending=False, kind="stable").index, students]
    wide = wide.fillna("").rename(columns={"teacher": "teacher alone"})
    return wide.reset_index()


def _size_order(student: str) -> tuple[str, list[int], str]:
    digits = "".join(c if c.isdigit() else " " for c in student).split()
    return student.partition("(")[0], [int(d) for d in digits], student


def _show(row: Any) -> str:
    if row["count"] == 0:
        return "undefined"
    return f"{row['mean']:.4f}" + (f" ± {row['sem']:.4f}" if row["count"] > 1 else "")
