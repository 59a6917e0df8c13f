"""The tuned lane: of each method the parameters with the best validation score, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tscbench.contracts.kinds import AXES, Direction

GROUP = ["dataset", "split", "teacher", "query", "generator", "mix", "objective", "student"]
"""What a choice is made for; repeats that differ in the seed alone are judged together."""


@dataclass(frozen=True)
class Lane:
    """scores: the columns of `scores()`, the tuned axis holding `name tuned over n`.

    chosen: the group (its axis is the method's name, `family`), the label that was chosen for it,
    and how many candidates there were.
    why: why there is no tuned lane; empty where there is one.
    """

    scores: pd.DataFrame
    chosen: pd.DataFrame
    why: str = ""


def tuned(
    scores: pd.DataFrame,
    metric: str,
    *,
    axis: str = "generator",
    direction: Direction = "higher",
    part: str = "valid",
) -> Lane:
    """The scores of the candidates that do best on validation rows, by the mean over seeds.

    Candidates are the entries of `axis` that have one plugin name, chosen anew for each dataset and
    split and for each choice on the other axes; a method with a single candidate is left as it is.
    Candidates that lack a seed are no candidates: their mean is of other repeats. A tie goes to the
    label that comes first in order. part: "test" is for showing what choosing on test rows, as some
    papers do, makes of it; that is no fair score.
    """
    students = scores[scores["student"] != "teacher"]
    judged = students[(students["metric"] == metric) & (students["part"] == part)]
    judged = judged.dropna(subset=["value"])
    if judged.empty:
        rows = "validation" if part == "valid" else part
        why = f"no tuned lane: no {metric} on {rows} rows, by which to choose"
        return Lane(scores.iloc[:0], pd.DataFrame(), why)
    rest = [name for name in GROUP if name != axis]
    family = judged[axis].astype(str).str.partition("(")[0]
    stats = (
        judged.assign(family=family)
        .groupby([*rest, "family", axis], sort=True)["value"]
        .agg(["mean", "count"])
        .reset_index()
    )
    group = [*rest, "family"]
    stats["candidates"] = stats.groupby(group)[axis].transform("nunique")
    complete = stats[stats["count"] == stats.groupby(group)["count"].transform("max")]
    order = complete.sort_values("mean", ascending=direction == "lower", kind="stable")
    best = order.drop_duplicates(group)[[*group, axis, "candidates"]].sort_values(group)
    kept = students.assign(family=students[axis].astype(str).str.partition("(")[0])
    kept = kept.merge(best, on=[*group, axis])
    several = kept["candidates"] > 1
    most = kept.groupby("family")["candidates"].transform("max")
    name = kept["family"] + " tuned over " + most.astype(str)
    kept[axis] = kept[axis].where(~several, name)
    teachers = scores[scores["student"] == "teacher"]
    columns = [*AXES, "status", "part", "metric", "value"]
    both = pd.concat([teachers[columns], kept[columns]], ignore_index=True)
    return Lane(both, best[best["candidates"] > 1].reset_index(drop=True))
