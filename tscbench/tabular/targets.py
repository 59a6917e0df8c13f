"""Target columns: one becomes classes 0…k-1, several become labels of 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array
from tscbench.tabular.columns import FLAGS, flags, levels_of, near, row, scalars

if TYPE_CHECKING:
    import pandas as pd


def class_labels(
    column: pd.Series[Any], positive: str | None, order: Sequence[str] | None, name: str
) -> tuple[Array, list[str]]:
    """y `(n,)` and the names of the classes."""
    where = f"{name}: target {column.name!r}"
    codes, levels = levels_of(scalars(column, where))
    _check_known(codes < 0, where)
    numbers = [v for v in levels if isinstance(v, float)]
    if broken := [v for v in numbers if not v.is_integer()]:
        raise DataError(
            f"{where} holds {broken[0]:g}, not a class; classes are text or whole numbers: "
            "name another target or bin this one"
        )
    found = [_text(v) for v in levels]
    whole = not any(isinstance(v, str) for v in levels)
    names = sorted(found, key=int if whole and not isinstance(levels[0], (bool, np.bool_)) else str)
    if order is not None:
        names = _ordered(found, [str(c) for c in order], where)
    if positive is not None:
        names = _positive_last(names, str(positive), where)
    place = np.array([names.index(c) for c in found])
    return place[codes].astype(np.int64), names


def multi_labels(frame: pd.DataFrame, targets: Sequence[str], name: str) -> Array:
    """y `(n, k)` of zeros and ones."""
    y = np.empty((len(frame), len(targets)))
    for j, c in enumerate(targets):
        where = f"{name}: target {c!r}"
        _check_known(frame[c].isna().to_numpy(), where)
        y[:, j] = flags(frame[c], FLAGS, where)
        if y[:, j].min() == y[:, j].max():
            raise DataError(f"{where} holds one value in all rows; leave it out of the targets")
    return y


def check_counts(y: Array, names: Sequence[str], official: Array | None, where: str) -> None:
    if len(names) < 2:
        raise DataError(f"{where} holds only {names[0]!r}; there must be two classes or more")
    train = y if official is None else y[~official]
    counts = np.bincount(train, minlength=len(names))
    if counts.min() < 2:
        rare, n = names[int(counts.argmin())], counts.min()
        rows = "a single row" if n else "no row"
        part = "" if official is None else " among the training rows"
        raise DataError(
            f"{where}: class {rare!r} has {rows}{part}; each class needs two or more to be "
            "divided: leave that class out or merge it with another"
        )


def _check_known(missing: Array, where: str) -> None:
    if missing.any():
        raise DataError(
            f"{where} is missing in {int(missing.sum())} of {len(missing)} rows "
            f"(first {row(missing)}); each row must have one: remove those rows"
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


def _text(level: Any) -> str:
    """A class's name; whole numbers are written without a point."""
    return str(int(level)) if isinstance(level, float) and level.is_integer() else str(level)
