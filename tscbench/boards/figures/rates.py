"""Errors against training rows, both in ratios, with the powers of n that fit them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd

from tscbench.boards.boards import ARM
from tscbench.boards.figures.drawing import COLOURS, SHAPES, Point, mark, path, tip
from tscbench.boards.figures.drawing import words as write
from tscbench.boards.figures.frames import scored
from tscbench.boards.figures.layout import WIDTH, Box, Sheet, axes, nothing, spread
from tscbench.boards.figures.learning import without
from tscbench.boards.figures.names import short_specs
from tscbench.boards.figures.scales import Scale, scale

COLUMNS = ["dataset", "line", "x", "mean", "standard_error", "n", "slope", "slope_error"]

Looks: TypeAlias = dict[str, str]
"""The colour class and, after a space, the shape of each line."""


def rate_frame(scores: pd.DataFrame, metric: str, *, part: str = "test") -> pd.DataFrame:
    """One row per dataset, line and x, its n_train: mean, standard_error and n over splits; of each
    line the slope of log mean on log x with its standard error, see `fitted_slope`.

    A line is of one arm and student, named by the axes that differ on its dataset.
    """
    here = _along(scored(scores, metric, part))
    here = here[here["student"] != "teacher"]
    names = {axis: short_specs(here[axis]) for axis in [*ARM, "student"]}
    said = pd.Series("", index=here.index, dtype="object")
    for axis, short in names.items():
        differs = here.groupby("dataset")[axis].transform("nunique") > 1
        said[differs] = said[differs] + " · " + here.loc[differs, axis].map(short)
    said = said.str.removeprefix(" · ")
    return _fitted(here.assign(line=said.where(said != "", here["student"])))


def teacher_rate_frame(scores: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The same of teachers: on fresh rows, those of the test part, and on their training rows as
    each query asks about them."""
    own = scores[scores["student"] == "teacher"]
    seen = own[(own["part"] == "train") & own["metric"].str.endswith(f".{metric}", na=False)]
    queries = seen["metric"].str.removesuffix(f".{metric}")
    short = short_specs(queries)
    seen = seen.assign(metric=metric, line="training rows, " + queries.map(short).astype(str))
    fresh = own[own["part"] == "test"].assign(line="fresh rows")
    return _fitted(_along(scored(pd.concat([fresh, seen.assign(part="test")]), metric)))


def _along(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of datasets with an n_train, x, which their names are then without."""
    parts = {spec: without(spec, "n_train") for spec in rows["dataset"].unique()}
    x = rows["dataset"].map({spec: number for spec, (_, number) in parts.items()}).astype(float)
    names = rows["dataset"].map({spec: rest for spec, (rest, _) in parts.items()})
    return rows.assign(x=x, dataset=names)[x.notna()]


def _fitted(rows: pd.DataFrame) -> pd.DataFrame:
    found = [pd.DataFrame(columns=COLUMNS)]
    for (dataset, line), mine in rows.groupby(["dataset", "line"], sort=True):
        table = mine.pivot_table(index="split", columns="x", values="value", sort=True)
        slope, error = fitted_slope(table)
        of_line = {"dataset": dataset, "line": line, "slope": slope, "slope_error": error}
        stats = {"mean": table.mean(), "standard_error": table.sem(), "n": table.count()}
        found.append(pd.DataFrame(stats).reset_index().assign(**of_line)[COLUMNS])
    return pd.concat(found[1:] or found, ignore_index=True)


def fitted_slope(table: pd.DataFrame) -> tuple[float, float]:
    """The slope of log mean on log n by least squares, and its standard error by the jackknife over
    splits, whose rows may be nested from one n to the next.

    table: splits × n; splits that lack a value do not count. NaN of fewer than three n or means
    that are not positive; the error also of one split.
    """
    values = table.dropna().to_numpy(float)
    count, n = values.shape
    if n < 3 or not count or not (values.mean(axis=0) > 0).all():
        return float("nan"), float("nan")
    x = np.log(table.columns.to_numpy(float))
    x = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    slope = float((np.log(values.mean(axis=0)) * x).sum())
    if count == 1:
        return slope, float("nan")
    others = (values.sum(axis=0) - values) / (count - 1)
    slopes = (np.log(np.maximum(others, 1e-300)) * x).sum(axis=1)
    return slope, float(np.sqrt((count - 1) * slopes.var()))


def rates(
    frame: pd.DataFrame, *, metric: str = "error", width: float = WIDTH, title: str = ""
) -> str:
    """A panel per dataset: means ± 1 standard error against the training rows, both axes in equal
    ratios, with the line that fits and its slope, the power of n.

    frame: see `rate_frame` and `teacher_rate_frame`.
    """
    title = title or f"{metric} against training rows"
    frame = frame[frame["mean"] > 0].sort_values(["dataset", "line", "x"], ignore_index=True)
    if frame.empty:
        return nothing(title, "no dataset of the run has an n_train", width)
    lines = sorted(frame["line"].unique())
    looks = {line: f"fig-{k} {SHAPES[k]}" for k, line in enumerate(lines[:COLOURS])}
    looks |= dict.fromkeys(lines[COLOURS:], "fig-quiet circle")
    sheet = Sheet(width, title)
    sheet.heading(f"{metric}, mean ± 1 standard error; at the right end the power of n that fits")
    sheet.legend((look.split()[1], f"{look.split()[0]} fig-fill", s) for s, look in looks.items())
    datasets = sorted(frame["dataset"].unique())
    boxes = sheet.grid(len(datasets), least=300, height=230, left=50, right=98)
    for box, dataset in zip(boxes, datasets, strict=True):
        sheet.parts += _panel(box, frame[frame["dataset"] == dataset], looks, str(dataset))
    if frame["x"].nunique() == 1:
        sheet.notes.append("One n_train only: points, no lines.")
    return sheet.svg(_description(frame, metric))


def _panel(box: Box, frame: pd.DataFrame, looks: Looks, name: str) -> list[str]:
    left, top, right, bottom = box
    x = scale(frame["x"], left, right, log=True, at=frame["x"].unique(), pad=0.04)
    y = scale(frame["mean"], bottom, top, log=True, pad=0.1)
    parts = axes(box, x, y, name, "training rows", "")
    ends: list[tuple[float, str, str]] = []
    for line, mine in frame.groupby("line", sort=True):
        ink, shape = looks[str(line)].split()
        slope, error = mine["slope"].iloc[0], mine["slope_error"].iloc[0]
        if slope == slope:
            fit = _fit(mine, slope, x, y)
            parts.append(path(fit, f"{ink} fig-line", tip(f"{line}: n^{slope:.2f}")))
            rate = f"{slope:.2f}" + (f" ± {error:.2f}" if error == error else "")
            ends.append((fit[1][1], rate.replace("-", "−"), str(line)))
        for row in mine.to_dict("records"):
            here, low = x(row["x"]), max(row["mean"] - row["standard_error"], y.low)
            if row["standard_error"] > 0:
                high = min(row["mean"] + row["standard_error"], y.high)
                parts.append(path([(here, y(low)), (here, y(high))], f"{ink} fig-thin"))
            said = f"{line}, {row['x']:g}: {row['mean']:.3g} ± {row['standard_error']:.2g}"
            parts.append(mark(shape, here, y(row["mean"]), f"{ink} fig-fill", said, 3.2))
    places = spread([end for end, _, _ in ends], 14, top, bottom)
    for (_, rate, line), place in zip(ends, places, strict=True):
        ink, shape = looks[line].split()
        parts.append(mark(shape, right + 12, place, f"{ink} fig-fill", line, 3.2))
        parts.append(write(right + 20, place + 4, rate))
    return parts


def _fit(frame: pd.DataFrame, slope: float, x: Scale, y: Scale) -> list[Point]:
    """Both ends of the fitted line."""
    at, level = np.log(frame["x"]), np.log(frame["mean"]).mean()
    fitted = [(value, np.exp(level + slope * (np.log(value) - at.mean()))) for value in frame["x"]]
    return [(x(a), y(float(np.clip(b, y.low, y.high)))) for a, b in (fitted[0], fitted[-1])]


def _description(frame: pd.DataFrame, metric: str) -> str:
    said = []
    for (dataset, line), mine in frame.groupby(["dataset", "line"], sort=True):
        values = ", ".join(f"{m:.3g} at {x:g}" for x, m in zip(mine["x"], mine["mean"]))
        slope = mine["slope"].iloc[0]
        rate = f"n to the {slope:.2f}: " if slope == slope else ""
        said.append(f"{dataset}, {line}: {rate}{values}")
    return f"{metric} by training rows. {'; '.join(said)}."
