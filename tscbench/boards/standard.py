"""The default board: quality, TSC Score and throughput, a row per arm and student."""

from __future__ import annotations

import pandas as pd

from tscbench.boards.boards import ARM, Board, Boards, plus_minus, size_order
from tscbench.boards.ratios import ratio_intervals
from tscbench.boards.relations import relations
from tscbench.boards.stats import summaries
from tscbench.contracts.kinds import AXES

ROW = [*ARM, "student"]
SCORES = ("accuracy", "auc")
WORTH = "TSC Score"
UNTIMED = "not timed: tscbench time RUN"
NONE = "–"


def standard(
    scores: pd.DataFrame,
    speeds: pd.DataFrame,
    headline: str = "auc",
    *,
    part: str = "test",
    within: pd.DataFrame | None = None,
    higher_is_better: bool = True,
) -> Boards:
    """One board per dataset, a row per arm and student: accuracy, AUC, the headline's paired
    difference to the same student on real rows, TSC Score and rows per second.

    ± is the standard error over splits, or over seeds where there is one split; the TSC Score is
    that of the means (see `ratio_intervals`), and a note says why one has no value or no interval.
    Students stand by size, the best first within each. speeds: as `Run.speeds()` gives them; empty where nothing has
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
    parts[WORTH] = related[related["metric"].str.fullmatch(r"tsc_score(@[\d.]+)?")]
    boards = Boards()
    for dataset, of_dataset in students.groupby("dataset", sort=True):
        of_it = {name: frame[frame["dataset"] == dataset] for name, frame in parts.items()}
        timed = _timed(speeds[speeds["dataset"] == dataset])
        stats = {name: _stats(name, of_it[name]) for name in of_it}
        order = _order(of_dataset, stats.get(headline), higher_is_better)
        caption = _caption(of_dataset, of_it, timed, headline, part)
        boards.append(_board(str(dataset), caption, of_dataset, stats, timed, order))
    return boards


def _stats(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """mean, standard_error and why there is none of them, by row of the board."""
    if name == WORTH:
        return ratio_intervals(rows).rename(columns={"value": "mean"}).set_index(ROW)
    return summaries(rows[rows["student"] != "teacher"], ROW).assign(why="")


def _board(
    dataset: str,
    caption: str,
    cells: pd.DataFrame,
    stats: dict[str, pd.DataFrame],
    timed: pd.DataFrame,
    index: pd.MultiIndex,
) -> Board:
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
    tables = [frame.reset_index().drop(columns=_same(cells)) for frame in (text, keys)]
    return Board(dataset, caption, *tables, notes=_reasons(stats[WORTH]["why"]))


def _same(cells: pd.DataFrame) -> list[str]:
    """The axes that all rows share, where there are several."""
    several = len(cells[ROW].drop_duplicates()) > 1
    return [axis for axis in ARM if several and cells[axis].nunique() == 1]


def _reasons(why: pd.Series) -> tuple[str, ...]:
    """Why rows have no TSC Score, or none with an interval."""
    counts = why[why != ""].value_counts(sort=False).sort_index()
    return tuple(
        f"{WORTH}, {n} {'row' if n == 1 else 'rows'}: {reason}" for reason, n in counts.items()
    )


def _order(
    cells: pd.DataFrame, stats: pd.DataFrame | None, higher_is_better: bool
) -> pd.MultiIndex:
    """Rows by student size, then by the headline, then by name; those without a score last."""
    rows = cells[ROW].drop_duplicates()
    mean = pd.Series(dtype=float) if stats is None else stats["mean"]
    rows = rows.assign(mean=mean.reindex(pd.MultiIndex.from_frame(rows)).to_numpy())
    rows = rows.sort_values(ROW)
    rows = rows.sort_values("mean", ascending=not higher_is_better, kind="stable")
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
) -> str:
    each = cells.drop_duplicates(["dataset", *ROW, "split", "seed"])
    found = [f"{part} rows; {(each['status'] == 'ok').sum()} of {len(each)} cells"]
    found += [f"{axis} {cells[axis].iloc[0]}" for axis in _same(cells)]
    own = parts[headline] if headline in parts else cells.iloc[:0]
    teachers = own[own["student"] == "teacher"].groupby("teacher")["value"].mean()
    found += [f"teacher {name} alone {headline} {value:.4f}" for name, value in teachers.items()]
    if timed.empty:
        found.append(UNTIMED)
    else:
        found.append("rows/s on one thread, in brackets where others were at work")
    return "; ".join(found)
