"""Scores between cells: what a compression set is worth against the training rows.

`relations` makes a frame with the columns of `scores()` and more metrics, so that boards, filters
and statistics treat them like any other. With A a cell's test accuracy and D its compression set:

* `tsc_score`, of mixes `fake` and `stream(p_fake=1)`: (A(D) - mode) / (A(real) - mode), mode being
  the accuracy of the most common class of the rows scored (Liu, Fusi & Mackey, GAN-TSC);
  `tsc_ratio`: A(D) / A(real), as their released code has it; `tsc_auc`: of AUC, less 1/2. `_oof`:
  over training rows answered by `oob` or `crossfit`, for those answered by a teacher that has seen
  them are a weak yardstick. `@9`: of 9 synthetic rows a training row; one is not written.
* `recovery`: (A(D) - A(alone)) / (A(teacher) - A(alone)), the share of the gap between the student
  alone, on labels and training rows, and its teacher; `recovery_auc` likewise.
* `gain`: A(D) - A(real) where synthetic rows come beside real ones; `gain_auc` likewise.
* `difference_<metric>`: D less real, of every metric of students and every set with synthetic rows.

A cell is paired with the baseline that its record names, or where records are too old to name one,
with that of the same dataset, split, teacher, query, objective, student and seed.
No value is clipped: below zero is below chance, or below the student alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tscbench.analysis.baselines import Baselines, Cells, gather
from tscbench.analysis.repeats import summaries
from tscbench.contracts.failures import STATUSES
from tscbench.contracts.kinds import AXES
from tscbench.contracts.types import Array
from tscbench.contracts.worked_out import RELATION

MODE = "mode_accuracy"
"""The fact of a split that teachers' own lines carry: accuracy of always the most common class."""

NO_MODE = f"the records hold no {MODE}, as those of older versions; run into another folder"

TIMES = 3.0
FLOOR = 0.005
SINGLE = 0.02
"""A denominator is near zero if its mean over the repeats is less than TIMES its standard error or
less than FLOOR; with one repeat, which has no standard error, if it is less than SINGLE."""

NUMBERS = ["value", "numerator", "denominator"]
COLUMNS = [*AXES, "status", "part", "metric", *NUMBERS, "why"]
REAL = "cell on real rows"
OOF = "cell on real rows answered by oob or crossfit"
ALONE = "cell of the student alone"
TEACHER = "teacher's own line"
WANTED = {REAL: " (generator none, mix real)", ALONE: " (objective labels, mix real)"}
"""What a run must have, said where it has not got it."""


@dataclass(frozen=True, eq=False)
class Side:
    """One term of a relation for every row: its values, and why a row has none."""

    values: Array
    why: Array


@dataclass(frozen=True, eq=False)
class Ends:
    """What a ratio lies between: 0 at base, 1 at top. `at`: the place of top's cell; what: base in
    words."""

    base: Side
    top: Side
    at: Array
    what: str


@dataclass(frozen=True, eq=False)
class Found:
    """A relation: the rows that have it, and on those its name, parts and reasons."""

    rows: Array
    names: Array
    numerator: Array
    denominator: Array
    value: Array
    why: Array


def facts(scores: pd.DataFrame) -> pd.DataFrame:
    """The rows that records hold, without those that are worked out from them."""
    names = [name for name in scores["metric"].dropna().unique() if RELATION.fullmatch(str(name))]
    return scores[~scores["metric"].isin(names)] if names else scores


def relations(scores: pd.DataFrame, baselines: Baselines | None = None) -> pd.DataFrame:
    """Every relation of a frame with the columns of `scores()`, one row per cell and part.

    Columns beside those of `scores()`: numerator and denominator (NaN for differences), and why,
    which says "not reported: …" where there is no value, and is empty where there is one.
    baselines: as `baselines_of` the records has them.
    """
    cells = gather(facts(scores), baselines)
    of_students = ~cells.teacher[cells.scores["at"]]
    metrics = sorted(cells.scores.loc[of_students, "metric"].dropna().unique())
    real = cells.on_real_rows()
    found = [_difference(cells, f"difference_{m}", m, cells.synthetic, real) for m in metrics]
    for metric, suffix in (("accuracy", ""), ("auc", "_auc")):
        if metric in metrics:
            found += _family(cells, metric, suffix, real)
    return _frame(cells, [one for one in found if len(one.rows)])


def among(related: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Those relations that are of cells in `scores`."""
    return related.merge(scores[list(AXES)].drop_duplicates(), on=list(AXES))


def _family(cells: Cells, metric: str, suffix: str, real: Array) -> list[Found]:
    """The relations of accuracy, or of AUC."""
    mixes = cells.mixes
    whole = np.asarray((mixes["name"] == "fake") | (mixes["p_fake"] == 1))
    taught = np.asarray(cells.table["teacher"] != "-") & ~cells.teacher
    fold, own = cells.out_of_fold(), cells.own_teacher()
    over, fair = _side(cells, metric, real, REAL), _side(cells, metric, fold, OOF)
    low, high = _side(cells, metric, cells.alone(), ALONE), _side(cells, metric, own, TEACHER)
    score = "tsc_auc" if suffix else "tsc_score"
    chance = _constant(cells, 0.5) if suffix else _mode(cells)
    scored = {
        score: Ends(chance, over, real, "chance"),
        f"{score}_oof": Ends(chance, fair, fold, "chance"),
    }
    if not suffix:
        scored["tsc_ratio"] = Ends(_constant(cells, 0.0), over, real, "nothing")
    of = cells.synthetic & whole & taught
    found = [_ratio(cells, _at_ratio(cells, name), metric, of, e) for name, e in scored.items()]
    names = np.full(len(cells.table), f"recovery{suffix}", object)
    found.append(_ratio(cells, names, metric, taught, Ends(low, high, own, "the student alone")))
    beside = cells.synthetic & ~whole
    return [*found, _difference(cells, f"gain{suffix}", metric, beside, real)]


def _at_ratio(cells: Cells, name: str) -> Array:
    """The name with the ratio where that is not one synthetic row a training row."""
    ratio = cells.mixes["ratio"]
    known = {r: name if r in (0, 1) else f"{name}@{r:g}" for r in ratio.unique()}
    return np.asarray(ratio.map(known), object)


def _side(cells: Cells, metric: str, at: Array, name: str) -> Side:
    """The metric of each row's partner, `at` its place or -1."""
    status = cells.table["status"].to_numpy(object)[at]
    values = np.where(at >= 0, cells.values(metric)[at], np.nan)
    why = np.full(len(at), "", object)
    why[np.isnan(values)] = f"the {name} has no {metric}"
    for state in set(status) - {"ok"}:
        why[status == state] = f"the {name} {STATUSES.get(state, f'is {state}')}"
    why[at < 0] = f"the run has no {name}{WANTED.get(name, '')} beside it"
    return Side(values, why)


def _own(cells: Cells, metric: str) -> Side:
    return _side(cells, metric, np.arange(len(cells.table)), "cell")


def _constant(cells: Cells, value: float) -> Side:
    n = len(cells.table)
    return Side(np.full(n, value), np.full(n, "", object))


def _mode(cells: Cells) -> Side:
    """The accuracy of the most common class on each row's part of its split."""
    value = cells.values(MODE)
    at = cells.find(~np.isnan(value), ["dataset", "split", "part"])
    values = np.where(at >= 0, value[at], np.nan)
    return Side(values, np.where(at >= 0, "", NO_MODE).astype(object))


def _difference(cells: Cells, name: str, metric: str, of: Array, at: Array) -> Found:
    """A cell's metric less that of its partner."""
    own, top = _own(cells, metric), _side(cells, metric, at, REAL)
    rows = np.flatnonzero(of & cells.scored(metric))
    value, none = (own.values - top.values)[rows], np.full(len(rows), np.nan)
    names = np.full(len(rows), name, object)
    return Found(rows, names, value, none, value, _why(own, top)[rows])


def _ratio(cells: Cells, names: Array, metric: str, of: Array, ends: Ends) -> Found:
    """(own - base) / (top - base) on the rows `of`."""
    own = _own(cells, metric)
    rows = np.flatnonzero(of & cells.scored(metric))
    numerator = (own.values - ends.base.values)[rows]
    denominator = (ends.top.values - ends.base.values)[rows]
    why = _why(own, ends.base, ends.top)[rows]
    fine = why == ""
    why[fine] = _near(cells, rows[fine], ends, denominator[fine])
    value = np.full(len(rows), np.nan)
    np.divide(numerator, denominator, out=value, where=why == "")
    return Found(rows, names[rows], numerator, denominator, value, why)


def _why(*sides: Side) -> Array:
    """The first reason of each row, whole."""
    why = np.full(len(sides[0].why), "", object)
    for side in sides:
        why = np.where(why == "", side.why, why)
    return np.where(why == "", "", "not reported: " + why).astype(object)


def _near(cells: Cells, rows: Array, ends: Ends, denominator: Array) -> Array:
    """Why a row's denominator is too close to zero to divide by, or "". It is judged over all
    repeats of the two cells that it lies between, each counted once."""
    arm = ["dataset", "part", "teacher", "objective", "student"]
    keys = cells.codes.iloc[rows].reset_index(drop=True)
    keys[["query", "mix"]] = cells.codes[["query", "mix"]].to_numpy()[ends.at[rows]]
    group = keys.groupby([*arm, "query", "mix"], sort=False).ngroup()
    each = keys[["split", "seed"]].assign(group=group, value=denominator)
    found = summaries(each.drop_duplicates(["group", "split", "seed"]), ["group"])
    least = (TIMES * found["standard_error"]).clip(lower=FLOOR).fillna(SINGLE)
    said = np.full(len(found), "", object)
    for i in np.flatnonzero(found["mean"] < least):
        mean, error = found["mean"].iloc[i], found["standard_error"].iloc[i]
        spread = "" if np.isnan(error) else f" ± {error:.4f}"
        said[i] = f"not reported: the denominator is near zero: {mean:.4f}{spread} over {ends.what}"
    return np.asarray(said[found.index.get_indexer(group)])


def _frame(cells: Cells, found: list[Found]) -> pd.DataFrame:
    """All relations as one frame."""
    if not found:
        return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(NUMBERS, float))
    rows = np.concatenate([one.rows for one in found])
    parts = {
        "metric": [one.names for one in found],
        "value": [one.value for one in found],
        "numerator": [one.numerator for one in found],
        "denominator": [one.denominator for one in found],
        "why": [one.why for one in found],
    }
    joined = {name: np.concatenate(part) for name, part in parts.items()}
    frame = cells.table.iloc[rows].reset_index(drop=True).assign(**joined)
    return frame.astype({"metric": "str", "why": "str"})[COLUMNS]
