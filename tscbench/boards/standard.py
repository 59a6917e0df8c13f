"""The default board: quality, TSC Score and throughput, a row per arm and student."""

from __future__ import annotations

import pandas as pd

from tscbench.boards.boards import ARM, Board, Boards, plus_minus, size_order
from tscbench.boards.relations import relations
from tscbench.boards.stats import summaries
from tscbench.contracts.kinds import AXES

ROW = [*ARM, "student"]
SCORES = ("accuracy", "auc")
UNTIMED = "not timed: tscbench time RUN"
NONE = "–"


def standard(
    scores: pd.DataFrame,
    speeds: pd.DataFrame,
    headline: str = "auc",
    *,
    part: str = "test",
    within: pd.DataFrame | None = None,
) -> Boards:
    """One board per dataset, a row per arm and student: accuracy, AUC, the headline's paired
    difference to the same student on real rows, TSC Score and rows per second.

    ± is the standard error over splits, or over seeds where there is one split. Students stand by
    size, the best first within each. speeds: as `Run.speeds()` gives them; empty where nothing has
    been timed, which the caption says. within: scores of all cells, where `scores` are some of
    them: a cell is set against its partners there, whether they are shown or not.
    """
    students = scores[scores["student"] != "teacher"]
    shown = scores[scores["part"] == part]
    metrics = [m for m in dict.fromkeys([*SCORES, headline]) if (shown["metric"] == m).any()]
    related = relations(scores if within is None else within)
    related = related[related["part"] == part].merge(
        students[list(AXES)].drop_duplicates(), on=list(AXES)
    )
    parts = {m: shown[shown["metric"] == m] for m in metrics}
    parts[f"Δ {headline}"] = related[related["metric"] == f"difference_{headline}"]
    parts["TSC Score"] = related[related["metric"].str.fullmatch(r"tsc_score(@[\d.]+)?")]
    boards = Boards()
    for dataset, of_dataset in students.groupby("dataset", sort=True):
        of_it = {name: frame[frame["dataset"] == dataset] for name, frame in parts.items()}
        timed = _timed(speeds[speeds["dataset"] == dataset])
        boards.append(_board(str(dataset), of_dataset, of_it, timed, headline, part))
    return boards


def _board(
    dataset: str,
    cells: pd.DataFrame,
    parts: dict[str, pd.DataFrame],
    timed: pd.DataFrame,
    headline: str,
    part: str,
) -> Board:
    stats = {
        name: summaries(frame[frame["student"] != "teacher"], ROW) for name, frame in parts.items()
    }
    index = _order(cells, stats.get(headline, pd.DataFrame({"mean": []})))
    text, keys = pd.DataFrame(index=index), pd.DataFrame(index=index)
    for name, found in stats.items():
        there = found.reindex(index)
        sign = "+" if name.startswith("Δ") else ""
        text[name] = [_show(m, e, sign) for m, e in there[["mean", "standard_error"]].to_numpy()]
        keys[name] = there["mean"]
    for name, column, unit in (("rows/s", "rows_per_second", ""), ("speed-up", "speed_up", "×")):
        found = timed.reindex(index)
        keys[name] = found[column].where(found["calm"] == 1)
        text[name] = [_speed(v, c, unit) for v, c in found[[column, "calm"]].to_numpy()]
    text["cells"], keys["cells"] = _coverage(cells, index)
    if (keys["cells"] == 1).all():
        text, keys = text.drop(columns="cells"), keys.drop(columns="cells")
    same = [axis for axis in ARM if cells[axis].nunique() == 1 and len(index) > 1]
    caption = _caption(cells, parts, timed, headline, part, same)
    tables = [frame.reset_index().drop(columns=same) for frame in (text, keys)]
    return Board(dataset, caption, *tables)


def _order(cells: pd.DataFrame, stats: pd.DataFrame) -> pd.MultiIndex:
    """Rows by student size, then by the headline, then by name; those without a score last."""
    rows = cells[ROW].drop_duplicates()
    mean = stats["mean"] if len(stats) else pd.Series(dtype=float)
    rows = rows.assign(mean=mean.reindex(pd.MultiIndex.from_frame(rows)).to_numpy())
    rows = rows.sort_values(ROW).sort_values("mean", ascending=False, kind="stable")
    size = rows["student"].map(size_order)
    rows = rows.iloc[sorted(range(len(rows)), key=lambda i: size.iloc[i])]
    return pd.MultiIndex.from_frame(rows[ROW])


def _show(mean: float, error: float, sign: str) -> str:
    return NONE if pd.isna(mean) else plus_minus(mean, error, sign)


def _speed(value: float, calm: float, unit: str) -> str:
    """Three figures: a speed is not known better. In brackets, what was measured beside others."""
    if pd.isna(value):
        return NONE
    short = f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{short}{unit}" if calm == 1 else f"({short}{unit})"


def _timed(speeds: pd.DataFrame) -> pd.DataFrame:
    """Medians over what was timed of each row at the largest batch, on the hardware that timed most
    rows; calm: 1 where nothing else was running, and those alone count where there are some."""
    found = speeds[(speeds["batch"] == speeds["batch"].max()) & (speeds["student"] != "teacher")]
    if found["hardware"].nunique() > 1:
        found = found[found["hardware"] == found["hardware"].mode().iloc[0]]
    found = found.assign(calm=1 - found["contended"].astype(int))
    found = found[found["calm"] == found.groupby(ROW)["calm"].transform("max")]
    return found.groupby(ROW)[["rows_per_second", "speed_up", "calm"]].median()


def _coverage(cells: pd.DataFrame, index: pd.MultiIndex) -> tuple[pd.Series[str], pd.Series[float]]:
    """How many of a row's cells have ended well, in words and as a share."""
    each = cells.drop_duplicates(["dataset", *ROW, "split", "seed"])
    counts = (each["status"] == "ok").groupby([each[name] for name in ROW]).agg(["sum", "size"])
    counts = counts.reindex(index)
    return (
        counts["sum"].astype(str) + " of " + counts["size"].astype(str),
        counts["sum"] / counts["size"],
    )


def _caption(
    cells: pd.DataFrame,
    parts: dict[str, pd.DataFrame],
    timed: pd.DataFrame,
    headline: str,
    part: str,
    same: list[str],
) -> str:
    each = cells.drop_duplicates(["dataset", *ROW, "split", "seed"])
    found = [f"{part} rows; {(each['status'] == 'ok').sum()} of {len(each)} cells"]
    found += [f"{axis} {cells[axis].iloc[0]}" for axis in same]
    own = parts[headline] if headline in parts else cells.iloc[:0]
    teachers = own[own["student"] == "teacher"].groupby("teacher")["value"].mean()
    found += [f"teacher {name} alone {headline} {value:.4f}" for name, value in teachers.items()]
    if timed.empty:
        found.append(UNTIMED)
    else:
        found.append("rows/s on one thread, in brackets where others were at work")
    return "; ".join(found)
