"""How much the gradients of a game's losses vary from batch to batch."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tscbench.report.figures import WIDTH
from tscbench.report.figures.axes import in_ratios, ticks
from tscbench.report.figures.sheet import Panels, nothing, sheet
from tscbench.report.figures.style import COLOURS, INK, MARKERS, key, look
from tscbench.report.figures.texts import listed, shortened, text_width
from tscbench.report.names import Names, short_students
from tscbench.results.arms import KEY

ROW = 18
TITLE = "Variance of gradients from batch to batch"


@look()
def gradients(frame: pd.DataFrame, names: Names, *, width: float = WIDTH) -> Panels:
    """A panel per dataset, a row per student and arm: the variance of each loss's gradient (log)
    with ± 1 standard error over repeats.

    frame: see `gradient_frame`.
    """
    if frame.empty:
        return nothing(TITLE, "no student watched its gradients", width)
    frame = frame.assign(name=_named(frame, names)).sort_values([*KEY, "term"], kind="stable")
    terms = list(frame["term"].unique())
    looks = {term: k % len(COLOURS) for k, term in enumerate(terms)}
    groups = {str(name): mine for name, mine in frame.groupby("dataset", sort=True)}
    room = min(max(map(text_width, frame["name"])), 0.42 * width)
    panels = sheet(
        TITLE,
        [(name, "") for name in groups],
        width=width,
        height=ROW * max(mine["name"].nunique() for mine in groups.values()),
        least=room + 200,
        below="mean over weights and epochs, at fixed weights; ± 1 standard error over repeats",
        legend=[key(term, COLOURS[k], MARKERS[k]) for term, k in looks.items()],
        notes=[
            names.note,
            "One loss of one student only: nothing to compare it with." * (len(frame) == 1),
        ],
        described=listed(frame, "{dataset}, {name}, {term}: {mean:.3g}"),
        room=(room + 10, 14, 26, 26),
    )
    for axes, mine in zip(panels, groups.values(), strict=True):
        _panel(axes, mine, looks)
        said = [shortened(name, room) for name in mine["name"].unique()]
        axes.yaxis.set_ticks(range(len(said)), said)
        axes.set_ylim(len(said) - 0.5, -0.5)
    return panels


def _named(frame: pd.DataFrame, names: Names) -> pd.Series:
    """Of each row its student, and where one has several arms those."""
    short, _ = short_students(frame["student"])
    students, arms = frame["student"].map(short), names.of(frame)
    several = arms.groupby([frame["dataset"], students]).transform("nunique") > 1
    return students.where(~several, students + ", " + arms)


def _panel(axes: Axes, frame: pd.DataFrame, looks: dict[str, int]) -> None:
    order = list(frame["name"].unique())
    axes.set_xscale("log")
    axes.set_xlim(in_ratios(frame["mean"]))
    axes.tick_params(axis="y", labelcolor=INK)
    for term, mine in frame.groupby("term", sort=True):
        k = looks[str(term)]
        y = mine["name"].map(order.index)
        low = (mine["mean"] - mine["standard_error"]).clip(lower=mine["mean"] / 10)
        axes.hlines(y, low, mine["mean"] + mine["standard_error"], COLOURS[k])
        axes.plot(mine["mean"], y, MARKERS[k], color=COLOURS[k])
    ticks(axes.xaxis)
