"""Quality against speed: which arm and student is best at each speed and size."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from tscbench.analysis.pareto import front, size_budgets
from tscbench.contracts.kinds import Direction
from tscbench.report.figures import WIDTH
from tscbench.report.figures.axes import corners, in_ratios, label, ticks
from tscbench.report.figures.sheet import Panels, nothing, sheet
from tscbench.report.figures.style import COLOURS, INK, QUIET, key, look
from tscbench.report.figures.texts import listed, shortened
from tscbench.report.names import Names, mix_kind, short_students
from tscbench.report.quantities import amount
from tscbench.results.arms import KEY

SHAPES = {"real": "o", "fake": "^", "both": "s", "stream": "D", "-": "*"}
TEXTS = {
    "real": "training rows",
    "fake": "synthetic rows",
    "both": "both",
    "stream": "a stream of both",
    "-": "teacher",
}
"""Of the kinds of mix, and of teachers."""


@look()
def pareto(
    frame: pd.DataFrame,
    names: Names,
    *,
    metric: str = "score",
    size: str = "bytes",
    budgets: Sequence[float] = (),
    direction: Direction = "higher",
    width: float = WIDTH,
) -> Panels:
    """A panel per dataset: every arm and student by its rows per second (log) and its quality with
    ± 1 standard error, and for each budget the front of those models that keep to it, in steps.

    frame: see `pareto_frame`. size: what budgets are of, bytes or nodes. budgets: the upper limits,
    infinity for any size; without any, powers of ten are chosen.
    """
    title, students = "Quality against speed", frame[frame["student"] != "teacher"]
    if students.empty:
        return nothing(title, "no arm has both scores and a timing; run tscbench time", width)
    limits = sorted(set(budgets)) or size_budgets(students[size])
    frame, of = _named(frame, names)
    frame = frame[frame["dataset"].isin(students["dataset"])]
    groups = frame.groupby("dataset", sort=True)
    frame = pd.concat([_on_fronts(mine, limits, size, direction) for _, mine in groups])
    kinds = [kind for kind in SHAPES if (frame["kind"] == kind).any()]
    batch = " and ".join(f"{b:,.0f}" for b in sorted(frame["batch"].unique()))
    best = frame[[len(limits) - 1 in on for on in frame["on"]]]
    panels = sheet(
        title,
        [(str(name), metric) for name, _ in groups],
        width=width,
        height=230,
        least=340,
        below=f"{metric} ± 1 standard error against rows per second in batches of {batch}",
        legend=[
            *(key(_budget(b, size), COLOURS[k % 6], line="-") for k, b in enumerate(limits)),
            *(key(TEXTS[kind], INK if kind == "-" else QUIET, SHAPES[kind]) for kind in kinds),
        ],
        notes=_notes(frame, names.note, of),
        described=f"Not beaten in {metric} and speed: "
        + listed(best, "{dataset}, {name}: {mean:.4f} at {rows_per_second:.3g} rows/s"),
    )
    for axes, (_, mine) in zip(panels, frame.groupby("dataset", sort=True), strict=True):
        _panel(axes, mine[mine["near"]], len(limits))
    return panels


def _named(frame: pd.DataFrame, names: Names) -> tuple[pd.DataFrame, str]:
    """The rows in order with their kind of mix and their name; and what the number after it is."""
    frame = frame.sort_values(KEY, kind="stable", ignore_index=True)
    sizes, of = short_students(frame["student"])
    tails = (" " if of else ", ") + frame["student"].map(sizes)
    name = names.of(frame) + tails.fillna("")
    return frame.assign(kind=frame["mix"].map(mix_kind), name=name), of


def _on_fronts(
    frame: pd.DataFrame, limits: Sequence[float], size: str, direction: Direction
) -> pd.DataFrame:
    """The rows of a dataset, with `on`: the places of the budgets on whose fronts they are; and
    `near`: teachers, the fronts, and what is not worse than the worst of them by more than half of
    the distance that these span."""
    students = frame[frame["student"] != "teacher"]
    within = [students[students[size].fillna(0) <= limit] for limit in limits]
    lines = [front(some, direction=direction).index for some in within]
    on = [tuple(k for k, line in enumerate(lines) if row in line) for row in frame.index]
    frame = frame.assign(on=on)
    kept = frame.loc[frame["on"].astype(bool) | (frame["kind"] == "-"), "mean"]
    reach = 0.5 * (kept.max() - kept.min()) or math.inf
    near = frame["mean"].between(kept.min() - reach, kept.max() + reach)
    return frame.assign(near=near)


def _notes(frame: pd.DataFrame, note: str, of: str) -> list[str]:
    far = (~frame["near"]).groupby(frame["dataset"]).sum()
    left_out = ", ".join(f"{n} of {dataset}" for dataset, n in far[far > 0].items())
    students = frame[frame["student"] != "teacher"]
    return [
        f"Left out, far worse: {left_out}." if left_out else "",
        f"The number after a method is its student's {of}. {note}" if of else note,
        "One model only: no front." * (len(students) == 1),
        "A mark without a bar is of one run: it has no standard error."
        * bool(students["standard_error"].isna().any()),
    ]


def _panel(axes: Axes, frame: pd.DataFrame, n_limits: int) -> None:
    best = frame[frame["on"].astype(bool)]
    tightest = frame["on"].map(lambda on: on[0] if on else -1)
    for (kind, k), mine in frame.groupby(["kind", tightest], sort=True):
        faint = kind != "-" and k < 0
        axes.errorbar(
            mine["rows_per_second"],
            mine["mean"],
            mine["standard_error"],
            fmt=SHAPES.get(kind, "o"),
            color=INK if kind == "-" else QUIET if faint else COLOURS[k % 6],
            alpha=0.4 if faint else 1,
            elinewidth=1,
            markersize=8 if kind == "-" else 3.5 if faint else 5,
            zorder=2 if faint else 3,
        )
    axes.set(xscale="log", xlim=in_ratios(frame["rows_per_second"]), ylim=axes.get_ylim())
    axes.set_xlabel("rows per second", loc="right")
    ticks(axes.xaxis)
    lines = []
    for k in reversed(range(n_limits)):
        line = best[[k in on for on in best["on"]]].sort_values("rows_per_second")
        x = [axes.get_xlim()[0], *line["rows_per_second"]]
        y = [*line["mean"][:1], *line["mean"]]
        if len(line):
            axes.step(x, y, where="pre", color=COLOURS[k % 6], zorder=2.5)
            lines.append(corners(x[::-1], y[::-1]))
    # teachers choose their places first, then the fastest
    named = pd.concat([frame[frame["kind"] == "-"], best.sort_values("rows_per_second")[::-1]])
    points = list(zip(named["rows_per_second"], named["mean"], strict=True))
    texts = [shortened(name, 0.6 * axes.bbox.width) for name in named["name"]]
    label(axes, [(*p, text) for p, text in zip(points, texts, strict=True)], points, lines)


def _budget(limit: float, size: str) -> str:
    if math.isinf(limit):
        return "best of any size"
    return f"best within {amount(limit)}B" if size == "bytes" else f"{amount(limit)}{size}"
