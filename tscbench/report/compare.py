"""Two entries of one axis, or two runs, as a table and in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from tscbench.analysis.compare import (
    Comparison,
    Paired,
    axis_of,
    canonical,
    compared,
    pair_entries,
    pair_runs,
)
from tscbench.analysis.derived import must_have
from tscbench.analysis.refused import Refused
from tscbench.analysis.study import Study
from tscbench.contracts.errors import NothingSelected
from tscbench.contracts.kinds import Direction
from tscbench.contracts.worked_out import SPEEDS
from tscbench.report.methods import KINDS
from tscbench.report.quantities import count
from tscbench.report.table import Column, Table, Tables
from tscbench.report.verdict import between, signed


def comparison(
    study: Study,
    a: str,
    b: str | Study,
    *,
    axis: str = "",
    part: str = "test",
    metrics: Sequence[str] = (),
) -> tuple[Comparison, Paired, tuple[str, str]]:
    """Two entries of an axis, or this study, called `a`, with another, cell against cell, pooled
    over what is not named; the pairs behind it, and the names of both sides. metrics: by default
    all that are recorded of a student itself.

    Raises:
        SpecError: no cell has them, they are on different axes, or no result has a metric.
        NothingSelected: no cells of theirs are alike.
    """
    scores = study.full_of_shown
    if isinstance(b, Study):
        names, paired = (b.name, a), pair_runs(b.full_of_shown, scores)
    else:
        names = (canonical(a), canonical(b))
        axis = axis or axis_of(scores, *names)
        paired = pair_entries(scores, axis, *names)
        if set(SPEEDS) & set(metrics):  # of the hardware that has timed these two
            these = study.narrowed({axis: ",".join(names)})
            paired = pair_entries(these.full_of_shown, axis, *names)
    for metric in metrics:
        must_have(study.full, metric)
    own = [name for name in study.scores["metric"].dropna().unique() if "." not in name]
    wanted = paired.pairs["metric"].isin(metrics or own)
    paired = replace(paired, pairs=paired.pairs[wanted & (paired.pairs["part"] == part)])
    if paired.pairs.empty:
        of = study.related[study.related["metric"].isin(metrics)]
        why = next((f": {reason}" for reason in of["why"].unique() if reason), "")
        said = f"no cell of {names[0]} has a partner of {names[1]} with such a score on {part} rows"
        raise NothingSelected(f"{said}{why}")
    found = compared(paired, part, study.direction, study.sources, study.row_ratios)
    return found, paired, names


def comparison_tables(
    found: Comparison, part: str, names: tuple[str, str], *, by_dataset: bool = False
) -> Tables:
    """The comparison of `names[1]` with `names[0]`: a row per metric, and if asked for a table with
    a row per metric and dataset."""
    title = f"{names[1]} against {names[0]}"
    columns = [
        Column("metric", wanted=9),
        Column("a", names[0], ".4f", wanted=7),
        Column("b", names[1], ".4f", wanted=7),
        Column("difference", form="+.4f", wanted=9),
        Column("low", "95 % interval", "+.4f", high="high", wanted=8),
        Column("p", form=".2g", wanted=4),
        Column("win", "w/t/l", ".0f", slashed=("tie", "loss"), wanted=4),
        Column("pairs", form=",.0f", wanted=3),
    ]
    caption = f"{part} rows, paired; {_over(found)}"
    tables = Tables([Table(title, caption, columns, found.table).compact(["metric", "low"])])
    if by_dataset:
        each = [
            Column("metric", wanted=9),
            Column("dataset", wanted=9),
            Column("difference", form="+.4f", error="standard_error", wanted=9),
            Column("repeats", form=".0f"),
        ]
        said = "difference ± standard error over splits, or seeds of one split"
        tables.append(Table(f"{title}, by dataset", said, each, found.by_dataset))
    return tables


def _over(found: Comparison) -> str:
    intervals = found.intervals
    if isinstance(intervals, Refused):
        return f"no interval: {intervals}"
    over = count(intervals.n, intervals.over.removesuffix("s"))
    return (
        f"intervals of {KINDS[intervals.kind]} over {over}; w/t/l: {intervals.over} won, tied, lost"
    )


def verdict_on(found: Comparison, metric: str, names: tuple[str, str], direction: Direction) -> str:
    """Which side is better by a metric, by how much and how surely, in a sentence; empty where no
    pair has it."""
    rows = found.table[found.table["metric"] == metric]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    if row["win"] == row["loss"] == 0:
        return f"{names[1]} has the {metric} of {names[0]} on all {_units(row, found)}."
    ends = between(row["low"], row["high"], metric)
    change = f"{signed(row['difference'], metric)} {metric}{ends}"
    counts = f"better on {row['win']:.0f}, worse on {row['loss']:.0f} of {_units(row, found)}"
    sign = 1 if direction == "higher" else -1
    if math.isnan(row["low"]):
        word = "higher" if row["difference"] > 0 else "lower" if row["difference"] < 0 else "alike"
        return f"{names[1]} is {word} than {names[0]} by {change}; how surely is not known."
    if row["low"] <= 0 <= row["high"]:
        return f"{names[1]} cannot be told from {names[0]}: {change}; {counts}."
    word = "better" if sign * row["difference"] > 0 else "worse"
    return f"{names[1]} is {word} than {names[0]}: {change}; {counts}."


def _units(row: pd.Series, found: Comparison) -> str:
    n = int(row["win"] + row["tie"] + row["loss"])
    over = "datasets" if isinstance(found.intervals, Refused) else found.intervals.over
    return count(n, over.removesuffix("s"))
