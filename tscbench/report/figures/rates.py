"""Errors against training rows, both in equal ratios, with the powers of n that fit them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tscbench.report.figures import WIDTH
from tscbench.report.figures.axes import in_ratios, ticks
from tscbench.report.figures.sheet import LINE, Panels, nothing, sheet
from tscbench.report.figures.style import COLOURS, MARKERS, PX, QUIET, key, look
from tscbench.report.figures.texts import listed, shortened
from tscbench.report.names import Names, short_specs


def rates(
    frame: pd.DataFrame, names: Names, *, metric: str = "error", width: float = WIDTH
) -> Panels:
    """A panel per dataset: means ± 1 standard error against the training rows, both axes in equal
    ratios, with the line that fits and its slope, the power of n.

    frame: see `rate_frame`.
    """
    students = short_specs(frame["student"])
    more = ", " + frame["student"].map(students) if len(students) > 1 else ""
    return _drawn(frame.assign(line=names.of(frame) + more), names.note, metric, width)


def teacher_rates(frame: pd.DataFrame, *, metric: str = "error", width: float = WIDTH) -> Panels:
    """The same of teachers, on fresh rows and on their training rows as each query asks about them.

    frame: see `teacher_rate_frame`.
    """
    said = {q: f"training rows, {text}" for q, text in short_specs(frame["query"]).items()}
    lines = frame["query"].map(said | {"-": "fresh rows"})
    return _drawn(frame.assign(line=lines), "", metric, width)


@look()
def _drawn(frame: pd.DataFrame, note: str, metric: str, width: float) -> Panels:
    title = f"{metric} against training rows"
    frame = frame[frame["mean"] > 0].sort_values(["dataset", "line", "x"], ignore_index=True)
    if frame.empty:
        return nothing(title, "no dataset of the run has an n_train", width)
    groups = frame.groupby("dataset", sort=True)
    deep = LINE * groups["line"].nunique().max()
    ends = frame.groupby(["dataset", "line"]).tail(1)
    panels = sheet(
        title,
        [(str(name), "") for name, _ in groups],
        width=width,
        height=230,
        least=300,
        below=f"{metric}, mean ± 1 standard error; beside each line the power of n that fits",
        notes=[note, "One n_train only: points, no lines." * (frame["x"].nunique() == 1)],
        described=f"{metric} by training rows. "
        + listed(ends, "{dataset}, {line}: {mean:.3g} at {x:g}", ", n to the {slope:.2f}"),
        room=(50, 14, 26 + deep, 38),
    )
    for axes, (_, mine) in zip(panels, groups, strict=True):
        axes.set_title(axes.get_title(loc="left"), pad=(7 + deep) * PX)
        _panel(axes, mine)
    return panels


def _panel(axes: Axes, frame: pd.DataFrame) -> None:
    axes.set(xscale="log", xlim=in_ratios(frame["x"]))
    axes.set(yscale="log", ylim=in_ratios(frame["mean"]))
    axes.set_xlabel("training rows", loc="right")
    if frame["x"].nunique() == 1:
        axes.set_xlim(frame["x"].iloc[0] / 2, frame["x"].iloc[0] * 2)
    keys = []
    for k, (line, mine) in enumerate(frame.groupby("line", sort=True)):
        colour, marker = (COLOURS[k], MARKERS[k]) if k < len(COLOURS) else (QUIET, "o")
        error = mine["standard_error"].where(mine["standard_error"] > 0)
        axes.errorbar(mine["x"], mine["mean"], error, fmt=marker, color=colour, elinewidth=1)
        slope, off = mine["slope"].iloc[0], mine["slope_error"].iloc[0]
        power = ""
        if slope == slope:
            at = np.log(mine["x"])
            level = np.log(mine["mean"]).mean() - slope * at.mean()
            axes.plot(mine["x"], np.exp(level + slope * at), color=colour)
            power = f"   n^{slope:.2f}" + (f" ± {off:.2f}" if off == off else "")
        name = shortened(line, axes.bbox.width - 150 * bool(power))
        keys.append(key(name + power.replace("-", "−"), colour, marker, "-"))
    ticks(axes.xaxis, at=frame["x"].unique().tolist())
    ticks(axes.yaxis)
    axes.legend(handles=keys, loc="lower left", bbox_to_anchor=(0, 1))
