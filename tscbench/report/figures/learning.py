"""Scores against the number of trees, the leaf budget, the ratio or epochs: one line per arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from tscbench.analysis.learning import open_spec
from tscbench.contracts.kinds import Direction
from tscbench.report.figures import WIDTH
from tscbench.report.figures.axes import ticks
from tscbench.report.figures.sheet import Panels, nothing, sheet
from tscbench.report.figures.style import COLOURS, INK, MARKERS, QUIET, key, look
from tscbench.report.figures.texts import listed
from tscbench.report.names import ALONE, Names
from tscbench.results.arms import KEY
from tscbench.results.joined import YOURS

REFERENCES = {"none": INK, ALONE: QUIET}
"""Arms without synthetic rows are dashed, beside which the others are read."""

PASSED = "epoch"
"""What is passed through one by one, and drawn in equal steps however many there are."""

MARKED, NAMED = 30, 12
"""Points of a line, beyond which the last alone has a mark; how many grey lines are named."""


@look()
def learning(
    frame: pd.DataFrame,
    names: Names,
    *,
    along: str,
    axis: str = "student",
    metric: str = "score",
    direction: Direction = "higher",
    note: str = "",
    in_ratios: bool = False,
    width: float = WIDTH,
) -> Panels:
    """A panel per dataset and student: one line per arm with a band of ± 1 standard error. Teachers
    are level lines, as are arms that `along` does not reach; arms without synthetic rows are
    dashed. Beyond six arms the best six are in colour and the rest is grey.

    frame: see `learning_frame`. axis: whose number `along` is. note: what is said below. in_ratios:
    whether equal ratios of `along` are equal steps, however few there are.
    """
    title = f"{metric} against {along}"
    if frame["x"].isna().all():
        return nothing(title, f"no cell has a number for {along}", width)
    named = frame.assign(name=names.along(along).of(frame))
    frame = named.sort_values([*KEY, "x"], ignore_index=True)
    order = _best_first(frame, direction)
    looks = {name: k for k, name in enumerate(order[: len(COLOURS)])}
    shown = frame.loc[frame["x"].notna(), ["dataset", "student"]].drop_duplicates()
    pairs = list(shown.itertuples(index=False, name=None))
    several = shown["student"].nunique() > 1
    lost = axis == "student" and along not in ("ratio", PASSED)
    panels = sheet(
        title,
        [(d, (open_spec(s, along) if lost else s) if several else metric) for d, s in pairs],
        width=width,
        height=300 if len(pairs) == 1 else 180,
        least=280 if several else 220,
        below=f"{metric} ± 1 standard error",
        legend=_legend(frame, looks),
        notes=[
            note,
            _grey(order[len(COLOURS) :]),
            names.note,
            f"One {along} only: points, no lines." * (frame["x"].nunique() == 1),
        ],
        described=f"{metric} by {along}, where each line ends. {_ends(frame)}",
    )
    for axes, (dataset, student) in zip(panels, pairs, strict=True):
        mine = frame[(frame["dataset"] == dataset) & frame["student"].isin([student, "teacher"])]
        _panel(axes, mine, looks, along, in_ratios)
    return panels


def _best_first(frame: pd.DataFrame, direction: Direction) -> list[str]:
    """The names of the lines that are no reference, one's own before others'."""
    lines = frame[frame["x"].notna() & ~frame["name"].isin(list(REFERENCES))]
    means = lines.groupby("name")["mean"].mean()
    order = means.sort_values(ascending=direction == "lower", kind="stable").index
    return sorted(order, key=lambda name: not name.endswith(f"({YOURS})"))


def _ends(frame: pd.DataFrame) -> str:
    ends = frame.groupby([*KEY], sort=False).tail(1)
    return listed(ends, "{dataset}, {name}: {mean:.4f}", " at {x:g}")


def _legend(frame: pd.DataFrame, looks: Mapping[str, int]) -> list[Line2D]:
    dashed = {name: ink for name, ink in REFERENCES.items() if (frame["name"] == name).any()}
    level = {"teacher": INK} if (frame["student"] == "teacher").any() else {}
    return [
        *(key(name, COLOURS[k], MARKERS[k], "-") for name, k in looks.items()),
        *(key(name, ink, line="--") for name, ink in dashed.items()),
        *(key(name, ink, line="-") for name, ink in level.items()),
    ]


def _grey(names: Sequence[str]) -> str:
    said = ", ".join(name.replace(" ", "\u00a0") for name in names[:NAMED])
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"Grey: {said}{more}." if names else ""


def _panel(
    axes: Axes, frame: pd.DataFrame, looks: Mapping[str, int], along: str, in_ratios: bool
) -> None:
    values = frame["x"].dropna().unique()
    least = values[values > 0].min(initial=values.max())
    if in_ratios or (along != PASSED and values.max() >= 16 * least > 0):
        if values.min() > 0:
            axes.set_xscale("log")
        else:  # zero stands beside the least, as far off as a few of it
            axes.set_xscale("symlog", linthresh=least, linscale=0.5)
    axes.set_xlabel(along, loc="right")
    for name, mine in frame.groupby("name", sort=True):
        _line(axes, mine, str(name), looks.get(str(name)))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    if along != PASSED:
        ticks(axes.xaxis, at=values.tolist())


def _line(axes: Axes, frame: pd.DataFrame, name: str, k: int | None) -> None:
    """One arm: its band, its line and its marks; a level line where it has no x. The best in colour
    is drawn last, over the others."""
    colour = REFERENCES.get(name, QUIET if k is None else COLOURS[k])
    alpha = 0.4 if k is None and name not in REFERENCES else 1
    dash = "--" if name in REFERENCES else "-"
    if frame["x"].isna().all():
        if frame["student"].iloc[0] == "teacher":
            colour, alpha = INK, 1
        level = frame["mean"].mean()
        axes.axhline(level, color=colour, alpha=alpha, linestyle=dash, linewidth=1)
        return
    rows = frame[frame["x"].notna()]
    if k is not None:
        low, high = (rows["mean"] + sign * rows["standard_error"] for sign in (-1, 1))
        axes.fill_between(rows["x"], low, high, color=colour, alpha=0.14, linewidth=0)
    axes.plot(
        rows["x"],
        rows["mean"],
        color=colour,
        linestyle=dash,
        linewidth=1 if k is None else 1.4,
        alpha=alpha,
        marker="o" if k is None else MARKERS[k],
        markersize=2.5 if k is None else 4.6,
        markevery=None if len(rows) <= MARKED else [-1],
        zorder=2 if k is None else 2.9 - 0.1 * k,
    )
