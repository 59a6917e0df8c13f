"""Average ranks, and which of them a critical difference keeps apart.

Demšar, 2006, Statistical comparisons of classifiers over multiple data sets, figure 1; a method a
row, as there may be many.
"""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import ScaledTranslation, blended_transform_factory

from tscbench.analysis.ranks import cliques
from tscbench.report.figures import WIDTH
from tscbench.report.figures.sheet import DPI, Panels, nothing, sheet
from tscbench.report.figures.style import COLOURS, INK, PX, QUIET, look
from tscbench.report.figures.texts import listed, shortened, text_width
from tscbench.report.names import Names

ROW, BAR, NUMBER = 18.0, 8.0, 38.0
"""Pixels: of a row, from bar to bar, and of a number beside its mark."""


@look()
def ranks(
    frame: pd.DataFrame,
    names: Names,
    difference: float,
    *,
    datasets: int = 0,
    width: float = WIDTH,
) -> Panels:
    """Methods by their average rank, the best at the top; a bar at the right joins those that are
    less than the critical difference apart.

    frame: an arm a row, with its axes and rank; without a rank it is left out. difference: as
    Nemenyi's test has it, in ranks. datasets: how many the ranks are means over.
    """
    title, frame = "Average ranks", frame[frame["rank"].notna()]
    if frame.empty:
        return nothing(title, "no method has a rank", width)
    frame = frame.assign(name=names.of(frame)).sort_values(["rank", "name"], ignore_index=True)
    groups = cliques(frame.set_index("name")["rank"].to_dict(), difference)
    over = f" over {datasets} datasets" if datasets else ""
    room = min(max(map(text_width, frame["name"])), 0.42 * width)
    panels = sheet(
        title,
        [("", "")],
        width=width,
        height=ROW * (len(frame) + 1.5),
        least=1,
        below=f"1 is best; mean{over}. A bar joins methods that a critical difference (CD) of "
        f"{difference:.2f} does not keep apart.",
        notes=[names.note, "One method only: nothing to compare it with." * (len(frame) == 1)],
        described=f"Average ranks{over}, best first: {listed(frame, '{name} {rank:.2f}')}. "
        f"Critical difference {difference:.2f}.",
        room=(room + 10, NUMBER + BAR * (len(groups) + 0.5), 4, 40),
    )
    axes = panels[0]
    axes.yaxis.set_ticks(range(len(frame)), [shortened(name, room) for name in frame["name"]])
    axes.set_ylim(len(frame) - 0.5, -2)
    axes.xaxis.set_major_locator(MaxNLocator(int(width // 60), integer=True))
    _marks(axes, frame["rank"], difference)
    for k, (low, high) in enumerate(groups):
        rows = frame.index[frame["rank"].between(low, high)]
        right = ScaledTranslation((NUMBER + k * BAR) / DPI, 0, panels.figure.dpi_scale_trans)
        place = blended_transform_factory(axes.transAxes + right, axes.transData)
        ends = [rows[0] - 0.3, rows[-1] + 0.3]
        axes.plot([1, 1], ends, color=QUIET, linewidth=2.5, transform=place, clip_on=False)
    return panels


def _marks(axes: Axes, ranks: pd.Series, difference: float) -> None:
    """Each rank with its number, and above them the critical difference to scale."""
    axes.set_xlim(0.8, max(2, math.ceil(ranks.max())) + 0.4)
    axes.set_xlabel("average rank", loc="right")
    axes.tick_params(axis="y", labelcolor=INK)
    axes.scatter(ranks, ranks.index, s=24, color=COLOURS[0], zorder=3)
    aside = "offset points"
    for y, rank in ranks.items():
        axes.annotate(f"{rank:.2f}", (rank, y), (7 * PX, 0), textcoords=aside, va="center")
    ends = [1, min(1 + difference, axes.get_xlim()[1])]
    axes.plot(ends, [-1.2, -1.2], "|-", color=INK, markersize=6, markeredgewidth=1)
    axes.annotate(f"CD {difference:.2f}", (1, -1.2), (0, 5), textcoords=aside)
