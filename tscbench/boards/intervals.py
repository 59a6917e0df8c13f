"""Intervals: a bootstrap over datasets and splits, and the ratio of two means that are paired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from tscbench.boards.stats import Refused
from tscbench.contracts.types import Array, Rng

DRAWS = 5000

FEW = 6
"""Draws from fewer units have too few different values for percentiles."""


@dataclass(frozen=True)
class Interval:
    """An estimate between its bounds; `over` says what was resampled."""

    value: float
    low: float
    high: float
    over: str


@dataclass(frozen=True)
class Ratio:
    """A mean over a mean, its standard error by the delta method, and Fieller's interval, from n
    pairs."""

    value: float
    standard_error: float
    low: float
    high: float
    n: int


def hierarchical_bootstrap(
    frame: pd.DataFrame, rng: Rng | int = 0, *, n: int = DRAWS, level: float = 0.95
) -> Interval | Refused:
    """The interval of a suite's mean: see `bootstrap_table`. frame: dataset, split, seed, value."""
    table = frame.set_index(["dataset", "split", "seed"])[["value"]]
    found = bootstrap_table(table, rng, n=n, level=level)
    if isinstance(found, Refused):
        return found
    if table["value"].isna().any():
        return Refused(f"{int(table['value'].isna().sum())} of {len(table)} values are missing")
    row = found.loc["value"]
    return Interval(float(row["mean"]), float(row["low"]), float(row["high"]), found.attrs["over"])


def bootstrap_table(
    table: pd.DataFrame, rng: Rng | int = 0, *, n: int = DRAWS, level: float = 0.95
) -> pd.DataFrame | Refused:
    """Mean, low and high of each column, resampling datasets, then splits within the datasets
    drawn; seeds are averaged inside their split and never resampled alone, and a dataset counts as
    much as another however many splits it has.

    The interval takes percentiles, widened for few datasets: α/2 becomes
    Φ(-√(m/(m - 1))·t_{1 - α/2, m - 1}) with m datasets (of one dataset, splits), for percentiles
    of few units are too narrow (Hesterberg, 2015, What teachers should know about the bootstrap:
    expanded percentile interval). Draws of fewer than six units do not reach that far at all; there
    it is the interval of t over the units' means. All columns see the same draws; one with a value
    missing has no interval.

    table: repeats (index levels dataset, split, perhaps seed) × columns. n: draws.
    """
    splits = table.groupby(level=["dataset", "split"], sort=True).mean()
    splits = splits.mask(table.isna().groupby(level=["dataset", "split"], sort=True).any())
    of = splits.index.get_level_values("dataset")
    several = of.nunique() > 1
    units = splits.groupby(level="dataset").mean() if several else splits
    m = len(units)
    if m < 2:
        return Refused("one split of one dataset has no interval: two of either are needed")
    t = float(stats.t.ppf((1 + level) / 2, m - 1))
    if m < FEW:
        far = t * units.sem()
        low, high = units.mean() - far, units.mean() + far
    else:
        with np.errstate(invalid="ignore"):
            drawn = bootstrap_weights(of, n, rng) @ splits.to_numpy(np.float64)
        share = float(stats.norm.cdf(-t * np.sqrt(m / (m - 1))))
        low, high = np.quantile(drawn, [share, 1 - share], axis=0)
    found = pd.DataFrame({"mean": units.mean(), "low": low, "high": high}, index=splits.columns)
    found = found.where(splits.notna().all(), axis=0)
    found.attrs["over"] = f"{m} datasets" if several else f"{m} splits"
    return found


def bootstrap_weights(groups: Sequence[str] | pd.Index, n: int, rng: Rng | int = 0) -> Array:
    """What each row weighs in each of n bootstrap means, `(n, rows)`: groups are drawn with
    replacement, and for each time that one is drawn, its rows are. Of a single group the rows are
    drawn alone."""
    rng = np.random.default_rng(rng)
    code, names = pd.factorize(np.asarray(groups))
    k = len(names)
    times = rng.multinomial(k, np.full(k, 1 / k), size=n) if k > 1 else np.ones((n, 1), int)
    weights = np.empty((n, len(code)))
    for group in range(k):
        mine = np.flatnonzero(code == group)
        # m rows drawn `times` times over are one draw of m·times rows
        counts = rng.multinomial(times[:, group] * len(mine), np.full(len(mine), 1 / len(mine)))
        weights[:, mine] = counts / (len(mine) * k)
    return weights


def ratio_of_means(
    numerators: ArrayLike, denominators: ArrayLike, *, level: float = 0.95
) -> Ratio | Refused:
    """mean(numerators) / mean(denominators) of n pairs, with an interval that knows of the pairing.

    See `fieller` for the interval; refused where the denominator cannot be told from zero.
    """
    x, y = (np.asarray(v, dtype=np.float64).ravel() for v in (numerators, denominators))
    here = ~(np.isnan(x) | np.isnan(y))
    n = int(here.sum())
    if n < 2:
        return Refused(f"too few pairs for an interval: {n} of at least 2")
    (var_x, cov), (_, var_y) = np.cov(x[here], y[here])
    found = fieller(x[here].mean(), y[here].mean(), var_x, cov, var_y, n, level=level)
    value, error, low, high = (float(part) for part in found)
    if np.isnan(low):
        return Refused(f"the denominator cannot be told from zero at level {level:g}")
    return Ratio(value, error, low, high, n)


def fieller(
    mean_x: ArrayLike,
    mean_y: ArrayLike,
    var_x: ArrayLike,
    cov: ArrayLike,
    var_y: ArrayLike,
    n: ArrayLike,
    *,
    level: float = 0.95,
) -> tuple[Array, Array, Array, Array]:
    """Ratio, standard error, low and high of mean_x / mean_y, elementwise.

    Fieller, 1954, Some problems in interval estimation: the interval holds the ratios R at which
    (x̄ - R·ȳ)² <= t²·(s²_x - 2·R·s_xy + R²·s²_y)/n, with t of n - 1 degrees of freedom; it is NaN
    where that is no interval, as ȳ cannot be told from zero (or n < 2). The standard error is the
    delta method's, √((s²_x - 2·R·s_xy + R²·s²_y)/n)/|ȳ|.

    var_x, cov, var_y: of single pairs, with n - 1 in the denominator.
    """
    x, y, xx, xy, yy, count = (
        np.asarray(v, dtype=np.float64) for v in (mean_x, mean_y, var_x, cov, var_y, n)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        value = x / y
        error = np.sqrt(np.maximum(0.0, xx - 2 * value * xy + value**2 * yy) / count) / np.abs(y)
        share = stats.t.ppf((1 + level) / 2, count - 1) ** 2 / count
        a, b, c = y**2 - share * yy, x * y - share * xy, x**2 - share * xx
        root = np.sqrt(np.maximum(0.0, b**2 - a * c))
        bounded = a > 0
        low = np.where(bounded, (b - root) / a, np.nan)
        high = np.where(bounded, (b + root) / a, np.nan)
    return value, error, low, high
