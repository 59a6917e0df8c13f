"""Methods compared across datasets: ranks, tests with their correction, tiers and stability.

A table here is datasets × methods, one value each (`coverage.by_dataset`), and complete: a method
with a missing value has no rank, and which policy makes up for it is `coverage.cover`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from tscbench.boards.intervals import DRAWS, bootstrap_weights
from tscbench.boards.stats import Refused, paired_differences, smallest_resolvable_difference
from tscbench.contracts.errors import SpecError
from tscbench.contracts.types import Array, Rng

LEAST = 6
"""Datasets that a test needs: two-sided, the signed ranks of five cannot go below p = 0.0625."""

COUNTED = 13
"""Up to so many differences, every choice of signs is counted."""


@dataclass(frozen=True)
class Friedman:
    """The test that all methods are alike. chi2: Friedman's statistic with its p; f: Iman &
    Davenport's with its p."""

    chi2: float
    p: float
    f: float
    p_f: float


@dataclass(frozen=True)
class Pairwise:
    """Tests of pairs of methods. table: one row a pair with a, b, difference (median of b - a), p,
    and p_holm, which counts all of them. least: the smallest p_holm that so few datasets and so
    many pairs allow at all."""

    table: pd.DataFrame
    least: float


def ranks(table: pd.DataFrame, *, larger_is_better: bool = True) -> pd.DataFrame:
    """Ranks of the methods on each dataset, 1 the best; equal values share the mean of theirs.

    Raises:
        SpecError: a method lacks a value.
    """
    missing = [str(name) for name in table.columns[table.isna().any()]]
    if missing:
        raise SpecError(
            f"no rank with missing cells: {', '.join(missing)}; choose a policy: drop-common, "
            "worst or baseline"
        )
    return table.rank(axis=1, ascending=not larger_is_better, method="average")


def average_ranks(table: pd.DataFrame, *, larger_is_better: bool = True) -> pd.Series[float]:
    """The mean over datasets of each method's rank, best first (Demšar, 2006, Statistical
    comparisons of classifiers over multiple data sets, section 3.2.2)."""
    mean = ranks(table, larger_is_better=larger_is_better).mean()
    return mean.sort_values(kind="stable")


def friedman(table: pd.DataFrame, *, larger_is_better: bool = True) -> Friedman | Refused:
    """Whether the methods differ at all (Demšar, 2006, section 3.2.2):
    χ²_F = 12·N/(k·(k + 1))·(Σ_j R_j² - k·(k + 1)²/4), F = (N - 1)·χ²_F/(N·(k - 1) - χ²_F)."""
    n, k = table.shape
    if few := too_few(n):
        return few
    if k < 3:
        return Refused(f"too few methods for Friedman's test: {k} of at least 3")
    mean = ranks(table, larger_is_better=larger_is_better).mean()
    chi2 = 12 * n / (k * (k + 1)) * (float((mean**2).sum()) - k * (k + 1) ** 2 / 4)
    rest = n * (k - 1) - chi2
    f = (n - 1) * chi2 / rest if rest > 1e-9 else float("inf")
    p_f = float(stats.f.sf(f, k - 1, (k - 1) * (n - 1)))
    return Friedman(chi2, float(stats.chi2.sf(chi2, k - 1)), f, p_f)


def too_few(datasets: int) -> Refused | None:
    """The refusal of a test across datasets, where there are fewer than six."""
    if datasets >= LEAST:
        return None
    return Refused(f"too few datasets for a test: {datasets} of at least {LEAST}")


def too_many(pairwise: Pairwise, datasets: int, *, level: float = 0.05) -> Refused | None:
    """The refusal of tests of all pairs that no scores could make significant, since there are too
    many pairs for so few datasets."""
    if pairwise.least < level:
        return None
    pairs = len(pairwise.table)
    needed = int(np.floor(np.log2(pairs / level))) + 2
    what = "pair of methods" if pairs == 1 else "pairs of methods"
    return Refused(
        f"no scores could tell {pairs} {what} apart on {datasets} datasets: with Holm's correction "
        f"p is {pairwise.least:.2g} at the least; {needed} datasets are needed"
    )


def critical_difference(methods: int, datasets: int, *, level: float = 0.05) -> float | Refused:
    """Average ranks that are further apart differ, by Nemenyi's test: q·√(k·(k + 1)/(6·N)), q the
    Studentized range's quantile for k methods and infinite degrees of freedom, over √2 (Demšar,
    2006, section 3.2.2)."""
    if few := too_few(datasets):
        return few
    q = stats.studentized_range.ppf(1 - level, methods, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(methods * (methods + 1) / (6 * datasets)))


def wilcoxon_holm(table: pd.DataFrame, reference: str = "") -> Pairwise | Refused:
    """Wilcoxon's signed-rank test of each pair of methods over datasets, or of each method against
    `reference` alone, two-sided, with Holm's correction over all pairs tested.

    Differences of zero are split evenly (Demšar, 2006, section 3.1.3; Benavoli, Corani & Mangili,
    2016, on why not Nemenyi's); p is exact, beyond 13 datasets with ties the normal one.
    """
    if few := too_few(len(table)):
        return few
    ranks(table)
    others = paired_differences(table, reference).columns if reference else []
    pairs = [(reference, b) for b in others] or list(combinations(table.columns, 2))
    if not pairs:
        return Refused("one method alone has nothing to be tested against")
    first, second = (table[[pair[side] for pair in pairs]].to_numpy() for side in (0, 1))
    # equal differences are ties although floats may disagree in their last digits
    difference = np.round(second - first, 12)
    found = pd.DataFrame(pairs, columns=["a", "b"]).assign(
        difference=np.median(difference, axis=0), p=signed_rank_p(difference)
    )
    found["p_holm"] = holm(found["p"])
    return Pairwise(found, min(1.0, len(pairs) * 2.0 ** (1 - len(table))))


def signed_rank_p(differences: Array) -> Array:
    """Two-sided p of Wilcoxon's signed-rank test of each column of `(n, pairs)`; ranks of zero
    differences are split evenly. Up to 13 differences all 2ⁿ signs are counted, which is exact with
    ties too; beyond that it is scipy's, exact up to 50, or with ties the normal one."""
    n = len(differences)
    rank = stats.rankdata(np.abs(differences), axis=0)
    size = rank * (differences != 0)
    if n > COUNTED:
        z = (np.sign(differences) * size).sum(axis=0) / np.sqrt((rank**2).sum(axis=0))
        p = 2 * stats.norm.sf(np.abs(z))
        tied = np.array([len(np.unique(np.abs(c))) < n or not c.all() for c in differences.T])
        if not tied.all():
            p[~tied] = stats.wilcoxon(differences[:, ~tied]).pvalue
        return np.asarray(p)
    signs = 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1) - 1
    seen = np.abs((np.sign(differences) * size).sum(axis=0))
    return np.stack(
        [(np.abs(signs @ r) >= w - 1e-9).mean() for r, w in zip(size.T, seen, strict=True)]
    )


def holm(p: ArrayLike) -> Array:
    """Adjusted p-values: of m, the i-th smallest becomes the largest of min(1, (m - j + 1)·p_(j))
    over j <= i (Holm, 1979, A simple sequentially rejective multiple test procedure)."""
    given = np.asarray(p, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    stepped = np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1))
    adjusted = np.empty(len(given))
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted


def win_tie_loss(
    table: pd.DataFrame, reference: str, *, margin: float = 0.0, larger_is_better: bool = True
) -> pd.DataFrame:
    """On how many datasets each method is better, alike, or worse than `reference`: columns win,
    tie and loss. margin: differences no larger are ties."""
    sign = 1 if larger_is_better else -1
    difference = sign * paired_differences(table, reference).round(12)
    counts = {
        "win": (difference > margin).sum(),
        "tie": (difference.abs() <= margin).sum(),
        "loss": (difference < -margin).sum(),
    }
    return pd.DataFrame(counts)


def tiers(order: pd.Index, pairwise: Pairwise, *, level: float = 0.05) -> pd.Series[int]:
    """The tier of each method, 1 the best: a tier is its leader and all that follow in `order`, up
    to the first that the tests tell from the leader and that leads the next. Methods of one tier
    cannot be told from its leader, which does not say that they are alike.

    order: methods, best first. pairwise: tests of all pairs.
    """
    told = pairwise.table[pairwise.table["p_holm"] < level]
    apart = {frozenset(pair) for pair in zip(told["a"], told["b"], strict=True)}
    tier, leader = 0, None
    found: list[int] = []
    for method in order:
        if leader is None or frozenset((leader, method)) in apart:
            tier, leader = tier + 1, method
        found.append(tier)
    return pd.Series(found, index=order, dtype=int)


def resolution(table: pd.DataFrame, *, level: float = 0.05, power: float = 0.8) -> float | Refused:
    """The smallest difference of two methods' means over datasets that this suite resolves: the
    median over all pairs of `smallest_resolvable_difference`, which is larger where methods go up
    and down on different datasets."""
    n, k = table.shape
    if n < 2 or k < 2:
        return Refused(f"no spread of differences: {n} datasets, {k} methods, two of each needed")
    ranks(table)
    cov = np.cov(table.to_numpy(np.float64), rowvar=False)
    own = np.diag(cov)
    variance = (own[:, None] + own - 2 * cov)[np.triu_indices(k, 1)]
    error = np.sqrt(np.maximum(0.0, variance) / n)
    return float(np.median(smallest_resolvable_difference(error, n, level=level, power=power)))


def rank_stability(
    table: pd.DataFrame, rng: Rng | int = 0, *, n: int = DRAWS, larger_is_better: bool = True
) -> pd.DataFrame | Refused:
    """How much the order depends on which datasets are in the suite, by drawing them n times with
    replacement.

    Returns, best first: average_rank, low and high (the middle 90 % of its draws), and first, the
    share of draws in which the method has the best average rank; those that share it share it.
    """
    if len(table) < 2:
        return Refused(f"too few datasets to draw from: {len(table)} of at least 2")
    each = ranks(table, larger_is_better=larger_is_better)
    drawn = bootstrap_weights(range(len(each)), n, rng) @ each.to_numpy()
    best = np.isclose(drawn, drawn.min(axis=1, keepdims=True), rtol=0, atol=1e-9)
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
    found = pd.DataFrame(
        {
            "average_rank": each.mean(),
            "low": low,
            "high": high,
            "first": (best / best.sum(axis=1, keepdims=True)).mean(axis=0),
        },
        index=each.columns,
    )
    return found.sort_values("average_rank", kind="stable")
