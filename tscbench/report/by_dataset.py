"""The tables of datasets: a row per method and student, with scores, size and speed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tscbench.analysis.estimates import TSC_SCORE, estimates
from tscbench.analysis.repeats import summaries
from tscbench.analysis.speed import comparable
from tscbench.analysis.study import Study
from tscbench.contracts.kinds import AXES
from tscbench.report.methods import TSC_SCORE as WORTH_HELP
from tscbench.report.methods import form_of
from tscbench.report.missing_cells import missing_cells, notes_on
from tscbench.report.names import Names
from tscbench.report.reasons import RATIOS, reasoned_ratios
from tscbench.report.speeds import to_time
from tscbench.report.table import Column, Table, Tables
from tscbench.results.arms import ARM, KEY, size_order
from tscbench.results.frames import SIZES_RECORDED

ROW = [*ARM, "student"]
SCORES = ("accuracy", "auc")
OWN = r"not reported: the cell (failed|is \w+|has no \w+)"
IN_BRACKETS = "Speeds in brackets: timed while others were at work."


def dataset_tables(study: Study, names: Names, metric: str = "", *, part: str = "test") -> Tables:
    """One table per dataset: accuracy, AUC, the headline's paired difference to the same student on
    real rows, TSC Score, size and rows per second; or, of one metric, that with its interval if it
    is a ratio. ± is the standard error over splits, or over seeds where there is one split.

    Students stand by size, the best first within each.

    Raises:
        SpecError: no result has this metric.
    """
    asked = study.of_metric(metric, part).dropna(subset=["value"]) if metric else study.cells
    frame, why = dataset_frame(study, names, metric, part=part)
    wanted = [metric] if metric else [*SCORES, study.headline]
    lacking = missing_cells(study, wanted, names, part=part)
    columns = _columns(study, metric, frame)
    teachers = _of_teachers(study, metric or study.headline, part)
    tables = Tables()
    for dataset, rows in frame.groupby("dataset", sort=True):
        repeats = asked[asked["dataset"] == dataset]
        found = why[why["dataset"] == dataset]
        notes = [names.note, *_reasons(found), *_of_speeds(study, metric, str(dataset), rows)]
        notes += [f"{said}." for said in notes_on(lacking[lacking["dataset"] == dataset])]
        own = teachers[teachers["dataset"] == dataset]
        caption = "; ".join([_caption(metric, part, rows, repeats), *own["said"]])
        here = Table(
            str(dataset),
            caption,
            columns,
            rows.reset_index(drop=True),
            notes,
            dataset=str(dataset),
        )
        tables.append(here.compact(["method", "student", metric or study.headline]))
    return tables


def whole_table(
    study: Study, tables: Sequence[Table], metric: str = "", *, part: str = "test"
) -> Table:
    """The tables of datasets as one; a note that not all of them have says of which it is."""
    frame = pd.concat([table.frame for table in tables], ignore_index=True)
    shown = {column.field for table in tables for column in table.columns}
    columns = [column for column in _columns(study, metric, frame) if column.field in shown]
    notes = []
    for note in dict.fromkeys(note for table in tables for note in table.notes):
        where = [table.dataset for table in tables if note in table.notes]
        notes.append(note if len(where) == len(tables) else f"{', '.join(where)}: {note}")
    columns = [Column("dataset", wanted=9), *columns]
    caption = whole_caption(frame, metric, part=part)
    return Table("Every dataset", caption, columns, frame, notes)


def whole_caption(frame: pd.DataFrame, metric: str = "", *, part: str = "test") -> str:
    """What rows of several datasets show, and how many cells of theirs are there."""
    there = [name for name in frame if str(name).startswith("difference_")]
    known = not metric and frame[there].notna().any(axis=None)
    change = "; Δ: to the same student on training rows alone, paired" * bool(known)
    return (
        f"{metric + ' on ' if metric else ''}{part} rows, mean ± standard error over splits, or "
        "over seeds of one split; "
        f"{int(frame['n'].sum()):,} of {int(frame['asked'].sum()):,} cells{change}"
    )


def dataset_frame(
    study: Study, names: Names, metric: str = "", *, part: str = "test"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row per dataset, arm and student, in the order of tables; and why there is no ratio, or
    none with an interval: dataset, metric and why, a row each."""
    shown = study.scores[study.scores["part"] == part]
    headline = metric or study.headline
    stats = {m: summaries(_students(shown, m), KEY) for m in _recorded(study, shown, metric)}
    related = study.related[study.related["part"] == part]
    related = related.merge(study.scores[list(AXES)].drop_duplicates(), on=list(AXES))
    difference = f"difference_{headline}"
    reasons = []
    for name in _worked_out(related, metric, difference):
        rows = related[related["metric"] == name]
        if name.startswith(RATIOS):
            found = reasoned_ratios(rows, study.row_ratios).set_index(KEY)
            reasons.append(found.reset_index()[["dataset", "metric", "why"]])
            stats[name] = found.rename(columns={"value": "mean"})
        else:
            stats[name] = estimates(_students(rows, name), KEY)
    cells = _cells(study, shown, related, headline)
    order = _order(study, cells, stats.get(headline), headline)
    found = pd.DataFrame(index=order)
    for name, of in stats.items():
        of = of.reindex(order)
        found[name], found[f"{name}_standard_error"] = of["mean"], of["standard_error"]
        if metric and "low" in of:
            found["low"], found["high"] = of["low"], of["high"]
    if not metric:
        found = found.join(_sizes(shown)).join(_timed(study))
    counts = cells.groupby(KEY)["there"].agg(["sum", "size"]).reindex(order)
    frame = found.assign(n=counts["sum"], asked=counts["size"]).reset_index()
    frame.insert(1, "method", names.of(frame))
    frame.insert(2, "part", part)
    none = pd.DataFrame(columns=["dataset", "metric", "why"])
    return frame, pd.concat(reasons) if reasons else none


def _students(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    return rows[(rows["student"] != "teacher") & (rows["metric"] == metric)]


def _recorded(study: Study, shown: pd.DataFrame, metric: str) -> list[str]:
    """The metrics of the table that records hold."""
    known = set(shown["metric"].dropna().unique())
    return [
        m for m in dict.fromkeys([metric] if metric else [*SCORES, study.headline]) if m in known
    ]


def _worked_out(related: pd.DataFrame, metric: str, difference: str) -> list[str]:
    """The metrics of the table that are worked out between cells."""
    there = sorted(related.loc[related["metric"].notna(), "metric"].unique())
    if metric:
        return [name for name in there if name == metric]
    return [n for n in there if n == difference or pd.Series(n).str.fullmatch(TSC_SCORE).all()]


def _cells(study: Study, shown: pd.DataFrame, related: pd.DataFrame, headline: str) -> pd.DataFrame:
    """The planned cells, of what is worked out those that it is of; there: whether each has a value
    of the headline, or has ended well where nobody has one."""
    cells = study.cells_of(headline)
    of = related if (related["metric"] == headline).any() else shown
    rows = of.loc[of["metric"] == headline, [*AXES, "value"]]
    if rows.empty:
        return cells.assign(there=cells["status"] == "ok")
    found = cells.merge(rows, on=list(AXES), how="left")["value"]
    return cells.assign(there=found.notna().to_numpy())


def _order(
    study: Study, cells: pd.DataFrame, stats: pd.DataFrame | None, headline: str
) -> pd.MultiIndex:
    """Rows of each dataset by student size, then by the headline, then by name. Those that lack
    cells come last, for they have no place among the others."""
    rows = cells.groupby(KEY, sort=True, as_index=False)["there"].all()
    students = sorted(set(rows["student"]), key=size_order)
    rows["size"] = rows["student"].map({name: place for place, name in enumerate(students)})
    index = pd.MultiIndex.from_frame(rows[KEY])
    rows["mean"] = float("nan") if stats is None else stats["mean"].reindex(index).to_numpy()
    up = study.direction(headline) == "lower"
    rows = rows.sort_values(
        ["dataset", "size", "there", "mean", *ROW],
        ascending=[True, True, False, up, *(True for _ in ROW)],
    )
    return pd.MultiIndex.from_frame(rows[KEY])


def _sizes(shown: pd.DataFrame) -> pd.DataFrame:
    """Mean nodes and parameters of each row's students."""
    here = shown[shown["metric"].isin(SIZES_RECORDED) & (shown["student"] != "teacher")]
    return here.groupby([*KEY, "metric"])["value"].mean().unstack("metric")


def _timed(study: Study) -> pd.DataFrame:
    """Medians over the comparable speeds of each row; contended: 1 where none was undisturbed."""
    found = comparable(study.speeds_shown[study.speeds_shown["student"] != "teacher"])
    medians = found.groupby(KEY)[["rows_per_second", "speed_up", "bytes", "contended"]].median()
    return medians.astype(float)


def _columns(study: Study, metric: str, frame: pd.DataFrame) -> list[Column]:
    """Scores first; what a narrow screen leaves out is last."""
    columns = [Column("student", wanted=9), Column("method", wanted=9)]
    skipped = {"dataset", "method", "part", "student", *ARM, "low", "high", "n", "asked"}
    for name in [c for c in frame if c not in skipped]:
        if f"{name}_standard_error" in frame:
            columns.append(_score(study, name, wanted=8 if name == study.headline else 6))
    if metric and "low" in frame:
        columns.append(Column("low", "95 % interval", ".4f", high="high", wanted=5))
    more = [
        *(Column(name, form=".3g", wanted=4, help="mean size") for name in SIZES_RECORDED),
        Column("rows_per_second", "rows/s", ".3g", doubt="contended", wanted=3),
        Column("speed_up", "speed-up", ".3g", "×", doubt="contended", wanted=2),
    ]
    there = {column.field for column in columns}  # the metric itself may be a size, or a speed
    columns += [c for c in more if c.field in frame and c.field not in there]
    if (frame["n"] < frame["asked"]).any():
        columns.append(Column("n", "cells", ".0f", whole="asked", wanted=7))
    return columns


def _score(study: Study, name: str, wanted: int) -> Column:
    error, better = f"{name}_standard_error", study.direction(name)
    if name.startswith("difference_"):
        title = name.replace("difference_", "Δ ")
        return Column(name, title, "+.4f", error=error, better=better, wanted=5)
    if pd.Series(name).str.fullmatch(TSC_SCORE).all():
        title = name.replace("tsc_score", "TSC Score")
        return Column(name, title, ".4f", error=error, better="higher", help=WORTH_HELP, wanted=5)
    return Column(name, form=form_of(name), error=error, better=better, wanted=wanted)


def _reasons(why: pd.DataFrame) -> list[str]:
    """Why rows have no ratio, or none with an interval; that cells are not there is told by their
    number."""
    said = why[why["why"] != ""]
    said = said[~said["why"].str.fullmatch(OWN).astype(bool)]
    counts = said.groupby(["metric", "why"], sort=True).size()
    return [
        f"{metric}, {n} {'row' if n == 1 else 'rows'}: {reason}."
        for (metric, reason), n in counts.items()
    ]


def _of_speeds(study: Study, metric: str, dataset: str, rows: pd.DataFrame) -> list[str]:
    if metric:
        return []
    if "rows_per_second" not in rows or not rows["rows_per_second"].notna().any():
        return [f"Not timed{to_time(study)}."]
    return [IN_BRACKETS] if (rows["contended"] == 1).any() else []


def _caption(metric: str, part: str, rows: pd.DataFrame, repeats: pd.DataFrame) -> str:
    n, asked = int(rows["n"].sum()), int(rows["asked"].sum())
    what = f"{metric} on {part} rows" if metric else f"{part} rows"
    return f"{what}, {_repeats(repeats)}; {n:,} of {asked:,} cells"


def _of_teachers(study: Study, metric: str, part: str) -> pd.DataFrame:
    """What teachers score by themselves: dataset, and said of each."""
    own = study.scores[(study.scores["metric"] == metric) & (study.scores["part"] == part)]
    own = own[own["student"] == "teacher"]
    means = own.groupby(["dataset", "teacher"], sort=True)["value"].mean().reset_index()
    each = zip(means["teacher"], means["value"], strict=True)
    return means.assign(said=[f"teacher {name} alone {metric} {value:.4f}" for name, value in each])


def _repeats(cells: pd.DataFrame) -> str:
    """What a mean is of and its standard error over: splits, or seeds where there is one split."""
    splits, seeds = cells["split"].nunique(), cells["seed"].nunique()
    if max(splits, seeds) < 2:
        return "one repeat, of which there is no standard error"
    over = f"{splits} splits" if splits > 1 else f"{seeds} seeds of one split"
    inside = ", seeds averaged inside them" if min(splits, seeds) > 1 else ""
    return f"mean ± standard error over {over}{inside}"
