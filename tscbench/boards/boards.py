"""Boards: tables computed from records alone."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.boards.asked import must_have
from tscbench.boards.estimates import estimates, tidy
from tscbench.boards.sources import Sources, said_of, source_column
from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import AXES, Direction
from tscbench.contracts.spec import split as split_list

NEEDED = ("dataset", "student", "metric", "value")
"""The columns without which a data frame has no board."""

ASSUMED = dict.fromkeys(AXES, "-") | {"status": "ok", "part": "test"}
"""What a data frame means that lacks one of the other columns."""

ARM = ["teacher", "query", "objective", "generator", "mix"]
REPEATS = ["split", "seed"]
LARGE = 10_000


@dataclass(frozen=True)
class Board:
    """A table with a caption that says what is in it and how much of it is there.

    table: texts for people. keys: a number to sort by for each of them, NaN where there is none.
    notes: what a reader must know besides. numbers: what programs read instead of the texts; words
    stand in columns of their own, all others are numeric.
    """

    title: str
    caption: str
    table: pd.DataFrame
    keys: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()
    numbers: pd.DataFrame | None = field(default=None, repr=False)

    def _repr_html_(self) -> str:
        title, caption = html.escape(self.title), html.escape(self.caption)
        return f"<h4>{title}</h4><p>{caption}</p>{self.table.to_html(index=False)}"


class Boards(list[Board]):
    """Boards that a notebook shows as tables."""

    def _repr_html_(self) -> str:
        return "".join(board._repr_html_() for board in self)


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
    names = (value, value.partition("(")[0])
    return any(value == p or any(fnmatchcase(name, p) for name in names) for p in patterns)


def completed(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of anybody's with all the columns of `scores()`: an axis that it lacks is "-", every
    row is of an "ok" cell and of the test part.

    Raises:
        SpecError: a column that cannot be assumed is not there.
    """
    if missing := [name for name in NEEDED if name not in frame.columns]:
        has = ", ".join(map(str, frame.columns)) or "none"
        raise SpecError(f"the frame has no column {' and no column '.join(missing)} (has: {has})")
    return frame.assign(**{n: v for n, v in ASSUMED.items() if n not in frame.columns})


def leaderboard(
    frame: pd.DataFrame,
    metric: str,
    *,
    part: str = "test",
    direction: Direction = "higher",
    sources: Sources | None = None,
) -> Boards:
    """One board per dataset: an arm per row, a student per column, mean ± standard error over the
    repeats that are there (see `estimates`), best arm first. What all arms share, and the teachers'
    own scores, stand in the caption. Of several datasets a last board gives the plain mean, in
    which those of one source count as one.

    Raises:
        SpecError: no result has this metric.
    """
    must_have(frame, metric)
    chosen = frame[(frame["metric"] == metric) & (frame["part"] == part)]
    boards = Boards()
    for name, all_rows in frame.groupby("dataset", sort=True):
        rows = chosen[(chosen["dataset"] == name) & (chosen["student"] != "teacher")]
        if len(rows):
            caption = f"{metric} on {part} rows, mean ± standard error over {_repeats(rows)}; "
            caption += _coverage(all_rows[all_rows["student"] != "teacher"])
            caption += _shared(rows) + _teachers(chosen[chosen["dataset"] == name])
            stats = estimates(rows, [*ARM, "student"])
            numbers = tidy(stats.reset_index().assign(dataset=name, part=part, metric=metric))
            boards.append(Board(str(name), caption, _means(stats, direction), numbers=numbers))
        else:
            cells = _coverage(all_rows[all_rows["student"] != "teacher"])
            boards.append(Board(str(name), f"no {metric} on {part} rows; {cells}", pd.DataFrame()))
    if sum(len(board.table) > 0 for board in boards) > 1:
        rows = chosen[chosen["student"] != "teacher"]
        stats = _over_datasets(rows, sources or {})
        numbers = tidy(stats.assign(dataset="all datasets", part=part, metric=metric))
        n = rows["dataset"].nunique()
        over = f"{n} datasets" if n == len(boards) else f"{n} of {len(boards)} datasets"
        caption = f"{metric} on {part} rows, plain mean over {over}{_shared(rows)}"
        notes = tuple(said_of(sources or {}))
        boards.append(Board("all datasets", caption, _wide(stats, direction), None, notes, numbers))
    return boards


def _over_datasets(rows: pd.DataFrame, sources: Sources) -> pd.DataFrame:
    """The mean over datasets of each arm's mean, with n of `asked` datasets; an arm that lacks a
    dataset has no mean."""
    n, arm = rows["dataset"].nunique(), [*ARM, "student"]
    each = estimates(rows, [*arm, "dataset"]).reset_index()
    each = each.assign(source=source_column(each["dataset"], sources))
    of_source = each.groupby([*arm, "source"], sort=False)["mean"].mean()
    stats = of_source.groupby(arm, sort=False).agg(["mean"])
    stats["n"] = each.groupby(arm, sort=False)["mean"].count()
    whole = stats["n"] == n
    text = [
        number(row["mean"]) if row["n"] == n else f"{row['n']:.0f} of {n} datasets"
        for _, row in stats.iterrows()
    ]
    return stats.assign(text=text, mean=stats["mean"].where(whole), asked=n).reset_index()


def _repeats(rows: pd.DataFrame) -> str:
    """How many values each mean is of; the error is that of splits wherever there are several."""
    cells = rows.groupby([*ARM, "student"])
    n, splits = cells.size(), cells["split"].nunique()
    if n.max() == 1:
        return "1 repeat"
    said = f"{n.min()} repeats" if n.min() == n.max() else f"{n.min()} to {n.max()} repeats"
    inside = ((splits > 1) & (n > splits)).any()
    return said + (", seeds averaged inside their split" if inside else "")


def _coverage(cells: pd.DataFrame) -> str:
    each = cells.drop_duplicates(["dataset", *ARM, "student", *REPEATS])
    return f"{(each['status'] == 'ok').sum()} of {len(each)} cells"


def _shared(rows: pd.DataFrame) -> str:
    """What every arm has in common; such an axis needs no column."""
    same = [f"{axis} {rows[axis].iloc[0]}" for axis in ARM[1:] if rows[axis].nunique() == 1]
    return f"; {', '.join(same)}" if same else ""


def _teachers(rows: pd.DataFrame) -> str:
    stats = summaries(rows[rows["student"] == "teacher"], ["teacher"]).sort_index()
    return "".join(f"; teacher {name} alone {_show(row)}" for name, row in stats.iterrows())


def _means(stats: pd.DataFrame, direction: Direction) -> pd.DataFrame:
    """Arms by students: "mean ± standard error" as text, best mean first."""
    text = [_show(row) for _, row in stats.iterrows()]
    return _wide(stats.assign(text=text).reset_index(), direction)


def _wide(flat: pd.DataFrame, direction: Direction) -> pd.DataFrame:
    """Arms by students, from rows with a mean and a text; axes that all arms share are left out."""
    pivot = {"index": ARM, "columns": "student", "sort": False}
    wide = flat.pivot_table(values="text", aggfunc="first", **pivot)
    mean = flat.pivot_table(values="mean", dropna=False, **pivot).reindex(wide.index)
    order = mean.mean(axis=1).sort_values(ascending=direction == "lower", kind="stable")
    wide = wide.loc[order.index, sorted(wide.columns, key=size_order)].fillna("").reset_index()
    one = [axis for axis in ARM if wide[axis].nunique() == 1 and len(wide) > 1]
    return wide.drop(columns=one)


def size_order(student: str) -> tuple[str, list[int], str]:
    """A key that sorts students by name and then by the numbers in their specs."""
    digits = "".join(c if c.isdigit() else " " for c in student).split()
    return student.partition("(")[0], [int(d) for d in digits], student


def _show(row: Any) -> str:
    return "undefined" if row["n"] == 0 else plus_minus(row["mean"], row["standard_error"])


def plus_minus(mean: float, error: float, sign: str = "") -> str:
    """A mean with its standard error, or alone where that is NaN; sign "+" writes signs."""
    return number(mean, sign) + ("" if pd.isna(error) else f" ± {number(error)}")


def number(value: float, sign: str = "") -> str:
    """Four decimals; of what is large, such as rows a second, none."""
    return f"{value:{sign},.0f}" if abs(value) >= LARGE else f"{value:{sign}.4f}"
