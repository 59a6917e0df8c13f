"""Target columns: one becomes classes 0…k-1, several become labels of 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array
from tscbench.tabular.columns import FLAGS, codes_of, flags, near, plain, row

if TYPE_CHECKING:
    import pandas as pd


def class_labels(
    column: pd.Series[Any],
    positive: str | None,
    order: Sequence[str] | None,
    name: str,
    emptied: Mapping[str, int],
) -> tuple[Array, list[str], tuple[str, ...]]:
    """y `(n,)`, the names of the classes, and what to tell of them; emptied: the words of the
    column that were read as missing."""
    where = f"{name}: target {column.name!r}"
    values = plain(column, where)
    if values.dtype.kind == "M":
        raise DataError(
            f"{where} holds dates, not classes; classes are text or whole numbers: "
            "name another target or bin this one"
        )
    codes, levels, told = codes_of(values, where)
    _check_known(codes < 0, where, emptied)
    if broken := [v for v in levels if isinstance(v, float)]:
        raise DataError(
            f"{where} holds {broken[0]:g}, not a class; classes are text or whole numbers: "
            "name another target or bin this one"
        )
    found = [str(v) for v in levels]
    if twice := [c for c in found if found.count(c) > 1]:
        raise DataError(
            f"{where} holds {twice[0]} as text and as a number, which are classes of one name; "
            "write them alike"
        )
    names = list(found)
    if not _is_ordered(values):
        whole = all(type(v) is int for v in levels)
        names.sort(key=int if whole else str)
    if order is not None:
        names = _ordered(found, [str(c) for c in order], where)
    if positive is not None:
        names = _positive_last(names, str(positive), where)
    place = np.array([names.index(c) for c in found])
    return place[codes].astype(np.int64), names, told


def _is_ordered(column: pd.Series[Any]) -> bool:
    """Whether its classes are intervals, which have an order of their own."""
    import pandas as pd

    dtype = column.dtype
    return isinstance(dtype, pd.CategoricalDtype) and isinstance(dtype.categories, pd.IntervalIndex)


def multi_labels(
    frame: pd.DataFrame,
    targets: Sequence[str],
    name: str,
    emptied: Mapping[str, Mapping[str, int]],
) -> Array:
    """y `(n, k)` of zeros and ones; emptied: words that were read as missing, by column."""
    y = np.empty((len(frame), len(targets)))
    for j, c in enumerate(targets):
        where = f"{name}: target {c!r}"
        _check_known(frame[c].isna().to_numpy(), where, emptied.get(c, {}))
        y[:, j] = flags(plain(frame[c], where), FLAGS, where)
        if y[:, j].min() == y[:, j].max():
            raise DataError(f"{where} holds one value in all rows; leave it out of the targets")
    return y


def check_counts(y: Array, names: Sequence[str], official: Array | None, where: str) -> None:
    if len(names) < 2:
        raise DataError(f"{where} holds only {names[0]!r}; there must be two classes or more")
    train = y if official is None else y[~official]
    counts = np.bincount(train, minlength=len(names))
    if counts.min() < 2:
        rare, n = names[int(counts.argmin())], int(counts.min())
        rows = "a single row" if n else "no row"
        part = "" if official is None else " among the training rows"
        raise DataError(
            f"{where}: class {rare!r} has {rows}{part}; each class needs two or more to be "
            "divided: leave that class out or merge it with another"
        )


def _check_known(missing: Array, where: str, emptied: Mapping[str, int]) -> None:
    if not missing.any():
        return
    cure = "remove those rows"
    if emptied:
        words = " and ".join(map(repr, emptied))
        cure += f", or, as {words} was read as missing, say which words are with missing=[…]"
    raise DataError(
        f"{where} is missing in {int(missing.sum())} of {len(missing)} rows "
        f"(first {row(missing)}); each row must have one: {cure}"
    )


def _ordered(found: Sequence[str], order: list[str], where: str) -> list[str]:
    if sorted(found) != sorted(order):
        raise DataError(
            f"{where} holds {', '.join(found)}; classes must name each of them once, "
            f"not {', '.join(order)}"
        )
    return order


def _positive_last(names: list[str], positive: str, where: str) -> list[str]:
    if positive not in names:
        raise DataError(f"{where} has no class {positive!r}; {near(positive, names)}")
    if len(names) > 2:
        raise DataError(
            f"{where} has {len(names)} classes; positive names one of two: leave it out"
        )
    return [*(c for c in names if c != positive), positive]
