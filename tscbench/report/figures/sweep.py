"""A generator's two parameters against each other: what validation rows choose, and what test rows
would have chosen."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.patches import Rectangle

from tscbench.analysis.sweep import GROUP
from tscbench.report.figures import WIDTH
from tscbench.report.figures.sheet import Panels, nothing, sheet
from tscbench.report.figures.style import COLOURS, INK, QUIET, key, look
from tscbench.report.figures.texts import listed
from tscbench.report.names import short_specs

PARTS = {"valid": "validation rows", "test": "test rows"}
SHADES = LinearSegmentedColormap.from_list("", [to_rgba(COLOURS[0], a) for a in (0.06, 0.56)])
FRAMES = (("chosen", INK, "-", 0.03), ("best_on_test", COLOURS[1], (0, (2, 1.3)), 0.1))
"""Of a mark: colour and style of the line around its cell, and how far within."""


@look()
def sweep(frame: pd.DataFrame, *, metric: str = "score", width: float = WIDTH) -> Panels:
    """For each dataset (and arm) two grids with numbers, validation rows at the left, test rows at
    the right; framed is what validation rows choose, dashed what test rows would choose.

    frame: see `sweep_frame`.
    """
    title = "MUNGE: swap probability p and local variance s"
    if frame.empty:
        return nothing(title, "no cell varies p and s", width)
    frame = frame.sort_values([*GROUP, "part", "x", "y"], ignore_index=True)
    groups = [mine for _, mine in frame.groupby(GROUP, sort=True)]
    short = {axis: short_specs(frame[axis]) for axis in GROUP[1:] if frame[axis].nunique() > 1}
    more = [" · ".join(said[mine[a].iloc[0]] for a, said in short.items()) for mine in groups]
    panels = sheet(
        title,
        [(g["dataset"].iloc[0], said) for g, said in zip(groups, more, strict=True) for _ in PARTS],
        width=width,
        height=26 * frame["y"].nunique(),
        least=160,
        together=2,
        below=f"mean {metric}, a stronger colour is higher within its grid",
        legend=[
            key("chosen on validation rows", INK, "s", hollow=True),
            key("what test rows would choose: not a fair choice", COLOURS[1], "s", hollow=True),
        ],
        notes=[
            "There are no validation rows: nothing may be chosen."
            * (not (frame["part"] == "valid").any()),
            "One setting only: nothing to choose from."
            * (len(frame[["x", "y"]].drop_duplicates()) == 1),
        ],
        described=f"p, s and {metric} of what validation rows choose: "
        + listed(frame[frame["chosen"]], "{dataset}, {x:g} and {y:g}: {mean:.4f} on {part} rows"),
        room=(36, 8, 26, 42),
    )
    for k, mine in enumerate(groups):
        for axes, (part, said) in zip(panels[2 * k : 2 * k + 2], PARTS.items(), strict=True):
            axes.set_xlabel(said)
            _grid(axes, mine[mine["part"] == part])
    return panels


def _grid(axes: Axes, frame: pd.DataFrame) -> None:
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(length=0)
    table = frame.pivot_table("mean", "y", "x")
    for axis, name, values in ((axes.xaxis, "p", table.columns), (axes.yaxis, "s", table.index)):
        said = [f"{value:g}" if k else f"{name} {value:g}" for k, value in enumerate(values)]
        axis.set_ticks([k + 0.5 for k in range(len(said))], said)
    if frame.empty:
        axes.text(0, 0.5, "none held out", color=QUIET)
        return
    axes.pcolormesh(table.to_numpy(), cmap=SHADES)
    for row in frame.itertuples():
        left, low = table.columns.get_loc(row.x), table.index.get_loc(row.y)
        number = f"{row.mean:.3f}".replace("0.", ".", 1)
        weight = "bold" if row.chosen else "normal"
        axes.text(left + 0.5, low + 0.45, number, ha="center", va="center", fontweight=weight)
        for which, colour, line, off in FRAMES:
            if getattr(row, which):
                box = Rectangle((left + off, low + off), 1 - 2 * off, 1 - 2 * off, fill=False)
                box.set(edgecolor=colour, linestyle=line, linewidth=1.4)
                axes.add_patch(box)
