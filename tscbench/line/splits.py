"""Fixed parts: train, valid and test rows of a dataset, and the folds of cross-fitting."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array, Data, Rng, Rows, Schema
from tscbench.line.keys import content, stream
from tscbench.line.shares import take_share
from tscbench.line.step import step
from tscbench.tabular.identity import row_groups, row_keys


@dataclass(frozen=True)
class SplitRule:
    """How rows are parted: `test` of all rows unless the data marks its own, `valid` of the rest,
    at most `n_train` training rows; `stratify`, by the label where rows have a single one;
    `group_identical`, so that identical rows are drawn into one part."""

    test: float = 0.3
    valid: float = 0.15
    n_train: int | None = None
    stratify: bool = True
    group_identical: bool = True


@dataclass(frozen=True, eq=False)
class Parts:
    """The rows of one split of a dataset."""

    schema: Schema
    train: Rows
    valid: Rows
    test: Rows

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Sizes of the parts, a digest that names the split by the ids in them, and the classes
        that validation or test rows lack."""
        parts = {"train": self.train, "valid": self.valid, "test": self.test}
        return {
            "digest": content(*(rows.id for rows in parts.values())),
            **{part: len(rows) for part, rows in parts.items()},
            "absent": {p: self._lacks(r) for p, r in parts.items() if p != "train" and len(r)},
        }

    def _lacks(self, rows: Rows) -> list[str]:
        if not _has_classes(rows):
            return []
        names = self.schema.classes or tuple(map(str, range(self.schema.outputs[0])))
        return [name for c, name in enumerate(names) if not np.any(rows.y == c)]


@step(
    given=lambda here: {
        **asdict(here.rule),
        "split": here["split"],
        "without": here["without"],
    },
    stored=lambda here: not here["without"],
)
def parts(data: Data, split: int, without: tuple[Any, ...], **rule: Any) -> Parts:
    """Step 2. Train, valid and test rows; without folds of the training rows where it says so, one
    after the other: how many there are, the seed they are drawn from, and which is left out."""
    made = draw_parts(data, SplitRule(**rule), split)
    for folds, fold_seed, left_out in without:
        fold = folds_of(made.train, folds, fold_seed)
        made = replace(made, train=made.train.take(fold[made.train.id] != left_out))
    return made


def draw_parts(data: Data, rule: SplitRule, split: int) -> Parts:
    """The parts of split number `split`.

    Raises:
        DataError: too few rows of a class, or of any kind, for these parts.
    """
    rng, rows = stream("parts", split), data.rows
    everything = np.arange(len(rows))
    if data.test is None:
        test, rest = _part(everything, rows, rule, rule.test, rng)
    else:
        test, rest = everything[data.test], everything[~data.test]
    valid, train = _part(rest, rows, rule, rule.valid, rng)
    if rule.n_train is not None and len(train) > rule.n_train:
        strata, alone = _strata(rows.take(train), rule), np.arange(len(train))
        train = train[take_share(strata, alone, rule.n_train / len(train), rng, least=2)]
    _check(data, rule, train, test)
    parts = (rows.take(np.sort(index)) for index in (train, valid, test))
    return _filled(Parts(data.schema, *parts), data.mean_filled)


def _part(index: Array, rows: Rows, rule: SplitRule, share: float, rng: Rng) -> tuple[Array, Array]:
    """A share of the rows at `index`, and the others, which keep a row of each class."""
    here = rows.take(index)
    group = row_groups(here.x) if rule.group_identical else np.arange(len(index))
    taken = take_share(_strata(here, rule), group, share, rng, leave=1)
    return index[taken], index[~taken]


def _strata(rows: Rows, rule: SplitRule) -> Array:
    stratified = rule.stratify and _has_classes(rows)
    return np.asarray(rows.y) if stratified else np.zeros(len(rows), int)


def _has_classes(rows: Rows) -> bool:
    """Whether each row has a single label, its class."""
    return rows.y is not None and rows.y.ndim == 1 and rows.y.dtype.kind in "iu"


def _check(data: Data, rule: SplitRule, train: Array, test: Array) -> None:
    """Refuses parts that nothing can be learned from or measured on."""
    rows, y = data.rows, data.rows.y
    if not len(train) or not len(test):
        n_distinct = int(row_groups(rows.x).max()) + 1
        raise DataError(
            f"{len(rows)} rows ({n_distinct} different ones) are too few to part: {len(train)} for "
            f"training, {len(test)} for testing"
        )
    if y is None:
        return
    known = y >= 0 if _has_classes(rows) else ~np.isnan(y)
    if rows.truth is None and not known[test].any():
        raise DataError("no test row has a label, so nothing can be measured; mark other test rows")
    if _has_classes(rows):
        counts = np.bincount(y[known])
        learned = np.bincount(y[train][known[train]], minlength=len(counts))
        for c in np.flatnonzero((counts > 0) & (learned == 0)).tolist():
            name = data.schema.classes[c] if data.schema.classes else c
            cap = ";" if rule.n_train is None else f" under n_train={rule.n_train}; raise that, or"
            raise DataError(
                f"class {name!r} has {counts[c]} rows and none of them is a training row{cap} "
                "leave the class out, or join it with another"
            )


def _filled(parts: Parts, columns: Array | None) -> Parts:
    """The parts with missing cells of these columns `(d,)` at the mean of the training rows."""
    if columns is None:
        return parts
    known = ~np.isnan(parts.train.x)
    mean = np.where(known, parts.train.x, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    train, valid, test = (
        replace(rows, x=np.where(np.isnan(rows.x) & columns, mean, rows.x))
        for rows in (parts.train, parts.valid, parts.test)
    )
    return replace(parts, train=train, valid=valid, test=test)


def folds_of(train: Rows, folds: int | float, fold_seed: int) -> Array:
    """The fold of each training row by its id; of a share below 1 that of two sides."""
    if folds < 1:
        return draw_share(train, folds, fold_seed)
    return draw_folds(train, int(folds), fold_seed)


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


def match_ids(x: Array, train: Rows) -> Array:
    """For each row of x the id of an equal training row, or -1."""
    keys = row_keys(train.x)
    order = np.argsort(keys, kind="stable")
    wanted = row_keys(x)
    at = np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)
    equal = order[at]
    return np.where(keys[equal] == wanted, train.id[equal], -1)
