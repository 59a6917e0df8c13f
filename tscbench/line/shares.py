"""A share of rows: spread over strata, and groups of rows taken whole."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.types import Array, Rng


def take_share(
    strata: Array, group: Array, share: float, rng: Rng, *, leave: int = 0, least: int = 0
) -> Array:
    """`(n,)` bool: round(share · n) rows, as near as whole groups allow.

    A group, by its number in the order of first rows, counts with the stratum of its first row.
    Each stratum gives its share rounded down; rows still owed go to the largest remainders. Strata
    are classes, a negative one excepted: each keeps `leave` rows, and gives `least` where it has
    them and the share suffices for all.
    """
    first, size = np.unique(group, return_index=True)[1], np.bincount(group)
    kinds = np.unique(strata[first])
    units = [np.flatnonzero(strata[first] == kind) for kind in kinds]
    total = np.array([size[unit].sum() for unit in units])
    owed = round(share * len(group))
    counts = _shared_out(share * total, owed)
    low = np.minimum(total, min(least, owed // max(1, (kinds >= 0).sum()))) * (kinds >= 0)
    high = total - leave * (kinds >= 0)
    counts = _within(counts, low, high, share * total, owed)
    taken = np.zeros(len(size), bool)
    for unit, count, most in zip(units, counts, high, strict=True):
        taken[_whole(rng.permutation(unit), size, count, most)] = True
    return taken[group]


def _shared_out(exact: Array, owed: int) -> Array:
    counts = np.floor(exact).astype(int)
    for g in np.argsort(counts - exact, kind="stable")[: owed - counts.sum()]:
        counts[g] += 1
    return counts


def _within(counts: Array, low: Array, high: Array, exact: Array, owed: int) -> Array:
    """The counts kept between bounds, with what this changes made up for where it is least felt."""
    counts = np.clip(counts, low, high)
    while off := int(np.sign(owed - counts.sum())):
        free = counts < high if off > 0 else counts > low
        if not free.any():
            break
        counts[np.where(free, off * (exact - counts), -np.inf).argmax()] += off
    return counts


def _whole(order: Array, size: Array, count: int, most: int) -> Array:
    """Groups in this order, one that is too large passed over, of `count` rows in all; of `most` at
    the utmost, where a group too many comes nearer than one too few."""
    ends = np.cumsum(size[order])
    n = int(np.searchsorted(ends, count, side="right"))
    chosen, owed = order[:n].tolist(), int(count - ends[n - 1] if n else count)
    over = []
    for unit in order[n:] if owed else ():
        if size[unit] <= owed:
            chosen.append(unit)
            owed -= int(size[unit])
        else:
            over.append(unit)
    if over:
        extra = min(over, key=lambda unit: int(size[unit]))
        if size[extra] < 2 * owed and count - owed + size[extra] <= most:
            chosen.append(extra)
    return np.array(chosen, int)
