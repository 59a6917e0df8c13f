"""What an arm costs to make, and after how many queries that is earned back.

A step that several cells stand on is made once and charged in full to each of them: an arm's cost
is what it would take alone, so that arms add up to more than their run took. A fit whose prefixes
are the smaller students is shared out by their number (of trees, or rounds).
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from tscbench.analysis.speed import timed
from tscbench.contracts.kinds import AXES
from tscbench.results.arms import KEY, arm_of

PHASES = {
    "teacher_seconds": ("teacher", "fold_teacher"),
    "fit_seconds": ("sampler",),
    "sample_seconds": ("synthetic",),
    "label_seconds": ("real_outputs", "synthetic_outputs"),
    "train_seconds": ("compression_set", "student"),
}
"""The steps that each column of seconds is the sum of."""

TAUGHT = ["dataset", "teacher", "query", "objective", "student"]

CHARGED = [phase for phase in PHASES if phase != "teacher_seconds"]
"""What a student costs: the teacher is there already, its seconds stand beside."""


def costs(scores: pd.DataFrame, timings: pd.DataFrame) -> pd.DataFrame:
    """Seconds to make a student: one row per dataset, arm and student, means over the repeats.

    Columns: fit_seconds (of the generator), sample_seconds, label_seconds, train_seconds
    (compression set and student) with their sum total_seconds, and teacher_seconds (fold teachers
    included); n, the repeats whose total is known. What an arm does not need is 0; what has not
    been recorded is NaN. A student whose fit was taken over from another query's, since both came
    to the same compression set, is charged that fit. scores, timings: as a run gives them.
    """
    cells = scores[(scores["status"] == "ok") & (scores["student"] != "teacher")]
    cells = cells[list(AXES)].astype(str).drop_duplicates().reset_index(drop=True)
    steps = _by_step(cells, timings)
    steps["student"] = _of_prefix(cells, _of_twin(cells, steps["student"]))
    for step, without in _unneeded(cells, steps).items():
        steps[step] = steps[step].where(steps[step].notna() | ~without, 0.0)
    phases = {name: steps[list(of)].sum(axis=1, skipna=False) for name, of in PHASES.items()}
    seconds = pd.DataFrame(phases)
    seconds["total_seconds"] = seconds[CHARGED].sum(axis=1, skipna=False)
    of_arm = seconds.groupby([cells[name] for name in KEY], sort=True)
    return of_arm.mean().assign(n=of_arm["total_seconds"].count()).reset_index()


def break_even(costs: pd.DataFrame, speeds: pd.DataFrame) -> pd.DataFrame:
    """After how many rows predicted a student has earned back the seconds that it took to make.

    Columns beside the costs: rows_per_second, speed_up and batch (the largest that was timed);
    queries, total_seconds over those that a row saves: infinite where the student is no faster than
    its teacher, NaN where cost or speed is not known. costs: see `costs`; speeds: as a run gives
    them.
    """
    found = costs.merge(
        timed(speeds)[[*KEY, "rows_per_second", "speed_up", "batch"]], on=KEY, how="left"
    )
    saved = (found["speed_up"] - 1) / found["rows_per_second"]
    queries = (found["total_seconds"] / saved).mask(saved <= 0, np.inf)
    return found.assign(queries=queries.mask(found["total_seconds"].isna()))


def _by_step(cells: pd.DataFrame, timings: pd.DataFrame) -> pd.DataFrame:
    """Seconds of each step (columns) of each cell (rows in order); NaN where none are recorded."""
    axes = list(AXES)
    rows = timings[["step", "seconds"]].assign(
        cell=pd.MultiIndex.from_frame(cells).get_indexer(
            pd.MultiIndex.from_frame(timings[axes].astype(str))
        )
    )
    rows = rows[rows["cell"] >= 0]
    wide = rows.groupby(["cell", "step"])["seconds"].sum().unstack("step")
    steps = [step for of in PHASES.values() for step in of]
    found: pd.DataFrame = wide.reindex(index=cells.index, columns=steps).astype(float)
    return found


def _of_twin(cells: pd.DataFrame, seconds: pd.Series) -> pd.Series:
    """Where there are none, those of the cell that differs in the query alone."""
    alike = [cells[axis] for axis in AXES if axis != "query"]
    return seconds.fillna(seconds.groupby(alike).transform("max"))


def _of_prefix(cells: pd.DataFrame, seconds: pd.Series) -> pd.Series:
    """Where there are none, the share by size of the fit that a smaller student is a prefix of."""
    family, size = _families(cells["student"])
    alike = [*(cells[axis] for axis in AXES if axis != "student"), family]
    largest = size.where(seconds.notna()).groupby(alike).transform("max")
    whole = seconds.where(size == largest).groupby(alike).transform("max")
    return seconds.fillna(whole * (size / largest).clip(upper=1.0))


def _families(students: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Of each student the spec without its numbers, and its number, if those of the same family
    differ in one; otherwise NaN."""
    number = re.compile(r"\d+(?:\.\d+)?")
    every = sorted(set(students))
    family = {spec: number.sub("#", spec) for spec in every}
    numbers = pd.DataFrame({spec: pd.Series(number.findall(spec)) for spec in every}).T.astype(
        float
    )
    differ = numbers.groupby(family).transform("nunique") > 1
    size = numbers.where(differ).sum(axis=1).where(differ.sum(axis=1) == 1)
    return students.map(family), students.map(size).astype(float)


def _unneeded(cells: pd.DataFrame, steps: pd.DataFrame) -> dict[str, pd.Series]:
    """Which cells do without a step, so that no record of it means no time: a streaming set is
    drawn and labelled while the student trains, and fold teachers are for queries that have any."""
    kind, alone = cells["mix"].str.extract("^([^(]*)")[0], cells["teacher"] == "-"
    no_rows = kind.isin(["real", "stream"])
    folds = steps["fold_teacher"].notna().groupby(cells["query"]).transform("any")
    return {
        "sampler": kind == "real",
        "synthetic": no_rows,
        "synthetic_outputs": no_rows | alone,
        "real_outputs": (kind == "fake") | alone,
        "teacher": alone,
        "fold_teacher": ~folds,
        "compression_set": pd.Series(True, index=cells.index),
    }


def cost_of(costs: pd.DataFrame) -> pd.DataFrame:
    """Seconds of each phase and total_seconds to make a student of each arm, means over datasets
    and students, NaN where one of them is not recorded; ratio, the seconds over those of the same
    students on training rows alone: of the total where both are known, else of training. costs: see
    `costs`."""
    each = costs.assign(arm=arm_of(costs))
    columns = [*CHARGED, "total_seconds"]
    means = each.groupby("arm")[columns].mean()
    whole = each[columns].notna().groupby(each["arm"]).all()
    ratios = [
        _ratio(each, name).reindex(means.index) for name in ("total_seconds", "train_seconds")
    ]
    return means.where(whole).assign(ratio=ratios[0].fillna(ratios[1]))


def _ratio(each: pd.DataFrame, column: str) -> pd.Series:
    """Sums over all that both know."""
    real = each.loc[each["mix"] == "real", [*TAUGHT, column]]
    both = each[each["mix"] != "real"].merge(real, on=TAUGHT, suffixes=("", "_real"))
    both = both.dropna(subset=[column, f"{column}_real"])
    sums = both.groupby("arm")[[column, f"{column}_real"]].sum()
    sums = sums[sums[f"{column}_real"] > 0]
    return sums[column] / sums[f"{column}_real"]
