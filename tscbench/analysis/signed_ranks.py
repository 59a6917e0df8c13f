"""Pairs of methods tested over datasets by signed ranks, and the tiers that the tests make."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr

from tscbench.analysis.ranks import ranks, too_few
from tscbench.analysis.refused import Refused
from tscbench.contracts.types import Array

LEVEL = 0.05
"""Below which a p tells two methods apart."""

COUNTED = 13
"""Up to so many differences, every choice of signs is counted."""


@dataclass(frozen=True)
class Pairwise:
    """Tests of pairs of methods. table: one row a pair with a, b, p, and p_holm, which counts all
    of them. least: the smallest p_holm that so few datasets and so many pairs allow at all."""

    table: pd.DataFrame
    least: float


def too_many(pairwise: Pairwise, datasets: int) -> Refused | None:
    """The refusal of tests of all pairs that no scores could make significant, since there are too
    many pairs for so few datasets."""
    if pairwise.least < LEVEL:
        return None
    pairs = len(pairwise.table)
    needed = int(np.floor(np.log2(pairs / LEVEL))) + 2
    return Refused("many pairs", (pairs, datasets, pairwise.least, needed))


def wilcoxon_holm(table: pd.DataFrame) -> Pairwise | Refused:
    """Wilcoxon's signed-rank test of each pair of methods over datasets, two-sided, with Holm's
    correction over all pairs.

    Differences of zero are split evenly (Demšar, 2006, section 3.1.3; Benavoli, Corani & Mangili,
    2016, on why not Nemenyi's); p is exact, beyond 13 datasets with ties the normal one.
    """
    if few := too_few(len(table)):
        return few
    ranks(table)
    pairs = list(combinations(table.columns, 2))
    if not pairs:
        return Refused("one method")
    first, second = (table[[pair[side] for pair in pairs]].to_numpy() for side in (0, 1))
    # equal differences are ties although floats may disagree in their last digits
    p = signed_rank_p(np.round(second - first, 12))
    found = pd.DataFrame(pairs, columns=["a", "b"]).assign(p=p)
    found["p_holm"] = holm(found["p"])
    return Pairwise(found, min(1.0, len(pairs) * 2.0 ** (1 - len(table))))


def signed_rank_p(differences: Array) -> Array:
    """Two-sided p of Wilcoxon's signed-rank test of each column of `(n, pairs)`; ranks of zero
    differences are split evenly. Up to 13 differences all 2ⁿ signs are counted, which is exact with
    ties too; beyond that it is scipy's, exact up to 50, or with ties the normal one."""
    n = len(differences)
    rank = pd.DataFrame(np.abs(differences)).rank().to_numpy()
    size = rank * (differences != 0)
    if n > COUNTED:
        z = (np.sign(differences) * size).sum(axis=0) / np.sqrt((rank**2).sum(axis=0))
        p = 2 * ndtr(-np.abs(z))
        tied = np.array([len(np.unique(np.abs(c))) < n or not c.all() for c in differences.T])
        if not tied.all():
            from scipy.stats import wilcoxon  # takes a second to import

            p[~tied] = wilcoxon(differences[:, ~tied]).pvalue
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


def tiers(order: pd.Index, pairwise: Pairwise) -> pd.Series[int]:
    """The tier of each method, 1 the best: a tier is its leader and all that follow in `order`, up
    to the first that the tests tell from the leader and that leads the next. Methods of one tier
    cannot be told from its leader, which does not say that they are alike.

    order: methods, best first. pairwise: tests of all pairs.
    """
    told = pairwise.table[pairwise.table["p_holm"] < LEVEL]
    apart = {frozenset(pair) for pair in zip(told["a"], told["b"], strict=True)}
    tier, leader = 0, None
    found: list[int] = []
    for method in order:
        if leader is None or frozenset((leader, method)) in apart:
            tier, leader = tier + 1, method
        found.append(tier)
    return pd.Series(found, index=order, dtype=int)
