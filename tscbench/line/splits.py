"""Fixed parts: train, valid and test rows of a dataset, and the folds of cross-fitting."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array, Data, Rng, Rows, Schema
from tscbench.line.recipe import content, stream


@dataclass(frozen=True)
class SplitRule:
    """How rows are parted: `test` of all rows unless the data marks its own, `valid` of the rest,
    at most `n_train` training rows; `stratify`, by the label where rows have a single one."""

    test: float = 0.3
    valid: float = 0.15
    n_train: int | None = None
    stratify: bool = True


@dataclass(frozen=True, eq=False)
class Parts:
    """The rows of one split of a dataset."""

    schema: Schema
    train: Rows
    valid: Rows
    test: Rows

    @cached_property
    def facts(self) -> dict[str, int | str]:
        """Sizes of the parts, and a digest that names the split by the ids in them."""
        ids = content(self.train.id, self.valid.id, self.test.id)
        sizes = {"train": len(self.train), "valid": len(self.valid), "test": len(self.test)}
        return {"digest": ids, **sizes}


def draw_parts(data: Data, rule: SplitRule, split: int) -> Parts:
    """The parts of split number `split`.

    Raises:
        DataError: too few rows of a class, or of any kind, for these parts.
    """
    rng = stream("parts", split)
    everything = np.arange(len(data.rows))
    if data.test is None:
        test, rest = _take_share(everything, _strata(data.rows, rule), rule.test, rng)
    else:
        test, rest = everything[data.test], everything[~data.test]
    valid, train = _take_share(rest, _strata(data.rows.take(rest), rule), rule.valid, rng)
    if rule.n_train is not None and len(train) > rule.n_train:
        share = rule.n_train / len(train)
        train, _ = _take_share(train, _strata(data.rows.take(train), rule), share, rng)
    if not len(train) or not len(test):
        raise DataError(
            f"{len(data.rows)} rows are too few to part: {len(train)} for training, "
            f"{len(test)} for testing"
        )
    parts = [data.rows.take(np.sort(index)) for index in (train, valid, test)]
    return Parts(data.schema, *parts)


def _strata(rows: Rows, rule: SplitRule) -> Array:
    single = rows.y is not None and rows.y.ndim == 1 and rows.y.dtype.kind in "iu"
    return np.asarray(rows.y) if single and rule.stratify else np.zeros(len(rows), int)


def _take_share(index: Array, strata: Array, share: float, rng: Rng) -> tuple[Array, Array]:
    """`index` parted in two: round(share · n) rows taken, spread over strata, and the others.

    Each stratum gives its share rounded down; rows still owed go to the largest remainders.
    """
    owed = round(share * len(index))
    groups = [np.flatnonzero(strata == s) for s in np.unique(strata)]
    exact = np.array([share * len(g) for g in groups])
    counts = np.floor(exact).astype(int)
    for g in np.argsort(counts - exact, kind="stable")[: owed - counts.sum()]:
        counts[g] += 1
    taken = np.zeros(len(index), bool)
    for group, count in zip(groups, counts, strict=True):
        taken[rng.permutation(group)[:count]] = True
    return index[taken], index[~taken]


def draw_folds(train: Rows, folds: int, fold_seed: int) -> Array:
    """The fold of each training row as `(max id + 1,)` int, indexed by row id, -1 elsewhere.

    Identical rows fall in one fold; folds differ by at most the size of such a group.

    Raises:
        DataError: fewer distinct rows than folds.
    """
    _, group = np.unique(row_keys(train.x), return_inverse=True)
    sizes = np.bincount(group)
    if len(sizes) < folds:
        raise DataError(f"{folds} folds need as many distinct training rows, not {len(sizes)}")
    rng = stream("folds", folds, fold_seed)
    order = rng.permutation(len(sizes))
    middle = np.cumsum(sizes[order]) - sizes[order] / 2
    fold_of_group = np.empty(len(sizes), int)
    fold_of_group[order] = np.floor(middle * folds / len(train)).astype(int)
    fold = np.full(int(train.id.max()) + 1, -1)
    fold[train.id] = fold_of_group[group]
    return fold


def draw_share(train: Rows, share: float, fold_seed: int) -> Array:
    """The share of the training rows that a teacher is fitted on: -1 there and 0 on the others, as
    `(max id + 1,)` int, indexed by row id.

    Identical rows fall on one side.

    Raises:
        DataError: no row on one of the sides.
    """
    _, group = np.unique(row_keys(train.x), return_inverse=True)
    sizes = np.bincount(group)
    order = stream("share", fold_seed).permutation(len(sizes))
    seen = np.empty(len(sizes), bool)
    seen[order] = np.cumsum(sizes[order]) - sizes[order] / 2 < share * len(train)
    if not 0 < seen.sum() < len(sizes):
        raise DataError(
            f"a share of {share:g} leaves no training row to the teacher or none to its student; "
            "it must lie between 0 and 1"
        )
    fold = np.full(int(train.id.max()) + 1, -1)
    fold[train.id[~seen[group]]] = 0
    return fold


def row_keys(x: Array) -> Array:
    """One opaque key per row, equal for equal rows (0 and -0 are equal)."""
    flat = np.ascontiguousarray(x.reshape(len(x), math.prod(x.shape[1:])))
    flat = flat + 0.0 if flat.dtype.kind == "f" else flat
    return flat.view(np.dtype((np.void, flat.dtype.itemsize * flat.shape[1]))).ravel()


def match_ids(x: Array, train: Rows) -> Array:
    """For each row of x the id of an equal training row, or -1."""
    keys = row_keys(train.x)
    order = np.argsort(keys, kind="stable")
    wanted = row_keys(x)
    at = np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)
    found = order[at]
    return np.where(keys[found] == wanted, train.id[found], -1)
