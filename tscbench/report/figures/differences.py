"""What synthetic rows gain over training rows alone, dataset by dataset: a forest plot."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tscbench.contracts.kinds import Direction
from tscbench.report.figures import WIDTH
from tscbench.report.figures.sheet import Panels, nothing, sheet
from tscbench.report.figures.style import COLOURS, INK, PAPER, QUIET, key, look
from tscbench.report.figures.texts import listed, shortened, text_width
from tscbench.report.names import Names

ROW = 18
LOOKS = {"better": COLOURS[0], "worse": COLOURS[1], "cannot be told from zero": QUIET}


@look()
def differences(
    frame: pd.DataFrame,
    names: Names,
    *,
    metric: str = "score",
    direction: Direction = "higher",
    width: float = WIDTH,
) -> Panels:
    """A row per method, a panel per dataset: the mean difference with its interval; in colour where
    the interval leaves out zero.

    frame: see `difference_frame`; low and high may be NaN. Rows are sorted by the mean over
    datasets, the best first.
    """
    title = "Difference to training rows alone"
    if frame.empty:
        return nothing(title, "no cell has a twin on training rows alone", width)
    frame = frame.assign(name=names.of(frame)).sort_values(["dataset", "name"], kind="stable")
    means = frame.groupby("name")["mean"].mean()
    order = list(means.sort_values(ascending=direction == "lower", kind="stable").index)
    frame = frame.assign(look=_looks(frame, direction), y=frame["name"].map(order.index))
    reach = _reach(frame)
    room = min(max(text_width(name) for name in order), 0.42 * width)
    panels = sheet(
        title,
        [(str(dataset), "") for dataset in sorted(frame["dataset"].unique())],
        width=width,
        height=ROW * len(order),
        least=125,
        below=f"{metric}, mean over all students, each paired with itself on training rows alone; "
        "95% intervals",
        legend=[
            key(said, colour, "o", hollow=colour == QUIET)
            for said, colour in LOOKS.items()
            if (frame["look"] == said).any()
        ],
        notes=_notes(frame, reach, names.note),
        described=f"Difference in {metric}. "
        + listed(frame, "{dataset}, {name}: {mean:+.4f}", " ({low:+.4f} to {high:+.4f})"),
        room=(0, 14, 26, 26),
        once=room + 10,
    )
    for axes, (_, mine) in zip(panels, frame.groupby("dataset", sort=True), strict=True):
        _panel(axes, mine, reach)
        first = axes.get_position().x0 == panels[0].get_position().x0
        said = [shortened(name, room) if first else "" for name in order]
        axes.yaxis.set_ticks(range(len(order)), said)
        axes.set_ylim(len(order) - 0.5, -0.5)
    return panels


def _looks(frame: pd.DataFrame, direction: Direction) -> pd.Series:
    better = frame["mean"] > 0 if direction == "higher" else frame["mean"] < 0
    sure = (frame["low"] > 0) | (frame["high"] < 0)
    return better.map({True: "better", False: "worse"}).where(sure, "cannot be told from zero")


def _reach(frame: pd.DataFrame) -> tuple[float, float]:
    """What the axes show: all means and zero with their surroundings, though not the far ends of
    intervals that say next to nothing."""
    low, high = min(frame["mean"].min(), 0.0), max(frame["mean"].max(), 0.0)
    span = (high - low) or 1.0
    return (
        max(low - 0.7 * span, min(low, frame["low"].min())) - 0.06 * span,
        min(high + 0.7 * span, max(high, frame["high"].max())) + 0.06 * span,
    )


def _panel(axes: Axes, frame: pd.DataFrame, reach: tuple[float, float]) -> None:
    """Bars within the axis, an arrow where one goes on, and marks: one collection a look."""
    axes.set_xlim(reach)
    axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    axes.axvline(0, color=QUIET, linewidth=0.8, zorder=1)
    axes.tick_params(axis="y", labelcolor=INK)
    for look_, mine in frame.groupby("look", sort=True):
        colour = LOOKS[str(look_)]
        bars = mine.dropna(subset=["low", "high"])
        axes.hlines(bars["y"], bars["low"].clip(*reach), bars["high"].clip(*reach), colour)
        for end, arrow in zip(reach, "<>", strict=True):
            y = bars.loc[bars["low"] < end if arrow == "<" else bars["high"] > end, "y"]
            if len(y):
                axes.plot([end] * len(y), y, arrow, color=colour, clip_on=False)
        face = PAPER if colour == QUIET else colour
        axes.scatter(
            mine["mean"], mine["y"], s=20, c=face, edgecolors=colour, linewidths=1.2, zorder=3
        )


def _notes(frame: pd.DataFrame, reach: tuple[float, float], note: str) -> list[str]:
    beyond = (frame["low"] < reach[0]) | (frame["high"] > reach[1])
    return [
        "An interval with an arrow goes on beyond the axis." * bool(beyond.any()),
        note,
        "One method on one dataset only." * (len(frame) == 1),
        "A mark without a bar has no interval." * bool(frame["low"].isna().any()),
    ]
