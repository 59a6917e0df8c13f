"""The default board: quality, TSC Score and throughput, a row per arm and student."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.boards.boards import ARM, Board, Boards, plus_minus, size_order
from tscbench.boards.estimates import tidy
from tscbench.boards.overview import cells_of
from tscbench.boards.reasons import reasoned_ratios
from tscbench.boards.relations import among, relations
from tscbench.boards.speeds import comparable
from tscbench.contracts.kinds import AXES, Direction

ROW = [*ARM, "student"]
WHERE = ["dataset", *ROW]
SCORES = ("accuracy", "auc")
WORTH = "TSC Score"
OWN = r"not reported: the cell (failed|is \w+|has no \w+)"
TIMED = "rows/s on one thread, in brackets where others were at work"
UNTIMED = "not timed: tscbench time RUN"
NONE = "–"


def standard(
    scores: pd.DataFrame,
    speeds: pd.DataFrame,
    headline: str = "auc",
    *,
    part: str = "test",
    related: pd.DataFrame | None = None,
    direction: Direction = "higher",
) -> Boards:
    """One board per dataset, a row per arm and student: accuracy, AUC, the headline's paired
    difference to the same student on real rows, TSC Score and rows per second.

    ± is the standard error over splits, or over seeds where there is one split; the TSC Score is
    that of the means (see `reasoned_ratios`), and a note says why one has no value or no interval.
    Students stand by size, the best first within each. speeds: as `Run.speeds()` gives them; empty
    where nothing has been timed, which the caption says. related: `relations` of all cells, where
    `scores` are some of them: a cell is set against its partners, shown or not.
    """
    shown = scores[scores["part"] == part]
    metrics = [m for m in dict.fromkeys([*SCORES, headline]) if (shown["metric"] == m).any()]
    related = relations(scores) if related is None else among(related, scores)
    related = related[related["part"] == part]
    parts = {m: shown[shown["metric"] == m] for m in metrics}
    parts[f"Δ {headline}"] = related[related["metric"] == f"difference_{headline}"]
    parts[WORTH] = related[related["metric"].str.fullmatch(r"tsc_score(@[\d.]+)?")]
    stats = {name: _stats(name, rows) for name, rows in parts.items()}
    own = shown[(shown["student"] == "teacher") & (shown["metric"] == headline)]
    teachers = own.groupby(["dataset", "teacher"])["value"].mean()
    cells, timed = _cells(scores, shown, headline), _timed(speeds)
    mean = stats[headline]["mean"] if headline in stats else pd.Series(dtype=float)
    order = _order(cells, mean, direction)
    text, keys = _tables(stats, timed, order, cells)
    numbers = _numbers(stats, timed, order, part)
    boards = Boards()
    for dataset, of_it in cells.groupby("dataset", sort=True):
        rows = text.index.get_level_values("dataset") == dataset
        idle = [*_same(of_it), *(["cells"] if of_it["there"].all() else [])]
        tables = [
            f[rows].droplevel("dataset").reset_index().drop(columns=idle) for f in (text, keys)
        ]
        is_timed = dataset in timed.index
        caption = _caption(of_it, teachers, is_timed, headline, part)
        why = stats[WORTH]["why"]
        notes = _reasons(str(dataset), why[why.index.get_level_values("dataset") == dataset])
        own = numbers[numbers["dataset"] == dataset].reset_index(drop=True)
        boards.append(Board(str(dataset), caption, tables[0], tables[1], notes, own))
    return boards


def _numbers(
    stats: dict[str, pd.DataFrame], timed: pd.DataFrame, index: pd.MultiIndex, part: str
) -> pd.DataFrame:
    """What the texts are made of, as `tidy` has it, with contended: 1 where a speed was measured
    while others were at work; models are timed on test rows."""
    frames = []
    for name, found in stats.items():
        metric = found["metric"] if name == WORTH else name.replace("Δ ", "difference_")
        frames.append(found.assign(metric=metric, part=part))
    for name in ("rows_per_second", "speed_up"):
        speed = timed.assign(
            mean=timed[name], metric=name, contended=1 - timed["calm"], part="test"
        )
        frames.append(speed.drop(columns=[name]))
    there = [f.reindex(index.intersection(f.index)).dropna(subset=["mean"]) for f in frames]
    every = pd.concat(there).reset_index()
    return tidy(every).assign(contended=every["contended"].astype(float))


def _cells(scores: pd.DataFrame, shown: pd.DataFrame, headline: str) -> pd.DataFrame:
    """The planned cells; there: whether each has a value of the headline, or has ended well where
    nobody has one."""
    cells = cells_of(scores)
    if not (shown["metric"] == headline).any():
        return cells.assign(there=cells["status"] == "ok")
    values = shown.loc[shown["metric"] == headline, [*AXES, "value"]]
    return cells.assign(there=cells.merge(values, on=list(AXES), how="left")["value"].notna())


def _stats(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """mean, standard_error and why there is none of them, by dataset and row of its board."""
    if name == WORTH:
        return reasoned_ratios(rows).rename(columns={"value": "mean"}).set_index(WHERE)
    return summaries(rows[rows["student"] != "teacher"], WHERE)


def _tables(
    stats: dict[str, pd.DataFrame], timed: pd.DataFrame, index: pd.MultiIndex, cells: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Texts, and the numbers that they are sorted by, of all datasets."""
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
    counts = cells.groupby(WHERE)["there"].agg(["sum", "size"]).reindex(index)
    text["cells"] = counts["sum"].astype(str) + " of " + counts["size"].astype(str)
    keys["cells"] = counts["sum"] / counts["size"]
    return text, keys


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


def _order(cells: pd.DataFrame, mean: pd.Series[float], direction: Direction) -> pd.MultiIndex:
    """Rows of each dataset by student size, then by the headline, then by name. Those that lack
    cells come last, for they have no place among the others."""
    rows = cells.groupby(WHERE, sort=True, as_index=False)["there"].all()
    students = sorted(set(rows["student"]), key=size_order)
    rows["size"] = rows["student"].map({name: place for place, name in enumerate(students)})
    rows["mean"] = mean.reindex(pd.MultiIndex.from_frame(rows[WHERE])).to_numpy()
    rows = rows.sort_values(
        ["dataset", "size", "there", "mean", *ROW],
        ascending=[True, True, False, direction == "lower", *(True for _ in ROW)],
    )
    return pd.MultiIndex.from_frame(rows[WHERE])


def _show(mean: float, error: float, sign: str) -> str:
    return NONE if pd.isna(mean) else plus_minus(mean, error, sign)


def _speed(value: float, calm: float, unit: str) -> str:
    """Three figures: a speed is not known better. In brackets, what was measured beside others."""
    if pd.isna(value):
        return NONE
    short = f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{short}{unit}" if calm == 1 else f"({short}{unit})"


def _timed(speeds: pd.DataFrame) -> pd.DataFrame:
    """Medians over the `comparable` speeds of each row."""
    found = comparable(speeds[speeds["student"] != "teacher"])
    return found.groupby(WHERE)[["rows_per_second", "speed_up", "calm"]].median()


def _caption(
    cells: pd.DataFrame, teachers: pd.Series[float], timed: bool, headline: str, part: str
) -> str:
    """teachers: the headline of each dataset's teachers."""
    found = [f"{part} rows; {cells['there'].sum()} of {len(cells)} cells"]
    found += [f"{axis} {cells[axis].iloc[0]}" for axis in _same(cells)]
    own = teachers[teachers.index.isin(cells["dataset"].unique(), level="dataset")]
    found += [f"teacher {name} alone {headline} {value:.4f}" for (_, name), value in own.items()]
    found.append(
        "rows/s on one thread, in brackets where others were at work" if timed else UNTIMED
    )
    return "; ".join(found)
