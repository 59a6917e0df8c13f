"""Students against each other, each with the method that validation rows choose for it.

Methods are ranked by students that all of them have. Where students learn in ways of their own, as
networks in a game do, what is asked is which of those is best.
"""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.ranks import best_first
from tscbench.analysis.refused import Refused
from tscbench.analysis.resampled_t import resampled_t
from tscbench.analysis.study import Study
from tscbench.results.arms import ARM

COLUMNS = ["dataset", "student", *ARM, "score", "behind", "low", "high", "apart", "n"]


def not_ranked(study: Study, metric: str) -> list[str]:
    """The students that were not asked for the methods that are ranked."""
    groups = study.groups(metric)
    return sorted({*study.cells["student"]} - {*groups[0].students}) if groups else []


def students_frame(study: Study, metric: str) -> pd.DataFrame:
    """One row per dataset and student, the best first: the axes of the method that does best on
    validation rows; score, its mean on test rows; behind, how much worse than the first that is,
    with low and high of that difference over splits, and apart: 1 where it is told from the first;
    n splits. Students without validation scores, or that lack some on test rows, are left out."""
    chosen = _chosen(study, metric)
    cells = study.valued(metric, "test").merge(chosen, on=["dataset", "student", "arm"])
    rows = [
        row
        for dataset, mine in cells.groupby("dataset", sort=True)
        for row in _rows(study, metric, str(dataset), mine)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _chosen(study: Study, metric: str) -> pd.DataFrame:
    """Of each dataset and student the arm with the best mean on validation rows."""
    cells = study.valued(metric, "valid")
    found = cells.groupby(["dataset", "student", "arm"], sort=True)["value"]
    means = found.mean().where(found.count() == found.size()).dropna().reset_index()
    lower = study.direction(metric) == "lower"
    order = means.sort_values("value", ascending=lower, kind="stable")
    return order.drop_duplicates(["dataset", "student"])[["dataset", "student", "arm"]]


def _rows(study: Study, metric: str, dataset: str, cells: pd.DataFrame) -> list[dict[str, object]]:
    """The rows of a dataset. cells: of the chosen arms, with their values."""
    table = cells.pivot_table("value", "split", "student", aggfunc=lambda v: v.mean(skipna=False))
    means = table.dropna(axis=1).mean()
    score = best_first(means, larger_is_better=study.direction(metric) == "higher")
    axes = cells.drop_duplicates("student").set_index("student")[ARM]
    found = []
    for student, value in score.items():
        row = {"dataset": dataset, "student": student, **axes.loc[student], "score": value}
        behind = table[score.index[0]] - table[student]
        test = resampled_t(behind, study.row_ratios.get(dataset, 0.0))
        if student != score.index[0]:
            row["behind"] = behind.mean()
            if not isinstance(test, Refused):
                apart = float(test.low > 0 or test.high < 0)
                row |= {"low": test.low, "high": test.high, "apart": apart}
        found.append(row | {"n": len(table)})
    return found
