"""Quality against speed: which arm and student is best at each speed and size."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.boards.figures.drawing import mark, path, steps
from tscbench.boards.figures.drawing import words as write
from tscbench.boards.figures.frames import KEY, scored, timed
from tscbench.boards.figures.layout import (
    EDGE,
    WIDTH,
    Box,
    Sheet,
    along,
    around,
    axes,
    labels,
    nothing,
)
from tscbench.boards.figures.names import (
    SHAPE_OF,
    SHAPE_TEXTS,
    method_names,
    mix_kind,
    short_students,
)
from tscbench.boards.figures.scales import Scale, amount, compact, scale
from tscbench.contracts.kinds import Direction

RESOLVED = 0.05


def pareto_frame(
    scores: pd.DataFrame, speeds: pd.DataFrame, metric: str, *, part: str = "test"
) -> pd.DataFrame:
    """One row per dataset, arm and student that has scores and was timed: mean, standard_error, n
    (as `summaries` has them), rows_per_second, speed_up, bytes, nodes, batch. Teachers are rows
    with student "teacher"."""
    stats = summaries(scored(scores, metric, part), KEY).reset_index()
    columns = [*KEY, "mean", "standard_error", "n"]
    return stats[columns].merge(timed(speeds), on=KEY).sort_values(KEY, ignore_index=True)


def front(frame: pd.DataFrame, *, direction: Direction = "higher") -> pd.DataFrame:
    """The rows that no better row matches in speed, the slowest and best first. Speeds that differ
    by less than a `RESOLVED` part are the same: timings tell no finer.

    frame: of one dataset, with mean and rows_per_second.
    """
    by = ["mean", "rows_per_second"]
    ordered = frame
    if frame.duplicated(by).any():  # rows that are alike in both stand by their names
        ordered = frame.sort_values([name for name in KEY if name in frame], kind="stable")
    ordered = ordered.sort_values(by, ascending=[direction == "lower", False], kind="stable")
    of_better = ordered["rows_per_second"].cummax().shift(fill_value=0.0)
    return ordered[ordered["rows_per_second"] > (1 + RESOLVED) * of_better]


def size_budgets(sizes: pd.Series, most: int = 3) -> list[float]:
    """Up to `most` equal budgets: powers of ten that let some models in and keep some out, evenly
    thinned, and infinity."""
    here = sizes[sizes > 0]
    if here.empty or here.min() == here.max():
        return [math.inf]
    powers = range(math.ceil(math.log10(here.min())), math.ceil(math.log10(here.max())))
    every = max(1, math.ceil(len(powers) / (most - 1)))
    return [10.0**k for k in powers][::every] + [math.inf]


def pareto(
    frame: pd.DataFrame,
    *,
    metric: str = "score",
    size: str = "bytes",
    budgets: Sequence[float] = (),
    direction: Direction = "higher",
    width: float = WIDTH,
    title: str = "Quality against speed",
) -> str:
    """A panel per dataset: every arm and student by its rows per second (log) and its quality with
    ± 1 standard error, and for each budget the front of those models that keep to it, in steps.

    frame: see `pareto_frame`. size: what budgets are of, bytes or nodes. budgets: the upper limits,
    infinity for any size; without any, powers of ten are chosen.
    """
    students = frame[frame["student"] != "teacher"]
    if students.empty:
        return nothing(title, "no arm has both scores and a timing; run tscbench time", width)
    frame = frame.sort_values(KEY, kind="stable")
    names, note = method_names(frame)
    frame = frame.assign(method=names, kind=frame["mix"].map(mix_kind))
    sizes, of = short_students(frame["student"])
    tails = (" " if of else ", ") + frame["student"].map(sizes)
    frame["label"] = frame["method"] + tails.fillna("")
    students = frame[frame["student"] != "teacher"]
    limits = sorted(set(budgets)) or size_budgets(students[size])
    sheet = Sheet(width, title)
    batch = " and ".join(f"{b:,.0f}" for b in sorted(frame["batch"].unique()))
    sheet.heading(f"{metric} ± 1 standard error against rows per second in batches of {batch}")
    kinds = [kind for kind in SHAPE_OF if (frame["kind"] == kind).any()]
    looks = [("line", f"fig-{k} fig-line", _budget(b, size)) for k, b in enumerate(limits)]
    shapes = [(SHAPE_OF[kind], "fig-quiet fig-fill", SHAPE_TEXTS[kind]) for kind in kinds]
    sheet.legend([*looks, *shapes])
    datasets = sorted(students["dataset"].unique())
    boxes = sheet.grid(len(datasets), least=340, height=230, left=48, right=14)
    for box, dataset in zip(boxes, datasets, strict=True):
        mine = frame[frame["dataset"] == dataset]
        sheet.parts += _panel(box, mine, str(dataset), metric, size, limits, direction)
    sheet.notes += _notes(students, note, of)
    return sheet.svg(_description(frame, datasets, metric, direction))


def _panel(
    box: Box,
    frame: pd.DataFrame,
    dataset: str,
    metric: str,
    size: str,
    limits: Sequence[float],
    direction: Direction,
) -> list[str]:
    left, top, right, bottom = box
    students = frame[frame["student"] != "teacher"]
    fronts = [
        front(students[students[size].fillna(0) <= limit], direction=direction) for limit in limits
    ]
    best = {index: k for k in reversed(range(len(limits))) for index in fronts[k].index}
    near = _near(frame, best)
    frame = frame[near]
    x = scale(frame["rows_per_second"], left, right, log=True)
    bars = frame[frame.index.isin(list(best))]
    ends = [*(bars["mean"] - bars["standard_error"]), *(bars["mean"] + bars["standard_error"])]
    y = scale([*frame["mean"], *ends], bottom, top)
    parts = axes(box, x, y, dataset, "rows per second", metric)
    if not near.all():
        parts.append(
            write(left, bottom + 29, f"{(~near).sum()} far worse ones left out", "fig-quiet")
        )
    taken: list[Box] = []
    for k, line in reversed(list(enumerate(fronts))):
        points = [(x(s), y(q)) for s, q in zip(line["rows_per_second"], line["mean"], strict=True)]
        if points:
            points = steps([(left, points[0][1]), *points])
            parts.append(path(points, f"fig-{k} fig-line"))
            taken += along(points)
    for index, row in frame.iterrows():
        parts += _point(row, x, y, best.get(index), metric)
    return parts + _labels(frame, x, y, best, taken, (left, top - 8, right + EDGE, bottom))


def _near(frame: pd.DataFrame, best: Mapping[Any, int]) -> pd.Series:
    """Teachers, the fronts, and what is not worse than the worst of a front by more than half of
    the distance that these span."""
    kept = frame.index.isin(list(best)) | (frame["student"] == "teacher")
    low, high = frame.loc[kept, "mean"].min(), frame.loc[kept, "mean"].max()
    reach = 0.5 * (high - low) or math.inf
    near: pd.Series = frame["mean"].between(low - reach, high + reach)
    return near


def _point(row: pd.Series, x: Scale, y: Scale, budget: int | None, metric: str) -> list[str]:
    here = (x(row["rows_per_second"]), y(row["mean"]))
    error = row["standard_error"]
    said = f"{row['method']}, {row['student']}: {metric} {row['mean']:.4f}"
    said += f" ± {error:.4f}" if error == error else ""
    said += f", {compact(row['rows_per_second'])} rows/s, {amount(row['bytes'])}B"
    teacher = row["student"] == "teacher"
    look = "fig-ink" if teacher else f"fig-{budget}" if budget is not None else "fig-quiet"
    faint = "" if teacher or budget is not None else " fig-faint"
    bar = []
    if error == error:
        low, high = max(row["mean"] - error, y.low), min(row["mean"] + error, y.high)
        ends = [(here[0], y(low)), (here[0], y(high))]
        bar = [path(ends, f"{look} fig-thin{faint}")]
    shape = "star" if teacher else SHAPE_OF.get(row["kind"], "circle")
    return [*bar, mark(shape, *here, f"{look} fig-fill{faint}", said, 4 if not faint else 3)]


def _labels(
    frame: pd.DataFrame, x: Scale, y: Scale, best: Mapping[Any, int], taken: list[Box], room: Box
) -> list[str]:
    """The names of fronts and teachers where there is room for them; the rest is in the tips."""
    named = frame.index.isin(list(best)) | (frame["student"] == "teacher")
    places = [(x(s), y(q)) for s, q in zip(frame["rows_per_second"], frame["mean"], strict=True)]
    wanted = [(*p, text) for p, text, n in zip(places, frame["label"], named, strict=True) if n]
    wanted.sort(key=lambda item: (not item[2].startswith("teacher "), -item[0], item[1:]))
    taken = taken + [around(*p) for p, n in zip(places, named, strict=True) if n]
    others = [around(*p, 3.5) for p, n in zip(places, named, strict=True) if not n]
    return labels(wanted, taken, room, better_not=others)


def _budget(limit: float, size: str) -> str:
    if math.isinf(limit):
        return "best of any size"
    return f"best within {amount(limit)}B" if size == "bytes" else f"{amount(limit)}{size}"


def _notes(students: pd.DataFrame, note: str, of: str) -> list[str]:
    notes = [f"The number after a method is its student's {of}. {note}" if of else note]
    if len(students) == 1:
        notes.append("One model only: no front.")
    if students["standard_error"].isna().any():
        notes.append("A mark without a bar is of one run: it has no standard error.")
    return notes


def _description(
    frame: pd.DataFrame, datasets: Sequence[str], metric: str, direction: Direction
) -> str:
    said = []
    for dataset in datasets:
        mine = frame[(frame["dataset"] == dataset) & (frame["student"] != "teacher")]
        line = front(mine, direction=direction)
        points = zip(line["label"], line["mean"], line["rows_per_second"], strict=True)
        listed = [f"{label} ({m:.4f} at {compact(s)} rows/s)" for label, m, s in points]
        said.append(f"{dataset}: not beaten in {metric} and speed: {'; '.join(listed)}.")
    return " ".join(said)
