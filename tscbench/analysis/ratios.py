"""Ratios of means over repeats, with intervals that know that both sides are paired."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tscbench.analysis.fieller import fieller

MOMENTS = ("mean_x", "mean_y", "var_x", "cov", "var_y", "n")
GROUP = ["dataset", "part", "teacher", "query", "generator", "mix", "objective", "student"]


def ratio_intervals(
    ratios: pd.DataFrame, row_ratios: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """The ratio of the means over repeats with its standard error and Fieller's interval, one row
    per part, metric, arm and student.

    A repeat gives a pair, as its numerator and denominator share split, teacher and seed; seeds are
    averaged inside their split where there are several splits. The ratio of means, unlike the mean
    of ratios, is not carried away by one small denominator.

    ratios: GROUP, metric, split, seed, value, numerator and denominator; those without a value do
    not count. row_ratios: test rows over training rows of each dataset, for splits share rows: the
    interval is corrected for that, as that of a difference is; the standard error is of repeats as
    they are. Returns GROUP, metric, value, standard_error, low, high, pairs (that the interval is
    of), n and asked (repeats).
    """
    by = [*GROUP, "metric"]
    group = ratios.groupby(by, sort=False).ngroup().to_numpy()
    rows = ratios.assign(group=group, fine=ratios["value"].notna())
    asked = rows.groupby("group", sort=False).agg(
        **{name: (name, "first") for name in by}, n=("fine", "sum"), asked=("fine", "size")
    )
    fine = rows[rows["fine"]]
    splits = fine.groupby("group")["split"].transform("nunique")
    unit = fine["split"].where(splits > 1, fine["seed"])
    each = fine.groupby(["group", unit.rename("unit")], sort=False)[["numerator", "denominator"]]
    moments = _moments(each.mean().reset_index()).reindex(asked.index)
    x, y, xx, xy, yy, n = (moments[name] for name in MOMENTS)
    value, error, low, high = fieller(x, y, xx, xy, yy, n)
    several = splits.groupby(fine["group"]).first().reindex(asked.index) > 1
    shared = asked["dataset"].map(dict(row_ratios or {})).where(several).fillna(0.0)
    if shared.any():
        _, _, low, high = fieller(x, y, xx, xy, yy, n, shared)
    found = asked.assign(
        value=value, standard_error=error, low=low, high=high, pairs=moments["n"].fillna(0)
    )
    names = [*by, "value", "standard_error", "low", "high", "pairs", "n", "asked"]
    return found[names].reset_index(drop=True)


def _moments(pairs: pd.DataFrame) -> pd.DataFrame:
    """Means, variances, covariance and number of the pairs of each group."""
    x, y, group = pairs["numerator"], pairs["denominator"], pairs["group"]
    by = pairs.groupby("group")
    n, mean_x, mean_y = by.size(), by["numerator"].mean(), by["denominator"].mean()
    dx, dy = x - group.map(mean_x), y - group.map(mean_y)
    df = (n - 1).where(n > 1)
    products = pd.DataFrame({"group": group, "xx": dx * dx, "xy": dx * dy, "yy": dy * dy})
    spread = products.groupby("group").sum().div(df, axis=0)
    return pd.DataFrame(
        {
            "mean_x": mean_x,
            "mean_y": mean_y,
            "var_x": spread["xx"],
            "cov": spread["xy"],
            "var_y": spread["yy"],
            "n": n,
        }
    )
