"""Speed-up and bytes ratio against excess error over the teacher: Fig. 1f of Liu, Fusi & Mackey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.boards.boards import ARM
from tscbench.boards.figures.drawing import Point, element, mark, path, steps
from tscbench.boards.figures.frames import KEY, scored, timed
from tscbench.boards.figures.layout import (
    EDGE,
    WIDTH,
    Box,
    Sheet,
    along,
    around,
    axes,
    labels,
    nothing,
)
from tscbench.boards.figures.pareto import front
from tscbench.boards.figures.scales import Scale, scale, times
from tscbench.contracts.kinds import Direction

AT_MOST = 0.012
"""The excess error that the paper cuts off at."""

QUANTITIES = {"speed_up": "Speed-up", "bytes_ratio": "Bytes ratio"}
PICKS = ["most_accurate", "smallest", "fastest"]


def speed_error_frame(
    scores: pd.DataFrame,
    speeds: pd.DataFrame,
    metric: str,
    *,
    at_most: float = AT_MOST,
    choose: str = "test",
    direction: Direction = "higher",
) -> pd.DataFrame:
    """One row per dataset, arm with a teacher, and student that has scores and was timed.

    excess: the teacher's test score less the student's, paired by split (a loss: the other way
    round), with its standard_error over the repeats and n; speed_up and bytes_ratio: the student's
    rows per second over the teacher's, the teacher's bytes over the student's; synthetic: whether
    its arm has synthetic rows. most_accurate, smallest (of equal bytes the more accurate) and
    fastest (of those whose excess is at most `at_most`) are True for one row of each dataset with
    and without synthetic rows, chosen by the excess on the part `choose`.
    """
    found = _excess(scores, metric, "test", direction)
    judged = _excess(scores, metric, choose, direction)["excess"]
    found = found.assign(chosen_by=judged.reindex(found.index)).reset_index()
    speed = timed(speeds)
    own = speed[speed["student"] == "teacher"].set_index(["dataset", "teacher"])["bytes"]
    speed = speed.join(own.rename("teacher_bytes"), on=["dataset", "teacher"])
    speed["bytes_ratio"] = speed["teacher_bytes"] / speed["bytes"]
    found = found.merge(speed[[*KEY, "speed_up", "bytes_ratio", "bytes", "batch"]], on=KEY)
    found["synthetic"] = found["mix"] != "real"
    found = found.sort_values(KEY, ignore_index=True)
    groups = ["dataset", "synthetic"]
    orders = {
        "most_accurate": found.sort_values(["chosen_by", "speed_up"], ascending=[True, False]),
        "smallest": found.sort_values(["bytes", "chosen_by"]),
        "fastest": found[found["chosen_by"] <= at_most].sort_values("speed_up", ascending=False),
    }
    for pick, order in orders.items():
        order = order.dropna(subset=["chosen_by", "speed_up"])
        found[pick] = found.index.isin(order.drop_duplicates(groups).index)
    return found.drop(columns="chosen_by")


def _excess(scores: pd.DataFrame, metric: str, part: str, direction: Direction) -> pd.DataFrame:
    """Mean excess error over the teacher of the same split, by KEY."""
    here = scored(scores, metric, part)
    pairs = ["dataset", "split", "teacher"]
    teachers = here[here["student"] == "teacher"].drop_duplicates(pairs)
    students = here[here["student"] != "teacher"]
    both = students.merge(teachers[[*pairs, "value"]], on=pairs, suffixes=("", "_teacher"))
    sign = 1 if direction == "higher" else -1
    both["value"] = sign * (both["value_teacher"] - both["value"])
    columns = {"mean": "excess"}
    return summaries(both, KEY)[["mean", "standard_error", "n"]].rename(columns=columns)


def best_speed_ups(frame: pd.DataFrame) -> pd.DataFrame:
    """The largest speed-up at the allowed excess error: a row per dataset, with and without
    synthetic rows, of the model that `speed_error_frame` marked as fastest; one without any such
    model has NaN and a `why`."""
    groups = ["dataset", "synthetic"]
    columns = [*ARM, "student", "excess", "standard_error", "speed_up", "bytes_ratio", "batch"]
    asked = frame[groups].drop_duplicates().sort_values(groups)
    found = asked.merge(frame.loc[frame["fastest"], [*groups, *columns]], on=groups, how="left")
    why = np.where(found["speed_up"].isna(), "no student is within the allowed excess error", "")
    return found.assign(why=why)


def speed_against_error(
    frame: pd.DataFrame,
    *,
    metric: str = "score",
    at_most: float = AT_MOST,
    width: float = WIDTH,
    title: str = "Speed-up against excess error",
) -> str:
    """Two panels per dataset: speed-up and bytes ratio (log) against excess error over the teacher,
    with and without synthetic rows: every student faint, the best at each error in steps, and the
    most accurate, the smallest, and the fastest that is within `at_most` marked.

    frame: see `speed_error_frame`.
    """
    frame = frame[frame["speed_up"].notna()]
    if frame.empty:
        return nothing(title, "no student was timed in one pass with its teacher", width)
    frame = frame.sort_values(KEY, ignore_index=True)
    sheet = Sheet(width, title)
    batch = " and ".join(f"{b:,.0f}" for b in sorted(frame["batch"].unique()))
    sheet.heading(
        f"Speed-up (rows per second, batches of {batch}) and bytes ratio over the teacher, against "
        f"the {metric} lost to it, in hundredths"
    )
    within = f"with its number: fastest that loses at most {100 * at_most:g} points (shaded)"
    sheet.legend(
        [
            ("line", "fig-1 fig-line", "with synthetic rows"),
            ("line", "fig-0 fig-line", "without"),
            ("circle", "fig-quiet fig-hollow", "most accurate"),
            ("triangle", "fig-quiet fig-fill", "smallest"),
            ("circle", "fig-quiet fig-fill", within),
        ]
    )
    datasets = sorted(frame["dataset"].unique())
    for quantity, name in QUANTITIES.items():
        sheet.section(name)
        boxes = sheet.grid(len(datasets), least=180, height=170, left=46, right=12)
        for box, dataset in zip(boxes, datasets, strict=True):
            mine = frame[frame["dataset"] == dataset].assign(lost=100 * frame["excess"])
            lost = [*mine.loc[_key(mine), "lost"], 0, 100 * at_most]
            x = scale(lost, box[0], box[2])
            near = mine[mine["lost"].between(x.low, x.high)]
            sheet.parts += _panel(box, near, x, quantity, str(dataset), 100 * at_most)
    if len(frame) == 1:
        sheet.notes.append("One model only: nothing to compare it with.")
    return sheet.svg(_description(frame))


def _fronts(frame: pd.DataFrame, quantity: str) -> dict[bool, pd.DataFrame]:
    ranked = frame.assign(mean=-frame["excess"], rows_per_second=frame[quantity])
    parts = ranked[frame[quantity].notna()].groupby("synthetic", sort=True)
    return {bool(synthetic): front(part) for synthetic, part in parts}


def _key(frame: pd.DataFrame) -> Any:
    """The rows that a figure must show, and its panels have in common: fronts and picks."""
    best = [i for q in QUANTITIES for line in _fronts(frame, q).values() for i in line.index]
    return frame.index.isin(best) | frame[PICKS].any(axis=1)


def _panel(
    box: Box, frame: pd.DataFrame, x: Scale, quantity: str, dataset: str, most: float
) -> list[str]:
    left, top, right, bottom = box
    y = scale(frame[quantity], bottom, top, log=True, unit="×", pad=0.1)
    allowed = {"x": left, "y": top, "width": x(most) - left, "height": bottom - top}
    parts = [element("rect", {"class": "fig-quiet fig-shade", **allowed})]
    parts += axes(box, x, y, dataset, "points lost", "")
    taken: list[Box] = []
    for synthetic, line in _fronts(frame, quantity).items():
        points = [(x(e), y(q)) for e, q in zip(line["lost"], line[quantity], strict=True)]
        points = steps([(right, points[-1][1]), *points[::-1]])
        parts.append(path(points, f"fig-{int(synthetic)} fig-line"))
        taken += along(points)
    wanted = []
    for row in frame[frame[quantity].notna()].to_dict("records"):
        here = (x(row["lost"]), y(row[quantity]))
        parts += _point(row, here, quantity)
        if any(row[pick] for pick in PICKS):
            taken.append(around(*here))
        if row["fastest"]:
            wanted.append((*here, times(row[quantity])))
    return parts + labels(wanted, taken, (left, top - 8, right + EDGE, bottom))


def _point(row: Mapping[Any, Any], here: Point, quantity: str) -> list[str]:
    look = f"fig-{int(row['synthetic'])}"
    said = f"{row['generator']}, {row['mix']}, {row['student']}: "
    said += f"{row['lost']:.2f} points lost, {times(row[quantity])}"
    parts = []
    if row["most_accurate"]:
        parts.append(mark("circle", *here, f"{look} fig-hollow", said, 6))
    if row["smallest"]:
        parts.append(mark("triangle", *here, f"{look} fig-fill", said, 4))
    if row["fastest"] and not row["smallest"]:
        parts.append(mark("circle", *here, f"{look} fig-fill", said, 3))
    return parts or [mark("circle", *here, f"{look} fig-fill fig-faint", said, 1.8)]


def _description(frame: pd.DataFrame) -> str:
    said = []
    for row in best_speed_ups(frame).to_dict("records"):
        which = f"{row['dataset']}, {'with' if row['synthetic'] else 'without'} synthetic rows: "
        found = f"{times(row['speed_up'])} as fast with {row['excess']:.4f} lost"
        said.append(which + (row["why"] or found) + ".")
    return " ".join(said)
