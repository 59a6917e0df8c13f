"""Scores against the number of trees, the leaf budget, the ratio or epochs: one line per arm."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.boards.figures.drawing import (
    COLOURS,
    SHAPES,
    Point,
    mark,
    path,
    shortened,
    text_width,
    tip,
)
from tscbench.boards.figures.drawing import words as write
from tscbench.boards.figures.frames import KEY, scored
from tscbench.boards.figures.layout import WIDTH, Box, Sheet, axes, nothing, spread
from tscbench.boards.figures.names import ALONE, method_names
from tscbench.boards.figures.scales import Scale, scale
from tscbench.contracts.kinds import Direction
from tscbench.contracts.spec import split

Looks: TypeAlias = dict[str, int]
"""The colour and shape of each method that has one."""

REFERENCES = {"none": "fig-ink fig-dash", ALONE: "fig-quiet fig-dash"}
"""How arms without synthetic rows are drawn, beside which the others are read."""

PASSED = ("epoch",)
"""What is passed through one by one, and drawn in equal steps however many there are."""

MARKED = 30
"""Points of a line, beyond which the last alone has a mark."""

NUMBERS = ["x", "mean", "standard_error"]
"""What a line is drawn from; other columns are left behind, for taking rows of all takes long."""


def learning_frame(
    scores: pd.DataFrame, metric: str, along: str, *, part: str = "test"
) -> pd.DataFrame:
    """One row per dataset, arm, student and x, the number that `along` has in the student's spec
    (`n_trees`, `max_leaf_nodes`) or in the mix (`ratio`): mean, standard_error, n.

    The spec that held x is without it: a line is of one arm and student. Teachers have no x; nor
    have arms without a ratio, where that is asked for; students without the parameter are left out.
    """
    here = scored(scores, metric, part)
    axis = "mix" if along == "ratio" else "student"
    parts = {spec: without(spec, along) for spec in here[axis].unique()}
    x = here[axis].map({spec: number for spec, (_, number) in parts.items()}).astype(float)
    here = here.assign(x=x, **{axis: here[axis].map({s: rest for s, (rest, _) in parts.items()})})
    if axis == "student":
        here = here[here["x"].notna() | (here["student"] == "teacher")]
    stats = summaries(here.assign(x=here["x"].fillna(-1.0)), [*KEY, "x"]).reset_index()
    stats["x"] = stats["x"].where(stats["x"] >= 0)
    columns = [*KEY, "x", "mean", "standard_error", "n"]
    return stats[columns].sort_values([*KEY, "x"], ignore_index=True)


def without(spec: str, parameter: str) -> tuple[str, float]:
    """A spec without one of its parameters, and the number that it had; NaN where it has none.

    >>> without("forest(n_trees=5, depth=3)", "n_trees"), without("real", "ratio")
    (('forest(depth=3)', 5.0), ('real', nan))
    """
    name, bracket, inside = spec.removesuffix(")").partition("(")
    items = split(inside) if bracket else []
    mine = [item for item in items if re.fullmatch(rf"{parameter}=[\d.e+]+", item)]
    rest = ", ".join(item for item in items if item not in mine)
    number = float(mine[0].partition("=")[2]) if mine else float("nan")
    return f"{name}({rest})" if rest else name, number


def learning_curves(
    frame: pd.DataFrame,
    *,
    along: str,
    metric: str = "score",
    direction: Direction = "higher",
    width: float = WIDTH,
    title: str = "",
) -> str:
    """A panel per dataset and student: one line per arm with a band of ± 1 standard error. Teachers
    are level lines, as are arms that `along` does not reach; arms without synthetic rows are
    dashed. Beyond six arms the best six are in colour and the rest is grey.

    frame: see `learning_frame`.
    """
    title = title or f"{metric} against {along}"
    if frame["x"].isna().all():
        return nothing(title, f"no cell has a number for {along}", width)
    names, note = method_names(frame)
    frame = frame.assign(method=names).sort_values([*KEY, "x"], ignore_index=True)
    lines = frame[frame["x"].notna() & ~frame["method"].isin(REFERENCES)]
    means = lines.groupby("method")["mean"].mean()
    order = list(means.sort_values(ascending=direction == "lower", kind="stable").index)
    looks = {name: k for k, name in enumerate(order[:COLOURS])}
    sheet = Sheet(width, title)
    sheet.heading(f"{metric} ± 1 standard error")
    panels = frame.loc[frame["x"].notna(), ["dataset", "student"]].drop_duplicates()
    if len(panels) == 1 and width >= 560:
        _one(sheet, frame, looks, along, metric)
    else:
        sheet.legend(_legend(frame, looks))
        _several(sheet, frame, panels, looks, along, metric)
    grey = ", ".join(name.replace(" ", "\u00a0") for name in order[COLOURS:])
    sheet.notes += [f"Grey: {grey}."] if grey else []
    sheet.notes += [note] if note else []
    if frame["x"].nunique() == 1:
        sheet.notes.append(f"One {along} only: points, no lines.")
    return sheet.svg(_description(frame, along, metric))


def _one(sheet: Sheet, frame: pd.DataFrame, looks: Looks, along: str, metric: str) -> None:
    """A single panel, whose lines have their names at their right ends."""
    shown = {*looks, *REFERENCES, *frame.loc[frame["student"] == "teacher", "method"]}
    widest = max(text_width(name) for name in shown & {*frame["method"]})
    right = min(widest + 30, 0.4 * sheet.width)
    box = sheet.grid(1, least=sheet.width / 2, height=300, left=50, right=right)[0]
    named = (frame["dataset"].iloc[0], metric)
    parts, ends = _panel(box, frame, looks, named, along)
    sheet.parts += parts
    ends = [(y, said) for y, said in ends if said in shown]
    places = spread([y for y, _ in ends], 14, box[1], box[3])
    for (y, said), place in zip(ends, places, strict=True):
        sheet.parts += _end(box[2], y, place, said, looks.get(said), right - 30)


def _several(
    sheet: Sheet, frame: pd.DataFrame, panels: pd.DataFrame, looks: Looks, along: str, metric: str
) -> None:
    """A panel per dataset and student."""
    students = panels["student"].nunique() > 1
    least = 260 if students else 180
    boxes = sheet.grid(len(panels), least=least, height=180, left=50, right=14)
    for box, (dataset, student) in zip(boxes, panels.itertuples(index=False), strict=True):
        mine = frame[(frame["dataset"] == dataset) & frame["student"].isin([student, "teacher"])]
        named = (str(dataset), str(student) if students else metric)
        sheet.parts += _panel(box, mine, looks, named, along)[0]


def _legend(frame: pd.DataFrame, looks: Looks) -> list[tuple[str, str, str]]:
    arms = [(SHAPES[k], f"fig-{k} fig-fill", name) for name, k in looks.items()]
    here = set(frame["method"])
    dashed = [("line", look, name) for name, look in REFERENCES.items() if name in here]
    level = [("line", "fig-ink fig-thin", "teacher")] if "teacher" in set(frame["student"]) else []
    return [*arms, *dashed, *level]


def _panel(
    box: Box, frame: pd.DataFrame, looks: Looks, named: tuple[str, str], along: str
) -> tuple[list[str], list[tuple[float, str]]]:
    """The panel, and where each of its lines ends. named: its name, and what stands beside it."""
    left, top, right, bottom = box
    frame = frame[["method", "student", *NUMBERS]]
    values = sorted(frame["x"].dropna().unique())
    passed = along in PASSED
    wide = not passed and min(values) > 0 and max(values) / min(values) >= 16
    x = scale(values, left, right, log=wide, at=() if passed else values, pad=0.04)
    error = frame["standard_error"].fillna(0)
    y = scale([*(frame["mean"] - error), *(frame["mean"] + error)], bottom, top)
    parts = axes(box, x, y, named[0], along, named[1])
    ends: list[tuple[float, str]] = []
    # the best in colour is drawn last, over the others
    methods = sorted(frame["method"].unique(), key=lambda m: (m in looks, -looks.get(m, 0), m))
    for method in methods:
        mine = frame[frame["method"] == method]
        parts += _line(mine, x, y, str(method), looks.get(str(method)), (left, right))
        ends.append((y(mine["mean"].iloc[-1]), str(method)))
    return parts, ends


def _end(
    right: float, y: float, place: float, said: str, colour: int | None, room: float
) -> list[str]:
    """What a line is, at its right end."""
    parts = [path([(right + 2, y), (right + 10, place)], "fig-quiet fig-thin fig-faint")]
    if colour is not None:
        parts.append(mark(SHAPES[colour], right + 16, place, f"fig-{colour} fig-fill", said, 3.2))
    start = right + (23 if colour is not None else 13)
    return [*parts, write(start, place + 4, shortened(said, room), more=said)]


def _line(
    frame: pd.DataFrame, x: Scale, y: Scale, method: str, colour: int | None, room: Point
) -> list[str]:
    """One arm: its band, its line and its marks; a level line where it has no x."""
    ink = f"fig-{colour}" if colour is not None else "fig-quiet fig-faint"
    look = REFERENCES.get(method, f"{ink} fig-line" if colour is not None else f"{ink} fig-thin")
    if frame["x"].isna().all():
        look = "fig-ink fig-thin" if frame["student"].iloc[0] == "teacher" else look
        mean = float(frame["mean"].mean())
        ends = [(room[0], y(mean)), (room[1], y(mean))]
        return [path(ends, look, tip(f"{method}: {mean:.4f}"))]
    rows = frame.loc[frame["x"].notna(), NUMBERS].to_dict("records")
    parts = [_band(rows, x, y, ink)] if colour is not None else []
    parts.append(path([(x(row["x"]), y(row["mean"])) for row in rows], look))
    shape, r = (SHAPES[colour], 3.2) if colour is not None else ("circle", 1.8)
    for row in rows if len(rows) <= MARKED else rows[-1:]:
        said = f"{method}, {row['x']:g}: {row['mean']:.4f} ± {row['standard_error']:.4f}"
        dot = REFERENCES.get(method, ink).split()[0]
        parts.append(mark(shape, x(row["x"]), y(row["mean"]), f"{dot} fig-fill", said, r))
    return parts


def _band(rows: Sequence[Mapping[Any, Any]], x: Scale, y: Scale, ink: str) -> str:
    sound = [row for row in rows if row["standard_error"] == row["standard_error"]]
    upper = [(x(row["x"]), y(row["mean"] + row["standard_error"])) for row in sound]
    lower = [(x(row["x"]), y(row["mean"] - row["standard_error"])) for row in sound]
    return path([*upper, *lower[::-1]], f"{ink} fig-band", closed=True) if sound else ""


def _description(frame: pd.DataFrame, along: str, metric: str) -> str:
    said = []
    for (dataset, method), mine in frame.groupby(["dataset", "method"], sort=True):
        mine = mine if len(mine) <= MARKED else mine.groupby("student").tail(1)
        pairs = zip(mine["x"], mine["mean"], strict=True)
        values = [f"{mean:.4f}" + (f" at {x:g}" if x == x else "") for x, mean in pairs]
        said.append(f"{dataset}, {method}: {', '.join(values)}")
    return f"{metric} by {along}. {'; '.join(said)}."
