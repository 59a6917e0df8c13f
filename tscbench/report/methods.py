"""The methods of a run over all its datasets, a row each."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.beside import CELL, Beside, beside_of, within
from tscbench.analysis.cells import mean_tsc_scores, means_of, name_of_worth
from tscbench.analysis.comparison_groups import ComparisonGroup
from tscbench.analysis.coverage import Covered, Policy
from tscbench.analysis.study import Study
from tscbench.analysis.verdict import Verdict, sizes_in
from tscbench.contracts.kinds import Direction
from tscbench.contracts.worked_out import SIZES, SPEEDS
from tscbench.report.missing_cells import missing_cells, notes_on
from tscbench.report.names import Names
from tscbench.report.quantities import count
from tscbench.report.reasons import RATIOS
from tscbench.report.sources import datasets_of, said_of
from tscbench.report.speeds import where_timed
from tscbench.report.table import Column, Table, Tables
from tscbench.results.arms import ARM

KINDS = {
    "t": "Student's t",
    "corrected t": "the corrected resampled t",
    "bootstrap": "the bootstrap",
}

BESIDE = "Δ, its interval and w/t/l (won, tied, lost): to the same students on training rows alone"
REFUSED = {
    "difference": "No Δ",
    "low": "No interval",
    "first": "No share of resamplings",
    "tier": "No tiers",
}

GAIN: dict[Direction, str] = {"higher": "gain", "lower": "change"}
"""What a difference to the best way without synthetic rows is called."""

TOLD = {0.0: "unclear", 1.0: "behind"}
VERSUS = Column("beside_first", "vs #1", help="whether it can be told from the first", wanted=6)
SIZE = "mean size of its students"
COST = Column("cost_ratio", "cost", ".3g", "×", help="seconds, over the same on training rows")
SPEED = "median of its students, on one thread, at the largest batch"
TSC_SCORE = "what synthetic rows are worth to the student, training rows being 1"


def ranking_table(study: Study, verdict: Verdict, names: Names) -> Table:
    """The methods of a verdict, best first, each against the best way without synthetic rows."""
    ranking, metric = verdict.ranking, verdict.metric
    methods = ranking.methods
    beside, (sizes, unit) = beside_of(study, verdict.group), sizes_in(study, verdict)
    form, better = form_of(metric), study.direction(metric)
    frame = pd.DataFrame(
        {
            "place": range(1, len(methods) + 1),
            "method": names.of(methods),
            **_origins(study, methods.index),
            **{axis: methods[axis] for axis in ARM},
            metric: methods["score"],
            "behind_first": methods["behind"],
            "told_apart": methods["apart"],
            "gain": methods["gain"].where(methods.index != ranking.plain),
            "gain_low": methods["gain_low"],
            "gain_high": methods["gain_high"],
            **_size_and_cost(beside, sizes, unit, metric, methods.index),
        }
    ).reset_index(drop=True)
    apart = frame["told_apart"].map(TOLD).fillna("")
    frame["beside_first"] = apart.where(frame["place"] > 1, "")
    columns = [
        Column("place", "#", ".0f", help="by the mean over datasets", wanted=3),
        Column("method", wanted=9),
        *([Column("source", help="where a method comes from")] if study.origins else []),
        Column(metric, form=form, better=better, wanted=8),
        Column(
            "gain",
            GAIN[better],
            f"+{form}",
            help="over the best way without synthetic rows",
            wanted=7,
        ),
        Column("gain_low", "95 % interval", f"+{form}", high="gain_high", wanted=5),
        *([VERSUS] if methods["apart"].notna().any() else []),
        *([Column(unit, form=".3g", help=SIZE)] if unit not in ("", metric) else []),
        COST,
        *([_speed(beside, verdict.group)] if metric != "rows_per_second" else []),
    ]
    plain = names.named(methods).get(ranking.plain, "")
    gain = f"; {GAIN[better]}: over {plain}" if frame["gain"].notna().any() else ""
    caption = "; ".join(filter(None, [f"{_ranking_caption(verdict)}{gain}", names.usual]))
    return Table("Methods", caption, columns, frame).compact(
        ["place", "method", metric, "beside_first"]
    )


def _origins(study: Study, arms: pd.Index) -> dict[str, list[str]]:
    """Where each method comes from, where they are of several sources."""
    return {"source": [study.origins[str(arm)] for arm in arms]} if study.origins else {}


def _ranking_caption(verdict: Verdict) -> str:
    """What the scores of a ranking are means of."""
    ranking = verdict.ranking
    datasets, splits = verdict.group.datasets, count(ranking.n_splits, "split")
    one = f" of {datasets[0]}" if len(datasets) == 1 else ""
    over = splits if one else f"{datasets_of(verdict.group)}, {splits}"
    size = ", at equal size" if verdict.is_sized and len(ranking.methods) > 1 else ""
    return f"{said(verdict.metric)} on {verdict.part} rows{one}, mean over {over}{size}"


def said(metric: str) -> str:
    """A metric, and of a ratio between cells what its means are of: a table of one dataset has the
    ratio of the means."""
    return f"{metric} of single repeats" if metric.startswith(RATIOS) else metric


def form_of(metric: str) -> str:
    """How a metric is written: sizes and speeds in three figures."""
    return ".3g" if metric in (*SPEEDS, *SIZES) else ".4f"


def _speed(beside: Beside, group: ComparisonGroup) -> Column:
    return Column("rows_per_second", f"rows/s{where_timed(beside, group)}", ".3g", help=SPEED)


def methods_tables(
    study: Study, names: Names, metric: str = "", *, part: str = "test", policy: Policy = "none"
) -> Tables:
    """A table for each group of methods that can be ranked together over two or more datasets, best
    first. policy: what is done about missing cells; a method that lacks some in spite of it has no
    rank, which a note says."""
    metric = metric or study.headline
    groups = [g for g in study.groups(metric, part, policy) if len(g.datasets) > 1]
    lacking = missing_cells(study, [metric], names, part=part)
    return Tables(methods_table(study, one, names, metric, lacking, part=part) for one in groups)


def methods_table(
    study: Study,
    group: ComparisonGroup,
    names: Names,
    metric: str,
    lacking: pd.DataFrame,
    *,
    part: str = "test",
) -> Table:
    """The methods of one group. lacking: as `missing_cells` gives it."""
    frame = _frame(study, group, names, metric, part)
    over = interval_of(group)
    tier = [] if "tier" in group.refused else ["tier"]
    beside = BESIDE + (f"; the interval: {over}." if over else ".")
    notes = [beside * ("difference" not in group.refused), names.note]
    notes += [f"{what}: {group.refused[n]}." for n, what in REFUSED.items() if n in group.refused]
    notes += [*said_of(group.sources), *without_rank(group, lacking)]
    table = Table(
        "over datasets",
        _caption(group, metric, part),
        _columns(study, group, metric, frame),
        frame,
        notes,
    )
    return table.compact(["place", "method", metric, *tier])


def _frame(
    study: Study, group: ComparisonGroup, names: Names, metric: str, part: str
) -> pd.DataFrame:
    methods, beside = group.methods, beside_of(study, group)
    cells = within(study.cells[study.cells["arm"].isin(methods.index)], group, CELL)
    sources, index = group.sources, methods.index
    place = pd.Series(range(1, len(methods) + 1), index=index, dtype=float)
    found = {
        "place": place.where(methods["score"].notna()),
        "method": names.of(methods),
        **{axis: methods[axis] for axis in ARM},
        "part": pd.Series(part, index=index),
        metric: methods["score"],
        f"difference_{metric}": methods["difference"],
        **{name: methods[name] for name in ("low", "high", "win", "tie", "loss")},
        **{name: methods[name] for name in ("rank", "first", "tier")},
    }
    if metric != "accuracy" and metric == study.headline:
        accuracy = means_of(cells, study.full, "accuracy", part=part, sources=sources)
        found["accuracy"] = accuracy.reindex(index)
    if metric == study.headline:
        related = within(study.related, group, CELL)
        worth = mean_tsc_scores(cells, related, part=part, sources=sources)
        found[name_of_worth(related)] = worth.reindex(index)
    found |= _size_and_cost(beside, beside.sizes, beside.unit, metric, index)
    return pd.DataFrame({**found, "n": methods["n"], "asked": methods["asked"]}).reset_index(
        drop=True
    )


def _size_and_cost(
    beside: Beside, sizes: pd.Series, unit: str, metric: str, arms: pd.Index
) -> dict[str, pd.Series]:
    """What a method's students take, by the names of columns; not what is the metric itself."""
    known = {
        **({unit: sizes} if unit else {}),
        "cost_ratio": beside.cost["ratio"],
        **{name: beside.speed[name] for name in ("rows_per_second", "speed_up")},
    }
    return {name: of.reindex(arms) for name, of in known.items() if name != metric}


def _columns(
    study: Study, group: ComparisonGroup, metric: str, frame: pd.DataFrame
) -> list[Column]:
    better, form, beside = study.direction(metric), form_of(metric), beside_of(study, group)
    where = where_timed(beside, group)
    shown = [
        Column("place", "#", ".0f", help="by the mean score", wanted=3),
        Column("method", wanted=9),
        Column(metric, form=form, better=better, wanted=8, help="mean over datasets and students"),
        Column(f"difference_{metric}", f"Δ {metric}", f"+{form}", better=better, wanted=7),
        Column("low", "95 % interval", f"+{form}", high="high", wanted=6),
        Column("win", "w/t/l", ".0f", wanted=4, slashed=("tie", "loss")),
        Column("rank", form=".1f", wanted=4, help="mean over datasets of its rank"),
        Column("first", form=".0%", help="share of resamplings in which it has the best rank"),
        Column(
            "tier", form=".0f", wanted=5, help="methods of a tier cannot be told from its leader"
        ),
        Column("accuracy", form=".4f", wanted=2),
        *(
            Column(name, name.replace("tsc_score", "TSC Score"), ".4f", wanted=2, help=TSC_SCORE)
            for name in map(str, frame)
            if name.startswith("tsc_score")
        ),
        Column("nodes", form=".3g", wanted=3, help=SIZE),
        Column("parameters", form=".3g", wanted=3, help=SIZE),
        COST,
        Column("speed_up", f"speed-up{where}", ".3g", "×", help="over the teacher"),
        _speed(beside, group),
    ]
    if (frame["n"] < frame["asked"]).any():
        shown.append(Column("n", "cells", ".0f", whole="asked", wanted=7))
    found: dict[str, Column] = {}
    for column in shown:
        if column.field in frame:
            found.setdefault(column.field, column)  # the metric itself may be a size, or a speed
    return list(found.values())


def interval_of(group: ComparisonGroup) -> str:
    """What the intervals of a group are, in words; empty where there are none."""
    found = group.intervals
    if found is None:
        return ""
    return f"{KINDS[found.kind]} over {count(found.n, found.over.removesuffix('s'))}"


def _caption(group: ComparisonGroup, metric: str, part: str) -> str:
    n = len(group.datasets)
    ranked = group.covered.table.index.get_level_values("dataset").nunique()
    over = datasets_of(group) if ranked in (0, n) else f"{ranked} of {n} datasets"
    cells, students = covered_cells(group.covered), ", ".join(group.students)
    return f"{said(metric)} on {part} rows; {cells}; mean over {over} and students {students}"


def covered_cells(found: Covered) -> str:
    """How many cells are there, and what the policy did about the others."""
    said = f"{found.n:,} of {found.asked:,} cells"
    if found.policy != "none":
        said += f"; missing cells: {found.policy}"
    if found.dropped:
        said += f", {found.dropped} of each method's {found.repeats} left out"
    if filled := int(found.filled.sum()):
        said += f", {filled} filled in"
    return said


def without_rank(group: ComparisonGroup, lacking: pd.DataFrame) -> list[str]:
    """What is said of the methods that lack cells, and whether they have a rank in spite of it."""
    here = lacking[lacking["arm"].isin(group.methods.index)]
    where = here["dataset"] + " " + here["said"]
    each = here.assign(said=where).groupby(["arm", "name"], sort=True)["said"]
    of_method = each.agg("; ".join).reset_index()
    out = of_method["arm"].isin(group.covered.left_out)
    no, by = notes_on(of_method[out]), notes_on(of_method[~out])
    policy = group.covered.policy
    return [
        *(f"No rank: {said}." for said in no),
        *(f"Ranked by {policy}: {said}." for said in by),
    ]
