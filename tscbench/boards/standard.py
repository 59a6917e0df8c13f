"""The default board: quality, TSC Score and throughput, a row per arm and student."""

from __future__ import annotations

import pandas as pd

from tscbench.boards.boards import ARM, Board, Boards, plus_minus, size_order
from tscbench.boards.overview import cells_of
from tscbench.boards.ratios import ratio_intervals
from tscbench.boards.relations import relations_of
from tscbench.boards.stats import summaries
from tscbench.contracts.kinds import AXES

ROW = [*ARM, "student"]
SCORES = ("accuracy", "auc")
WORTH = "TSC Score"
OWN = r"not reported: the cell (failed|is \w+|has no \w+)"
UNTIMED = "not timed: tscbench time RUN"
NONE = "–"
NOTHING = pd.DataFrame({"mean": [], "standard_error": [], "why": []}).astype({"why": str})


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
    Students stand by size, the best first within each. speeds: as `Run.speeds()` gives them; empty
    where nothing has been timed, which the caption says. within: scores of all cells, where
    `scores` are some of them: a cell is set against its partners there, shown or not.
    """
    shown = scores[scores["part"] == part]
    metrics = [m for m in dict.fromkeys([*SCORES, headline]) if (shown["metric"] == m).any()]
    related = relations_of(scores, within)
    related = related[related["part"] == part]
    parts = {m: shown[shown["metric"] == m] for m in metrics}
    parts[f"Δ {headline}"] = related[related["metric"] == f"difference_{headline}"]
    parts[WORTH] = related[related["metric"].str.fullmatch(r"tsc_score(@[\d.]+)?")]
    stats = {name: _stats(name, rows) for name, rows in parts.items()}
    own = shown[(shown["student"] == "teacher") & (shown["metric"] == headline)]
    teachers = own.groupby(["dataset", "teacher"])["value"].mean()
    boards = Boards()
    for dataset, cells in _cells(scores, shown, headline).groupby("dataset", sort=True):
        of_it = {name: found.get(str(dataset), NOTHING) for name, found in stats.items()}
        timed = _timed(speeds[speeds["dataset"] == dataset])
        order = _order(cells, of_it.get(headline, NOTHING)["mean"], higher_is_better)
        caption = _caption(cells, teachers, timed, headline, part)
        boards.append(_board(str(dataset), caption, cells, of_it, timed, order))
    return boards


def _cells(scores: pd.DataFrame, shown: pd.DataFrame, headline: str) -> pd.DataFrame:
    """The planned cells; there: whether each has a value of the headline, or has ended well where
    nobody has one."""
    cells = cells_of(scores)
    if not (shown["metric"] == headline).any():
        return cells.assign(there=cells["status"] == "ok")
    values = shown.loc[shown["metric"] == headline, [*AXES, "value"]]
    return cells.assign(there=cells.merge(values, on=list(AXES), how="left")["value"].notna())


def _stats(name: str, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Of each dataset mean, standard_error and why there is none of them, by row of its board."""
    keys = ["dataset", *ROW]
    if name == WORTH:
        found = ratio_intervals(rows).rename(columns={"value": "mean"}).set_index(keys)
    else:
        found = summaries(rows[rows["student"] != "teacher"], keys).assign(why="")
    each = found[list(NOTHING)].groupby(level="dataset")
    return {str(dataset): rows.droplevel("dataset") for dataset, rows in each}


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
    counts = cells.groupby(ROW)["there"].agg(["sum", "size"]).reindex(index)
    if not cells["there"].all():
        text["cells"] = counts["sum"].astype(str) + " of " + counts["size"].astype(str)
        keys["cells"] = counts["sum"] / counts["size"]
    text, keys = (frame.reset_index().drop(columns=_same(cells)) for frame in (text, keys))
    return Board(dataset, caption, text, keys, _reasons(dataset, stats[WORTH]["why"]))


def _same(cells: pd.DataFrame) -> list[str]:
    """The axes that all rows share, where there are several."""
    several = len(cells[ROW].drop_duplicates()) > 1
    return [axis for axis in ARM if several and cells[axis].nunique() == 1]


def _reasons(dataset: str, why: pd.Series) -> tuple[str, ...]:
    """Why rows have no TSC Score, or none with an interval; that cells are not there is told by
    their number."""
    counts = why[(why != "") & ~why.str.fullmatch(OWN)].value_counts(sort=False).sort_index()
    return tuple(
        f"{WORTH} on {dataset}, {n} {'row' if n == 1 else 'rows'}: {reason}"
        for reason, n in counts.items()
    )


def _order(cells: pd.DataFrame, mean: pd.Series[float], higher_is_better: bool) -> pd.MultiIndex:
    """Rows by student size, then by the headline, then by name. Those that lack cells come last,
    for they have no place among the others."""
    rows = cells.groupby(ROW, sort=True, as_index=False)["there"].all()
    rows = rows.assign(mean=mean.reindex(pd.MultiIndex.from_frame(rows[ROW])).to_numpy())
    rows = rows.sort_values(
        ["there", "mean"], ascending=[False, not higher_is_better], kind="stable"
    )
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


def _caption(
    cells: pd.DataFrame, teachers: pd.Series[float], timed: pd.DataFrame, headline: str, part: str
) -> str:
    """teachers: the headline of each dataset's teachers."""
    found = [f"{part} rows; {cells['there'].sum()} of {len(cells)} cells"]
    found += [f"{axis} {cells[axis].iloc[0]}" for axis in _same(cells)]
    own = teachers[teachers.index.isin(cells["dataset"].unique(), level="dataset")]
    found += [f"teacher {name} alone {headline} {value:.4f}" for (_, name), value in own.items()]
    if timed.empty:
        found.append(UNTIMED)
    else:
        found.append("rows/s on one thread, in brackets where others were at work")
    return "; ".join(found)
