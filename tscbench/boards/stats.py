"""Statistics of repeats: means with standard errors, paired differences, and what varies in them.

Everything works on arrays and on tidy frames of `split`, `seed` and `value`. What cannot be
answered is a value that says why, not an exception: a board prints it where the number would be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from tscbench.contracts.errors import SpecError
from tscbench.contracts.types import Array


@dataclass(frozen=True)
class Refused:
    """A number that is not given, and the reason in words."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class Estimate:
    """A mean with its standard error, from `n` of the `asked` values; NaN where it has none."""

    mean: float
    standard_error: float
    n: int
    asked: int


@dataclass(frozen=True)
class TTest:
    """A mean difference with its test. low, high: its two-sided interval of the asked level."""

    mean: float
    standard_error: float
    t: float
    p: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Components:
    """Variances: of splits (rows drawn, teacher and generator fitted anew), and of seeds within a
    split (synthetic rows and student drawn anew)."""

    split: float | Refused
    seed: float | Refused


def mean_se(values: ArrayLike) -> Estimate:
    """Mean and standard error s/√n of the values that are there; s has n - 1 in its denominator."""
    given = np.asarray(values, dtype=np.float64).ravel()
    here = given[~np.isnan(given)]
    n = len(here)
    mean = float(here.mean()) if n else float("nan")
    error = float(here.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
    return Estimate(mean, error, n, len(given))


def summaries(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Mean and standard error of `value` in each group, and what varies in it.

    Seeds are averaged inside their split, and the error is that of the splits' means: seeds of one
    split share its rows, teacher and generator, and are no repeats of those. Where a group has one
    split the error is over its seeds, which `varies` says.

    Returns a frame on the groups with mean, standard_error, n (values that are there), asked (rows)
    and varies, such as "3 splits × 2 seeds".
    """
    by = list(by)
    values = frame.groupby([*by, "split"], sort=False)["value"]
    of_splits = {"mean": values.mean(), "sem": values.sem(), "count": values.count()}
    inner = pd.DataFrame({**of_splits, "size": values.size()}).reset_index()
    inner["seeds"] = inner["count"].where(inner["count"] > 0)
    outer = inner.groupby(by, sort=False)
    found = pd.DataFrame(  # one by one: agg() of all takes twice as long
        {
            "mean": outer["mean"].mean(),
            "over": outer["mean"].sem(),
            "within": outer["sem"].first(),
            "splits": outer["mean"].count(),
            "lowest": outer["seeds"].min(),
            "highest": outer["seeds"].max(),
            "n": outer["count"].sum(),
            "asked": outer["size"].sum(),
        }
    )
    error = found["over"].where(found["splits"] > 1, found["within"])
    shape = found[["splits", "lowest", "highest", "n"]].itertuples(index=False)
    varies = [_varies(*row) for row in shape]
    kept = found.assign(standard_error=error, varies=varies)
    return kept[["mean", "standard_error", "n", "asked", "varies"]]


def _varies(splits: int, lowest: float, highest: float, n: int) -> str:
    """What differs between the values of a group: splits, seeds, or both."""
    if n == 0:
        return "nothing"
    if lowest != highest:
        return f"{n} runs over {splits} splits"
    parts = [(splits, "splits"), (int(highest), "seeds")]
    return " × ".join(f"{count} {what}" for count, what in parts if count > 1) or "1 run"


def paired_differences(table: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Each other column of a table of repeats × methods less the column `reference`, repeat by
    repeat; NaN where either is missing.

    Raises:
        SpecError: the table has no such column.
    """
    if reference not in table:
        has = ", ".join(map(str, table.columns)) or "none"
        raise SpecError(f"no method {reference!r} to compare with (has: {has})")
    return table.drop(columns=reference).sub(table[reference], axis=0)


def corrected_resampled_t(
    differences: ArrayLike, n_train: float, n_test: float, *, level: float = 0.95
) -> TTest | Refused:
    """The mean of paired differences over J splits of one dataset, tested against zero.

    Splits of the same rows share most of their training rows, so that the naive variance s²/J is
    too small. Nadeau & Bengio, 2003, Inference for the generalization error, put
    (1/J + n_test/n_train)·s² in its place, and take t with J - 1 degrees of freedom.

    differences: one value a split; seeds are to be averaged before.
    """
    given = np.asarray(differences, dtype=np.float64).ravel()
    if np.isnan(given).any():
        return Refused(f"{int(np.isnan(given).sum())} of {len(given)} differences are missing")
    n = len(given)
    if n < 2:
        return Refused(f"too few splits for a test: {n} of at least 2")
    mean = float(given.mean())
    error = float(given.std(ddof=1) * np.sqrt(1 / n + n_test / n_train))
    t = mean / error if error else float(np.copysign(np.inf, mean)) if mean else 0.0
    p = float(2 * stats.t.sf(abs(t), n - 1))
    far = float(stats.t.ppf((1 + level) / 2, n - 1)) * error
    return TTest(mean, error, t, p, mean - far, mean + far, n)


def variance_components(frame: pd.DataFrame) -> Components:
    """How much of the spread of repeats comes from the split, and how much from the seed.

    frame: split, seed, value, and perhaps `dataset` or another column `group`, within which the
    components are taken and over which they are pooled. Seeds are nested in splits: seed 0 of one
    split has nothing in common with seed 0 of another.

    The estimators are those of the analysis of variance, which equate mean squares with their
    expectations, also for unequal numbers of seeds; a negative estimate is given as zero (Searle,
    Casella & McCulloch, 1992, Variance components, chapter 3):
    seed = MS_within; split = (MS_between - MS_within)/n₀ with
    n₀ = Σ_groups (N - Σ n_i²/N) / Σ_groups (splits - 1).
    """
    groups = [name for name in ("dataset", "group") if name in frame]
    here = frame[frame["value"].notna()]
    splits = here.groupby([*groups, "split"], sort=False)["value"].agg(["mean", "size"])
    within = here["value"] - here.groupby([*groups, "split"], sort=False)["value"].transform("mean")
    seed_df = len(here) - len(splits)
    seed = float((within**2).sum() / seed_df) if seed_df else float("nan")
    n = splits["size"].to_numpy(np.float64)
    code = splits.groupby(groups, sort=False).ngroup().to_numpy() if groups else np.zeros(len(n))
    total, weighted, squares = (
        np.bincount(code.astype(int), weight) for weight in (n, n * splits["mean"].to_numpy(), n**2)
    )
    split_df = len(n) - len(total)
    between = float((n * (splits["mean"] - (weighted / total)[code.astype(int)]) ** 2).sum())
    n0 = float((total - squares / total).sum() / split_df) if split_df else float("nan")
    return Components(
        split=_split_component(between, split_df, seed, n0),
        seed=seed if seed_df else Refused("no split has two seeds"),
    )


def _split_component(between: float, df: int, seed: float, n0: float) -> float | Refused:
    if df == 0:
        return Refused("there is one split alone")
    if np.isnan(seed):
        return Refused("each split has one seed: its spread cannot be told from that of seeds")
    return max(0.0, (between / df - seed) / n0)


def smallest_resolvable_difference(
    standard_error: float | Array, n: int, *, level: float = 0.05, power: float = 0.8
) -> float | Array:
    """The smallest true mean difference that n paired differences find with probability `power`, in
    a two-sided t test of level `level`: (t_{1 - level/2} + t_{power})·standard_error, both
    quantiles with n - 1 degrees of freedom (Zar, 2010, Biostatistical analysis, chapter 7: minimum
    detectable difference).

    standard_error: of the mean difference, `(…)`; NaN or n = 1 resolve nothing: infinity.
    """
    if n < 2:
        return np.full(np.shape(standard_error), np.inf)[()]
    far = stats.t.ppf(1 - level / 2, n - 1) + stats.t.ppf(power, n - 1)
    return np.where(np.isnan(standard_error), np.inf, far * standard_error)[()]
