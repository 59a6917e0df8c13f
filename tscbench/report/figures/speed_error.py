"""Speed-up and bytes ratio against excess error over the teacher: Fig. 1f of Liu, Fusi & Mackey."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from tscbench.analysis.pareto import front
from tscbench.analysis.speed_error import AT_MOST, PICKS
from tscbench.report.figures import WIDTH
from tscbench.report.figures.axes import corners, label, ticks
from tscbench.report.figures.sheet import Panels, nothing, sheet
from tscbench.report.figures.style import COLOURS, PAPER, QUIET, key, look
from tscbench.report.figures.texts import listed
from tscbench.report.quantities import times
from tscbench.results.arms import KEY

QUANTITIES = {"speed_up": "speed-up", "bytes_ratio": "bytes ratio"}
SYNTHETIC = {True: "with synthetic rows", False: "without"}


@look()
def speed_error(
    frame: pd.DataFrame,
    *,
    metric: str = "score",
    at_most: float = AT_MOST,
    width: float = WIDTH,
) -> Panels:
    """Two panels per dataset: speed-up and bytes ratio (log) against excess error over the teacher,
    with and without synthetic rows: every student faint, the best at each error in steps, and the
    most accurate, the smallest, and the fastest that is within `at_most` marked.

    frame: see `speed_error_frame`.
    """
    title = "Speed-up against excess error"
    frame = frame[frame["speed_up"].notna()].sort_values(KEY, ignore_index=True)
    if frame.empty:
        return nothing(title, "no student was timed in one pass with its teacher", width)
    frame = frame.assign(lost=100 * frame["excess"])
    batch = " and ".join(f"{b:,.0f}" for b in sorted(frame["batch"].unique()))
    fastest = frame[frame["fastest"]].sort_values(["dataset", "synthetic"])
    fastest = fastest.assign(of=fastest["synthetic"].map(SYNTHETIC))
    groups = frame.groupby("dataset", sort=True)
    panels = sheet(
        title,
        [(str(dataset), said) for dataset, _ in groups for said in QUANTITIES.values()],
        width=width,
        height=180,
        least=220,
        together=2,
        below=f"Speed-up (rows per second, batches of {batch}) and bytes ratio over the teacher, "
        f"against the {metric} lost to it, in hundredths",
        legend=[
            *(key(said, COLOURS[which], line="-") for which, said in SYNTHETIC.items()),
            key("most accurate", QUIET, "o", hollow=True),
            key("smallest", QUIET, "^"),
            key(f"fastest that loses at most {100 * at_most:g} points (shaded)", QUIET, "o"),
        ],
        notes=["One model only: nothing to compare it with." * (len(frame) == 1)],
        described=f"The fastest that loses at most {at_most:g}: "
        + listed(fastest, "{dataset}, {of}: {speed_up:.3g} times as fast, {excess:.4f} lost"),
    )
    for k, (_, mine) in enumerate(groups):
        reach = _reach(mine, at_most)
        for axes, quantity in zip(panels[2 * k : 2 * k + 2], QUANTITIES, strict=True):
            axes.set_xlim(reach)
            axes.axvspan(reach[0], 100 * at_most, color=QUIET, alpha=0.07, linewidth=0)
            here = mine["lost"].between(*reach) & mine[quantity].notna()
            _panel(axes, mine[here], quantity)
    return panels


def _fronts(frame: pd.DataFrame, quantity: str) -> dict[bool, pd.DataFrame]:
    """The best at each error, the most accurate first, with and without synthetic rows."""
    ranked = frame.assign(mean=-frame["excess"], rows_per_second=frame[quantity])
    parts = ranked[frame[quantity].notna()].groupby("synthetic", sort=True)
    return {bool(synthetic): front(part) for synthetic, part in parts}


def _reach(frame: pd.DataFrame, at_most: float) -> tuple[float, float]:
    """The errors that a figure must show, and its panels have in common: of fronts and picks."""
    best = [i for q in QUANTITIES for line in _fronts(frame, q).values() for i in line.index]
    key = frame[PICKS].any(axis=1) | frame.index.isin(best)
    ends = [*frame.loc[key, "lost"], 0, 100 * at_most]
    off = 0.06 * (max(ends) - min(ends))
    return min(ends) - off, max(ends) + off


def _panel(axes: Axes, frame: pd.DataFrame, quantity: str) -> None:
    axes.set_yscale("log")
    axes.set_xlabel("points lost", loc="right")
    lines = []
    for synthetic, line in _fronts(frame, quantity).items():
        x = [*line["lost"], axes.get_xlim()[1]]
        y = [*line[quantity], *line[quantity][-1:]]
        axes.step(x, y, where="post", color=COLOURS[synthetic], zorder=2.5)
        lines.append(corners(x, y))
    picked = frame[PICKS].any(axis=1)
    looks = (
        (~picked, "o", 6),
        (frame["most_accurate"], "o", 60),
        (frame["smallest"], "^", 30),
        (frame["fastest"] & ~frame["smallest"], "o", 16),
    )
    for here, marker, size in looks:
        edges = frame.loc[here, "synthetic"].map(COLOURS.__getitem__)
        axes.scatter(
            frame.loc[here, "lost"],
            frame.loc[here, quantity],
            s=size,
            marker=marker,
            c=PAPER if size == 60 else edges,
            edgecolors=edges,
            alpha=0.4 if size == 6 else 1,
            linewidths=1.4 if size == 60 else 0,
            zorder=3,
        )
    axes.set_ylim(axes.get_ylim())
    ticks(axes.yaxis, "×")
    places = frame[["lost", quantity]].itertuples(index=False, name=None)
    named = frame.loc[frame["fastest"], ["lost", quantity]].itertuples(index=False, name=None)
    marks = [place for place, mark in zip(places, picked, strict=True) if mark]
    label(axes, [(x, y, times(y)) for x, y in named], marks, lines)
