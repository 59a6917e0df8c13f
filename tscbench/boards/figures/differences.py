"""What synthetic rows gain over training rows alone, dataset by dataset: a forest plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tscbench.boards.boards import ARM
from tscbench.boards.figures.drawing import Point, mark, path, shortened, text_width, tip
from tscbench.boards.figures.drawing import words as write
from tscbench.boards.figures.layout import EDGE, WIDTH, Sheet, axes, nothing
from tscbench.boards.figures.names import method_names
from tscbench.boards.figures.scales import Scale, scale
from tscbench.contracts.kinds import Direction

ROW = 18


def difference_frame(by_dataset: pd.DataFrame, arms: pd.DataFrame) -> pd.DataFrame:
    """One row per dataset and arm that has a difference: dataset, the arm's axes, mean, low and
    high. by_dataset: as `on_each_dataset` gives it. arms: their axes, by arm."""
    found = by_dataset.dropna(subset=["difference"]).rename(columns={"difference": "mean"})
    found = found.reset_index().merge(arms[ARM], left_on="arm", right_index=True)
    found = found.sort_values(["dataset", *ARM], kind="stable", ignore_index=True)
    return found[["dataset", *ARM, "mean", "low", "high"]]


def differences(
    frame: pd.DataFrame,
    *,
    metric: str = "score",
    level: float = 0.95,
    direction: Direction = "higher",
    width: float = WIDTH,
    title: str = "Difference to training rows alone",
) -> str:
    """A row per method, a panel per dataset: the mean difference with its interval; in colour where
    the interval leaves out zero.

    frame: dataset, mean, low, high, and the arm's axes (see `difference_frame`) or a column
    `method` with a name of the caller's. low and high may be NaN. Rows are sorted by the mean over
    datasets, the best first.
    """
    if frame.empty:
        return nothing(title, "no cell has a twin on training rows alone", width)
    names, note = (frame["method"], "") if "method" in frame else method_names(frame)
    sign = 1 if direction == "higher" else -1
    frame = frame.assign(method=names, better=sign * frame["mean"] > 0).sort_values(
        ["dataset", "method", "mean"]
    )
    of_method = frame.groupby("method")["mean"].mean()
    order = list(of_method.sort_values(ascending=direction == "lower", kind="stable").index)
    datasets = sorted(frame["dataset"].unique())
    sheet = Sheet(width, title)
    sheet.heading(
        f"{metric}, paired with the same cell without synthetic rows; {level:.0%} intervals"
    )
    sheet.legend(_legend(frame))
    widest = max(text_width(name) for name in order)
    room = min(widest + 10, 0.45 * (width - 2 * EDGE))
    columns = min(len(datasets), max(1, int((width - 2 * EDGE - room) // 150)))
    for first in range(0, len(datasets), columns):
        _band(sheet, frame, datasets[first : first + columns], columns, order, room)
    if _cut(frame).any():
        sheet.notes.append("An interval with an arrow goes on beyond the axis.")
    sheet.notes += [note] if note else []
    if len(frame) == 1:
        sheet.notes.append("One method on one dataset only.")
    if frame["low"].isna().any():
        sheet.notes.append("A mark without a bar has no interval.")
    return sheet.svg(_description(frame, order, metric))


def _legend(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The looks that are there."""
    sure = (frame["low"] > 0) | (frame["high"] < 0)
    looks = [
        ((sure & frame["better"]).any(), "fig-0 fig-fill", "better"),
        ((sure & ~frame["better"]).any(), "fig-1 fig-fill", "worse"),
        ((~sure).any(), "fig-quiet fig-hollow", "cannot be told from zero"),
    ]
    return [("circle", look, text) for there, look, text in looks if there]


def _reach(frame: pd.DataFrame) -> tuple[float, float]:
    """What the axes show: all means and zero with their surroundings, though not the far ends of
    intervals that say next to nothing."""
    low, high = min(frame["mean"].min(), 0.0), max(frame["mean"].max(), 0.0)
    span = (high - low) or 1.0
    return (
        max(low - 0.7 * span, min(low, frame["low"].min())),
        min(high + 0.7 * span, max(high, frame["high"].max())),
    )


def _cut(frame: pd.DataFrame) -> pd.Series:
    low, high = _reach(frame)
    cut: pd.Series = (frame["low"] < low) | (frame["high"] > high)
    return cut


def _band(
    sheet: Sheet,
    frame: pd.DataFrame,
    datasets: Sequence[str],
    columns: int,
    order: Sequence[str],
    room: float,
) -> None:
    """Panels side by side that share the names on their left."""
    across = (sheet.width - 2 * EDGE - room) / columns
    top, bottom = sheet.y + 24, sheet.y + 24 + ROW * len(order) + 6
    level = {name: top + 3 + ROW * (k + 0.5) for k, name in enumerate(order)}
    for name, y in level.items():
        said = shortened(name, room - 10)
        sheet.parts.append(write(EDGE + room - 8, y + 4, said, "fig-ink", "end", name))
    for k, dataset in enumerate(datasets):
        left = EDGE + room + k * across
        right = left + across - 14
        mine = frame[frame["dataset"] == dataset]
        x = scale(_reach(frame), left, right)
        for y in level.values():
            sheet.parts.append(path([(left, y), (right, y)], "fig-rule fig-thin"))
        upright = Scale(0, 1, bottom, top, at=(2.0,))
        sheet.parts += axes((left, top, right, bottom), x, upright, dataset, "", "")
        sheet.parts.append(path([(x(0), top), (x(0), bottom)], "fig-quiet fig-thin"))
        for row in mine.to_dict("records"):
            sheet.parts += _mark(row, x, level[row["method"]], (left, right))
    sheet.y = bottom + 24


def _mark(row: dict[Any, Any], x: Scale, y: float, room: Point) -> list[str]:
    low, high = row["low"], row["high"]
    sure = low > 0 or high < 0
    look = ("fig-0" if row["better"] else "fig-1") if sure else "fig-quiet"
    said = f"{row['method']}: {row['mean']:+.4f}"
    bar = []
    if low == low and high == high:
        said += f", {low:+.4f} to {high:+.4f}"
        ends = [max(x(low), room[0]), min(x(high), room[1])]
        bar = [path([(ends[0], y), (ends[1], y)], f"{look} fig-bar", tip(said))]
        arrows = [(ends[0], 5) for _ in [0] if x(low) < room[0]]
        arrows += [(ends[1], -5) for _ in [0] if x(high) > room[1]]
        for end, back in arrows:
            bar.append(
                path([(end + back, y - 4), (end, y), (end + back, y + 4)], f"{look} fig-line")
            )
    fill = "fig-fill" if sure else "fig-hollow"
    return [*bar, mark("circle", x(row["mean"]), y, f"{look} {fill}", said, 3.6)]


def _description(frame: pd.DataFrame, order: Sequence[str], metric: str) -> str:
    said = []
    for row in frame.sort_values(["dataset", "mean"], ascending=[True, False]).to_dict("records"):
        between = f" ({row['low']:+.4f} to {row['high']:+.4f})" if row["low"] == row["low"] else ""
        said.append(f"{row['dataset']}, {row['method']}: {row['mean']:+.4f}{between}")
    return f"Difference in {metric}. {'; '.join(said)}."
