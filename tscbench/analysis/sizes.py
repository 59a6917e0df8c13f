"""Methods at equal size: what the best student scores that fits a budget, over several budgets.

A student that learns from more rows may grow larger: what it gains over one on training rows alone
is then not the rows' doing alone. Here each method may choose, on validation rows, among its
students that fit into a budget of nodes (of trees) or parameters (of networks), and what the chosen
one scores on test rows counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from tscbench.analysis.refused import Refused
from tscbench.analysis.repeats import scored, summaries
from tscbench.analysis.sources import Sources
from tscbench.contracts.kinds import Direction
from tscbench.results.arms import ARM, KEY, arm_of
from tscbench.results.frames import SIZES_RECORDED

STEP = 2.0
"""Each budget over the one before."""

SAME = 1.01
"""Of two sizes, the larger over the smaller that are still the same."""

WHO = ["dataset", "arm", "student"]
REPEAT = ["dataset", "split", "seed", "arm"]


@dataclass(frozen=True, eq=False)
class SizeMatched:
    """scores: one row per dataset, split, seed, arm and budget: value on test rows, and the student
    that was chosen, with its mean_size. means: the mean over budgets, one row per dataset, split,
    seed and arm, value. budgets: of each dataset that has some. unit: nodes or parameters.
    unmatched: the datasets on which a method's smallest student is larger than another's largest.
    alike: whether students of all arms have the same sizes, so that nothing had to be matched."""

    scores: pd.DataFrame
    means: pd.DataFrame
    budgets: Mapping[str, tuple[float, ...]]
    unit: str
    unmatched: tuple[str, ...]
    alike: bool


def mean_sizes(scores: pd.DataFrame, sources: Sources | None = None) -> tuple[pd.Series, str]:
    """The mean size of each arm's students over datasets and repeats, and its unit: nodes, or where
    none are recorded parameters; nothing where neither is."""
    for unit in SIZES_RECORDED:
        here = scores[(scores["metric"] == unit) & (scores["student"] != "teacher")]
        if len(here):
            each = here.groupby([arm_of(here).rename("arm"), "dataset"])["value"].mean()
            return over_datasets(each, sources), unit
    return pd.Series(dtype=float), ""


def over_datasets(sizes: pd.Series, sources: Sources | None = None) -> pd.Series:
    """Mean sizes of arms, of those by arm and dataset; datasets of one source count as one."""
    of_sources = sizes.rename(index=dict(sources or {}), level="dataset")
    return of_sources.groupby(["arm", "dataset"]).mean().groupby("arm").mean()


def size_matched(
    scores: pd.DataFrame, metric: str, *, direction: Direction = "higher"
) -> SizeMatched | Refused:
    """What methods score at equal size.

    Of each dataset the budgets begin with the largest of the methods' smallest students and double
    up to the smallest of their largest ones, so that every method has a student in each of them;
    where students of all arms have the same sizes, these are the budgets. A student's size is the
    mean over its repeats. In each repeat the student is chosen that does best on validation rows,
    the smaller one of equals.

    scores: as `scores_in` gives them, of the students to choose among.
    """
    unit = next((u for u in SIZES_RECORDED if (scores["metric"] == u).any()), "")
    students = scores[scores["student"] != "teacher"]
    valid = _values(students, metric, "valid")
    test = _values(students, metric, "test")
    if not unit:
        return Refused("no sizes")
    if valid.empty:
        return Refused("no validation rows")
    size = _values(students, unit, "test")
    cells = pd.DataFrame({"value": test, "valid": valid, "size": size}).reset_index()
    whole = students.loc[students["part"] != "synthetic", [*ARM, "dataset", "student"]]
    missing = cells[["value", "valid", "size"]].isna().any(axis=None)
    if missing or len(whole.drop_duplicates()) > len(cells.groupby(WHO)):
        return Refused("cells without a size")
    sizes = cells.groupby(WHO)["size"].mean()
    ends = sizes.groupby(["dataset", "arm"]).agg(["min", "max"]).groupby("dataset")
    low, high = ends["min"].max(), ends["max"].min()
    common = low <= high * SAME
    alike = _alike(sizes)
    budgets = {
        str(d): tuple(_each_once(sizes[d], low[d]) if alike else _doubled(low[d], high[d]))
        for d in low.index[common]
    }
    if not budgets:
        return Refused("no common size")
    found = _chosen(cells.join(sizes.rename("mean_size"), on=WHO), budgets, direction)
    means = found.groupby(REPEAT, sort=True)["value"].mean().reset_index()
    unmatched = tuple(map(str, low.index[~common]))
    return SizeMatched(found, means, budgets, unit, unmatched, alike)


def size_frame(matched: SizeMatched, scores: pd.DataFrame, metric: str) -> pd.DataFrame:
    """One row per dataset, arm and x, the budget: mean, standard_error and n, as `learning_frame`
    has them; teachers have no x. The student, whichever was chosen, is "".

    scores: those that were matched, with teachers.
    """
    arms = scores[ARM].drop_duplicates()
    of = arms.assign(arm=arm_of(arms)).merge(matched.scores.assign(student=""), on="arm")
    own = scored(scores[scores["student"] == "teacher"], metric)
    own = own[own["dataset"].isin(list(matched.budgets))].assign(budget=0.0)
    both = pd.concat([of, own]).rename(columns={"budget": "x"})
    stats = summaries(both, [*KEY, "x"]).reset_index()
    stats["x"] = stats["x"].where(stats["x"] > 0)
    columns = [*KEY, "x", "mean", "standard_error", "n"]
    return stats[columns].sort_values([*KEY, "x"], ignore_index=True)


def _values(scores: pd.DataFrame, metric: str, part: str) -> pd.Series:
    """A metric of each cell, by dataset, split, seed, arm and student."""
    here = scores[(scores["metric"] == metric) & (scores["part"] == part)]
    return here.assign(arm=arm_of(here)).set_index([*REPEAT, "student"])["value"]


def _each_once(sizes: pd.Series, low: float) -> list[float]:
    """The sizes from low on, those that are the same once."""
    found = [max(float(low), 1.0)]
    for size in sorted(sizes):
        if size > found[-1] * SAME:
            found.append(float(size))
    return found


def _doubled(low: float, high: float) -> list[float]:
    """low, and its doubles up to high; a model without a node counts as one of one."""
    found = [max(float(low), 1.0)]
    while found[-1] * STEP <= high * SAME:
        found.append(found[-1] * STEP)
    return found


def _chosen(
    cells: pd.DataFrame, budgets: Mapping[str, tuple[float, ...]], direction: Direction
) -> pd.DataFrame:
    """The cell that each method chooses in each repeat and budget."""
    order = cells.sort_values(
        ["valid", "mean_size"], ascending=[direction == "lower", True], kind="stable"
    )
    found = []
    for dataset, limits in budgets.items():
        here = order[order["dataset"] == dataset]
        for limit in limits:
            fits = here[here["mean_size"] <= limit * SAME]
            found.append(fits.drop_duplicates(REPEAT).assign(budget=limit))
    columns = [*REPEAT, "budget", "student", "mean_size", "value"]
    return pd.concat(found)[columns].sort_values([*REPEAT, "budget"], ignore_index=True)


def _alike(sizes: pd.Series) -> bool:
    """Whether a student is as large whatever it learnt from."""
    ends = sizes.groupby(["dataset", "student"]).agg(["min", "max"])
    return bool((ends["max"] <= SAME * ends["min"]).all())
