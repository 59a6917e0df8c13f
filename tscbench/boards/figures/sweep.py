"""A generator's two parameters against each other: what validation rows choose, and what test rows
would have chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.boards.boards import ARM
from tscbench.boards.figures.drawing import element, tip
from tscbench.boards.figures.drawing import words as write
from tscbench.boards.figures.frames import scored
from tscbench.boards.figures.layout import WIDTH, Box, Sheet, nothing
from tscbench.contracts.kinds import Direction

MUNGE = {"p": 0.5, "s": 1.0}
"""The defaults of munge's parameters, which a label leaves out."""

PARTS = {"valid": "validation rows", "test": "test rows"}
GROUP = ["dataset", *(axis for axis in ARM if axis != "generator"), "student"]
CELL = 26.0


def sweep_frame(
    scores: pd.DataFrame,
    metric: str,
    *,
    generator: str = "munge",
    defaults: Mapping[str, float] = MUNGE,
    direction: Direction = "higher",
) -> pd.DataFrame:
    """One row per dataset, arm less its generator, student, x, y and part (valid, test): mean,
    standard_error, n over the repeats.

    x and y are the generator's two parameters, those of `defaults` in order; where a label leaves
    one out it has its default, and labels with further parameters are left out. chosen: best mean
    on validation rows; best_on_test: the one that test rows would choose; of equals the smaller x.
    """
    here = pd.concat([scored(scores, metric, part) for part in PARTS])
    values = {spec: _values(spec, generator, defaults) for spec in here["generator"].unique()}
    here = here.assign(x=here["generator"].map({s: v[0] for s, v in values.items()}))
    here = here.assign(y=here["generator"].map({s: v[1] for s, v in values.items()}))
    here = here[here["x"].notna()]
    stats = summaries(here, [*GROUP, "x", "y", "part"]).reset_index()
    stats = stats[[*GROUP, "x", "y", "part", "mean", "standard_error", "n"]]
    stats = stats.sort_values([*GROUP, "x", "y", "part"], ignore_index=True)
    for part, mark in (("valid", "chosen"), ("test", "best_on_test")):
        judged = stats[stats["part"] == part]
        order = judged.sort_values("mean", ascending=direction == "lower", kind="stable")
        best = order.drop_duplicates(GROUP)[[*GROUP, "x", "y"]].assign(**{mark: True})
        stats = stats.merge(best, on=[*GROUP, "x", "y"], how="left")
        stats[mark] = stats[mark].eq(True)
    return stats


def _values(spec: str, generator: str, defaults: Mapping[str, float]) -> list[float]:
    """The two parameters of a label; NaN where it is of another generator or has others."""
    name, _, inside = spec.partition("(")
    given = dict(re.findall(r"(\w+)=([^,)]+)", inside))
    if name != generator or not set(given) <= set(defaults):
        return [float("nan")] * len(defaults)
    return [float(given.get(parameter, default)) for parameter, default in defaults.items()]


def sweep(
    frame: pd.DataFrame,
    *,
    metric: str = "score",
    x: str = "p",
    y: str = "s",
    width: float = WIDTH,
    title: str = "MUNGE: swap probability p and local variance s",
) -> str:
    """For each dataset (and arm) two grids with numbers, validation rows at the left, test rows at
    the right; framed is what validation rows choose, dashed what test rows would choose.

    frame: see `sweep_frame`.
    """
    if frame.empty:
        return nothing(title, f"no cell varies {x} and {y}", width)
    frame = frame.sort_values([*GROUP, "part", "x", "y"], ignore_index=True)
    sheet = Sheet(width, title)
    sheet.heading(f"mean {metric}, a stronger colour is higher within its grid")
    sheet.legend(
        [
            ("square", "fig-ink fig-box", "chosen on validation rows"),
            ("square", "fig-1 fig-box fig-dots", "what test rows would choose: not a fair choice"),
        ]
    )
    groups = [mine for _, mine in frame.groupby(GROUP, sort=True)]
    several = frame[GROUP].drop_duplicates()["dataset"].duplicated().any()
    names = [_name(mine.iloc[0], several) for mine in groups]
    height = CELL * frame["y"].nunique()
    boxes = sheet.grid(2 * len(groups), least=172, height=height + 14, left=32, right=8, bottom=26)
    for k, (mine, name) in enumerate(zip(groups, names, strict=True)):
        for box, part in zip(boxes[2 * k : 2 * k + 2], PARTS, strict=True):
            sheet.parts += _grid(box, mine[mine["part"] == part], name, part, x, y)
    if not (frame["part"] == "valid").any():
        sheet.notes.append("There are no validation rows: nothing may be chosen.")
    if len(frame[["x", "y"]].drop_duplicates()) == 1:
        sheet.notes.append("One setting only: nothing to choose from.")
    return sheet.svg(_description(frame, x, y, metric))


def _name(row: pd.Series, several: bool) -> str:
    more = [row["mix"].partition("(")[0], row["query"]] if several else []
    return " · ".join([row["dataset"], *more])


def _grid(box: Box, frame: pd.DataFrame, name: str, part: str, x: str, y: str) -> list[str]:
    left, top, right = box[0], box[1] + 14, box[2]
    parts = [write(left, box[1] - 10, name, "fig-ink fig-name")]
    parts.append(write(left, box[1] + 5, PARTS[part], "fig-quiet"))
    if frame.empty:
        return [*parts, write(left, top + 16, "none held out", "fig-quiet")]
    columns, rows = sorted(frame["x"].unique()), sorted(frame["y"].unique(), reverse=True)
    wide = min((right - left) / len(columns), 2 * CELL)
    low, high = frame["mean"].min(), frame["mean"].max()
    frames = []
    for row in frame.to_dict("records"):
        corner = (left + wide * columns.index(row["x"]), top + CELL * rows.index(row["y"]))
        share = (row["mean"] - low) / (high - low) if high > low else 0.5
        parts += _cell(row, corner, wide, share, f"{x} {row['x']:g}, {y} {row['y']:g}")
        frames += _frames(row, corner, wide)
    for k, value in enumerate(columns):
        said = f"{x} {value:g}" if k == 0 else f"{value:g}"
        place = left + wide * (k + 0.5)
        parts.append(write(place, top + CELL * len(rows) + 14, said, "fig-quiet", "middle"))
    for k, value in enumerate(rows):
        said = f"{y} {value:g}" if k == len(rows) - 1 else f"{value:g}"
        parts.append(write(left - 5, top + CELL * (k + 0.5) + 4, said, "fig-quiet", "end"))
    return parts + frames


def _cell(
    row: Mapping[Any, Any], corner: tuple[float, float], wide: float, share: float, at: str
) -> list[str]:
    place = {"x": corner[0] + 1, "y": corner[1] + 1, "width": wide - 2, "height": CELL - 2}
    shade = {"class": "fig-0 fig-fill", "fill-opacity": f"{0.06 + 0.5 * share:.2f}", **place}
    error = row["standard_error"]
    said = f"{at}: {row['mean']:.4f}" + (f" ± {error:.4f}" if error == error else "")
    number = f"{row['mean']:.3f}".replace("0.", ".", 1)
    look = "fig-ink fig-bold" if row["chosen"] else "fig-ink"
    middle = (corner[0] + wide / 2, corner[1] + CELL / 2 + 4)
    return [element("rect", shade, tip(said)), write(*middle, number, look, "middle")]


def _frames(row: Mapping[Any, Any], corner: tuple[float, float], wide: float) -> list[str]:
    """Around the cell: what is chosen, and within it what test rows would choose."""
    found = []
    looks = [("chosen", "fig-ink fig-box", 1.0), ("best_on_test", "fig-1 fig-box fig-dots", 2.5)]
    for which, look, inset in looks:
        if row[which]:
            size = {"width": wide - 2 * inset, "height": CELL - 2 * inset}
            place = {"class": look, "x": corner[0] + inset, "y": corner[1] + inset, **size}
            found.append(element("rect", place))
    return found


def _description(frame: pd.DataFrame, x: str, y: str, metric: str) -> str:
    said = []
    for row in frame[frame["chosen"] | frame["best_on_test"]].to_dict("records"):
        which = " and ".join(
            text
            for mark, text in (("chosen", "validation rows choose"), ("best_on_test", "test rows"))
            if row[mark]
        )
        at = f"{x} {row['x']:g}, {y} {row['y']:g}"
        said.append(f"{row['dataset']}, {which}: {at}, {metric} {row['mean']:.4f} on {row['part']}")
    return "; ".join(said) + "."
