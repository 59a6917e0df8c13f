"""What students cost and earn back, and the most that each dataset's students speed up: tables."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from tscbench.boards.boards import ARM, Board, Boards, plus_minus, size_order
from tscbench.boards.costs import CHARGED, break_even, costs
from tscbench.boards.figures.names import method_names
from tscbench.boards.figures.scales import amount, compact, times
from tscbench.boards.figures.speed_error import AT_MOST, PICKS, speed_error_frame
from tscbench.contracts.kinds import Direction

NONE = "–"
PHASES = dict(zip(CHARGED, ("generator", "rows", "labels", "training"), strict=True))
SECONDS = [*PHASES, "total_seconds", "teacher_seconds"]
CHOSEN = {
    "most_accurate": "most accurate",
    "smallest": "smallest",
    "fastest": f"fastest that loses at most {100 * AT_MOST:g} points",
}


def cost_boards(scores: pd.DataFrame, timings: pd.DataFrame, speeds: pd.DataFrame) -> Boards:
    """One board per dataset, a row per method and student: the seconds that each phase takes, as
    its arm would take them alone, and after how many rows predicted they are earned back, since the
    student answers faster than its teacher. scores, timings, speeds: as a run gives them."""
    found = break_even(costs(scores, timings), speeds)
    return Boards(_costs(str(name), rows) for name, rows in found.groupby("dataset", sort=True))


def _costs(dataset: str, rows: pd.DataFrame) -> Board:
    order = sorted(range(len(rows)), key=lambda i: size_order(str(rows["student"].iloc[i])))
    rows = rows.iloc[order].reset_index(drop=True)
    names, note = method_names(rows)
    text = pd.DataFrame({"student": rows["student"], "method": names})
    for column, name in zip(SECONDS, [*PHASES.values(), "total", "teacher"], strict=True):
        text[name] = rows[column].map(seconds)
    text["rows/s"] = rows["rows_per_second"].map(lambda v: _known(v, compact))
    text["earned back"] = [_queries(*row) for row in rows[["queries", "speed_up"]].to_numpy()]
    keys = rows[[*SECONDS, "rows_per_second", "queries"]].set_axis(text.columns[2:], axis=1)
    caption = (
        "seconds to make a student, each step in full although others share it; its teacher's "
        "beside. Earned back: rows predicted until the time saved over the teacher is as long"
    )
    if rows["queries"].isna().all():
        caption += "; no speed was measured alone on its machine: tscbench time RUN"
    return Board(dataset, caption, text, keys, (note,) if note else (), rows)


def seconds(value: float) -> str:
    """Seconds, as exact as they are worth."""
    if math.isnan(value):
        return NONE
    return "<0.01" if 0 < value < 0.005 else f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def _known(value: float, form: Callable[[float], str]) -> str:
    return NONE if math.isnan(value) else form(value)


def _queries(queries: float, speed_up: float) -> str:
    if math.isinf(queries):
        return f"never: {times(speed_up)} as fast"
    return _known(queries, compact)


def speed_board(
    scores: pd.DataFrame,
    speeds: pd.DataFrame,
    metric: str,
    *,
    direction: Direction = "higher",
) -> Board:
    """Figure 1f of Liu, Fusi & Mackey as a table: of each dataset, with and without synthetic rows,
    the most accurate student, the smallest, and the fastest that loses little on its teacher; with
    what each loses, its speed-up and how much smaller it is. See `speed_error_frame`."""
    frame = speed_error_frame(scores, speeds, metric, direction=direction)
    picked = [frame[frame[pick]].assign(pick=pick) for pick in PICKS]
    rows = pd.concat(picked, ignore_index=True)
    rows = rows.sort_values(["dataset", "synthetic"], kind="stable", ignore_index=True)
    which = rows["synthetic"].map({True: "with synthetic rows", False: "without"})
    table = pd.DataFrame(
        {
            "dataset": rows["dataset"],
            "compression set": which,
            "student that is": rows["pick"].map(CHOSEN),
            "method": method_names(rows[ARM])[0],
            "student": rows["student"],
            f"{metric} lost": [
                plus_minus(*row) for row in rows[["excess", "standard_error"]].to_numpy()
            ],
            "speed-up": rows["speed_up"].map(lambda v: _known(v, times)),
            "times smaller": rows["bytes_ratio"].map(lambda v: _known(v, times)),
            "size": rows["bytes"].map(lambda v: _known(v, lambda n: f"{amount(n)}B")),
        }
    )
    caption = (
        f"{metric} lost on the teacher on test rows, by which students are chosen here as in the "
        "published figure; speed-up and bytes over the teacher"
    )
    within = (rows["pick"] == "fastest").groupby([rows["dataset"], which]).any()
    notes = [
        f"{dataset}, {of}: no student loses at most {100 * AT_MOST:g} points"
        for dataset, of in within.index[~within]
    ]
    numbers = rows.drop(columns=list(PICKS)).rename(columns={"excess": "lost"})
    return Board("Speed and size", caption, table, notes=tuple(notes), numbers=numbers)
