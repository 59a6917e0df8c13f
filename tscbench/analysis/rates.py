"""Errors against training rows, with the powers of n that fit them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tscbench.analysis.learning import without
from tscbench.analysis.repeats import scored
from tscbench.results.arms import KEY

NUMBERS = ["x", "mean", "standard_error", "n", "slope", "slope_error"]


def rate_frame(scores: pd.DataFrame, metric: str) -> pd.DataFrame:
    """One row per dataset, arm, student and x, its n_train: mean, standard_error and n over splits;
    of each arm and student the slope of log mean on log x with its slope_error, see `fitted_slope`.
    """
    here = _along(scored(scores, metric))
    return _fitted(here[here["student"] != "teacher"], KEY)


def teacher_rate_frame(scores: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The same of teachers, a row per dataset, query and x: on their training rows as each query
    asks about them, and on fresh rows, those of the test part, whose query is "-"."""
    own = scores[scores["student"] == "teacher"]
    seen = own[(own["part"] == "train") & own["metric"].str.endswith(f".{metric}", na=False)]
    queries = seen["metric"].str.removesuffix(f".{metric}")
    seen = seen.assign(metric=metric, part="test", query=queries)
    fresh = own[own["part"] == "test"].assign(query="-")
    return _fitted(_along(scored(pd.concat([fresh, seen]), metric)), ["dataset", "query"])


def _along(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of datasets with an n_train, x, which their names are then without."""
    parts = {spec: without(spec, "n_train") for spec in rows["dataset"].unique()}
    x = rows["dataset"].map({spec: number for spec, (_, number) in parts.items()}).astype(float)
    names = rows["dataset"].map({spec: rest for spec, (rest, _) in parts.items()})
    return rows.assign(x=x, dataset=names)[x.notna()]


def _fitted(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    found = [pd.DataFrame(columns=[*by, *NUMBERS])]
    for line, mine in rows.groupby(list(by), sort=True):
        table = mine.pivot_table(index="split", columns="x", values="value", sort=True)
        slope, error = fitted_slope(table)
        of_line = {**dict(zip(by, line, strict=True)), "slope": slope, "slope_error": error}
        stats = {"mean": table.mean(), "standard_error": table.sem(), "n": table.count()}
        frame = pd.DataFrame(stats).reset_index().assign(**of_line)
        found.append(frame[[*by, *NUMBERS]])
    return pd.concat(found[1:] or found, ignore_index=True)


def fitted_slope(table: pd.DataFrame) -> tuple[float, float]:
    """The slope of log mean on log n by least squares, and its standard error by the jackknife over
    splits, whose rows may be nested from one n to the next.

    table: splits × n; splits that lack a value do not count. NaN of fewer than three n or means
    that are not positive; the error also of one split.
    """
    values = table.dropna().to_numpy(float)
    count, n = values.shape
    if n < 3 or not count or not (values.mean(axis=0) > 0).all():
        return float("nan"), float("nan")
    x = np.log(table.columns.to_numpy(float))
    x = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    slope = float((np.log(values.mean(axis=0)) * x).sum())
    if count == 1:
        return slope, float("nan")
    others = (values.sum(axis=0) - values) / (count - 1)
    slopes = (np.log(np.maximum(others, 1e-300)) * x).sum(axis=1)
    return slope, float(np.sqrt((count - 1) * slopes.var()))
