"""A pandas frame becomes `Data`: numbers stay, text becomes codes, the target becomes classes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array, Data, Link, Rows, Schema
from tscbench.tabular.columns import PARTS, flags, levels_of, near, row, scalars
from tscbench.tabular.targets import check_counts, class_labels, multi_labels

if TYPE_CHECKING:
    import pandas as pd


def from_frame(
    frame: pd.DataFrame,
    target: str | Sequence[str],
    *,
    positive: str | None = None,
    classes: Sequence[str] | None = None,
    test: str | Array | None = None,
    drop: Sequence[str] = (),
    categorical: Sequence[str] = (),
    constant: Literal["refuse", "keep"] = "refuse",
    name: str = "data",
) -> Data:
    """The frame's rows in their order, with ids 0…n-1.

    Numeric columns become float64; categories, text and booleans become codes, in category order
    or sorted. Levels that no row has are left out. Missing values become NaN.
    target: the class column, or a sequence of columns of 0/1 or true/false for several labels.
    positive: the class that comes second of two. classes: the order of the classes, by default
    sorted. test: a column of train/test or true/false, or an `(n,)` array of such, that marks the
    official test rows. drop: columns to leave out. categorical: numeric columns to take as codes.
    constant: what becomes of columns with one value. name: how errors call the data.

    Raises:
        DataError: for a frame that cannot be benchmarked as it stands.
    """
    frame = frame.set_axis([str(c) for c in frame.columns], axis=1)
    targets = [target] if isinstance(target, str) else list(target)
    _check_columns(frame, targets, test, drop, categorical, name)
    columns = _feature_columns(frame, {*targets, *drop}, test, name)
    official = _test_rows(frame, test, name)
    y, names = _labels(frame, target, official, positive, classes, name)
    x, cardinality = _features(frame, columns, set(categorical), name)
    if constant == "refuse":
        _check_constant(x, columns, name)
    schema = Schema(
        (len(columns),),
        (len(names),),
        Link.SOFTMAX if isinstance(target, str) else Link.SIGMOID,
        cardinality == 0,
        cardinality,
        tuple(columns),
        classes=tuple(names),
        missing=bool(np.isnan(x).any()),
    )
    return Data(schema, Rows(x, y, np.arange(len(x))), official)


def _labels(
    frame: pd.DataFrame,
    target: str | Sequence[str],
    official: Array | None,
    positive: str | None,
    classes: Sequence[str] | None,
    name: str,
) -> tuple[Array, list[str]]:
    """Labels as in `Rows.y`, and the names of the outputs."""
    if isinstance(target, str):
        y, names = class_labels(frame[target], positive, classes, name)
        check_counts(y, names, official, f"{name}: target {target!r}")
        return y, names
    if positive is not None or classes is not None:
        raise DataError(f"{name}: positive and classes go with one target column, not with several")
    return multi_labels(frame, list(target), name), list(target)


def _feature_columns(
    frame: pd.DataFrame, others: set[str], test: str | Array | None, name: str
) -> list[str]:
    """The columns that are neither targets, dropped nor the mark of test rows."""
    marks = {test} if isinstance(test, str) else set()
    columns = [c for c in frame.columns if c not in others | marks]
    if not columns:
        raise DataError(f"{name}: no columns are left beside the target; a table needs features")
    return columns


def _check_columns(
    frame: pd.DataFrame,
    targets: Sequence[str],
    test: str | Array | None,
    drop: Sequence[str],
    categorical: Sequence[str],
    name: str,
) -> None:
    has = list(frame.columns)
    if not len(frame):
        raise DataError(f"{name}: the table has no rows")
    if twice := sorted({c for c in has if has.count(c) > 1}):
        raise DataError(f"{name}: two columns are called {twice[0]!r}; column names must differ")
    if not targets:
        raise DataError(f"{name}: no target columns are named; name one or more")
    marks = [test] if isinstance(test, str) else []
    roles = {"target": targets, "test": marks, "drop": drop, "categorical": categorical}
    for role, columns in roles.items():
        for column in columns:
            if column not in has:
                raise DataError(f"{name}: no {role} column {column!r}; {near(column, has)}")
    taken = [*targets, *marks, *drop]
    if twice := sorted({c for c in taken if taken.count(c) > 1}):
        raise DataError(
            f"{name}: column {twice[0]!r} is named more than once among target, test and drop; "
            "name it once"
        )
    for column in has:
        if column not in taken and re.fullmatch(r"\s*|Unnamed: \d+", column):
            raise DataError(
                f"{name}: column {column!r} has no name, as a saved row index has none; "
                f"name it or leave it out with drop=[{column!r}]"
            )


def _test_rows(frame: pd.DataFrame, test: str | Array | None, name: str) -> Array | None:
    import pandas as pd

    if test is None:
        return None
    where = f"{name}: test column {test!r}" if isinstance(test, str) else f"{name}: the test marks"
    marks = frame[test] if isinstance(test, str) else np.asarray(test)
    if marks.shape != (len(frame),):
        raise DataError(f"{where} have shape {marks.shape}; must be ({len(frame)},), one a row")
    official = flags(pd.Series(marks), PARTS, where)
    if official.all() or not official.any():
        every = "every row" if official.all() else "no row"
        raise DataError(f"{where}: marks {every} as test; there must be training and test rows")
    return official


def _features(
    frame: pd.DataFrame, columns: Sequence[str], categorical: set[str], name: str
) -> tuple[Array, Array]:
    """x `(n, d)` and the cardinality `(d,)`, 0 for numeric columns."""
    import pandas as pd

    x = np.empty((len(frame), len(columns)))
    cardinality = np.zeros(len(columns), int)
    for j, c in enumerate(columns):
        where = f"{name}: column {c!r}"
        column = scalars(frame[c], where)
        number = pd.api.types.is_numeric_dtype(column.dtype)
        if number and not pd.api.types.is_bool_dtype(column.dtype) and c not in categorical:
            x[:, j] = column.to_numpy(dtype=np.float64, na_value=np.nan)
            if (infinite := np.isinf(x[:, j])).any():
                raise DataError(
                    f"{where} holds an infinite value ({row(infinite)}); values must be finite "
                    "or missing: mend the row or leave the column out"
                )
            continue
        codes, levels = levels_of(column)
        x[:, j] = np.where(codes < 0, np.nan, codes)
        cardinality[j] = len(levels)
    return x, cardinality


def _check_constant(x: Array, columns: Sequence[str], name: str) -> None:
    """Refuses columns that tell no rows apart; a missing value is a value here."""
    same = ((x == x[0]) | (np.isnan(x) & np.isnan(x[0]))).all(axis=0)
    found = [c for c, is_constant in zip(columns, same, strict=True) if is_constant]
    if found:
        kind = "columns hold" if len(found) > 1 else f"column {found[0]!r} holds"
        raise DataError(
            f"{name}: {kind} one value in all rows; leave it out with drop=[{', '.join(found)}], "
            "or allow it with constant=keep"
        )
