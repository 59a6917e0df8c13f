"""Between rows of codes, which plugins see, and frames with the names and levels of the user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array, Link, Schema
from tscbench.tabular.columns import near
from tscbench.tabular.dates import as_days, dates_of, is_date
from tscbench.tabular.levels import cell_numbers, level_codes, shown

if TYPE_CHECKING:
    import pandas as pd


def to_frame(x: Array, schema: Schema) -> pd.DataFrame:
    """Rows `(n, d)` as a frame with the names, levels and types that the user's table has.

    Whole numbers are integers where the table's are and none is missing or broken here; what does
    not fit the type of the table is what pandas would read.
    """
    import pandas as pd

    names = column_names(schema)
    columns = [_column(x[:, j].astype(np.float64), schema, j) for j in range(len(names))]
    return pd.DataFrame(dict(enumerate(columns))).set_axis(names, axis=1)


def to_rows(frame: pd.DataFrame, schema: Schema, where: str, *, codes: bool = False) -> Array:
    """x `(n, d)` of a frame: its columns by name, in any order, others being ignored.

    Levels are found by their values, as `level_codes` says, missing cells become NaN. codes: the
    frame holds codes 0…c-1 in place of levels; of data without levels they always are.

    Raises:
        DataError: a column that is missing or there twice, or a cell that is none of its values.
    """
    names = column_names(schema)
    found = find_columns(frame, names, where)
    x = np.empty((len(frame), len(names)))
    for j, (name, at) in enumerate(zip(names, found, strict=True)):
        x[:, j] = _cells(frame.iloc[:, at], schema, j, f"{where}: column {name!r}", codes)
    return x


def column_names(schema: Schema) -> list[str]:
    """The names of the columns; x0, x1, … where they have none."""
    return list(schema.columns) or [f"x{j}" for j in range(int(np.prod(schema.inputs)))]


def class_names(schema: Schema) -> list[str]:
    """The classes' names, or their numbers where they have none."""
    return list(schema.classes) or [str(i) for i in range(schema.outputs[0])]


def find_columns(frame: pd.DataFrame, names: Sequence[str], where: str) -> list[int]:
    """The position of each column of `names` in a frame: letter by letter, else but for blanks.

    Raises:
        DataError: one is missing, or there twice.
    """
    has = [str(c) for c in frame.columns]
    bare = [c.strip() for c in has]
    lost = [n for n in names if n not in has and (n.strip() not in bare or _twice(names, n))]
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise DataError(f"{where}: no column {lost[0]!r}{more}; {near(lost[0], has)}")
    at = []
    for name in names:
        places = [i for i, c in enumerate(has) if c == name]
        places = places or [
            i for i, c in enumerate(bare) if c == name.strip() and has[i] not in names
        ]
        if len(places) != 1:
            raise DataError(f"{where}: column {name!r} is there twice; leave one out")
        at += places
    return at


def _twice(names: Sequence[str], name: str) -> bool:
    """Whether blanks alone tell a name from another one."""
    return [n.strip() for n in names].count(name.strip()) > 1


def to_labels(frame: pd.DataFrame, schema: Schema, where: str, *, codes: bool = False) -> Array:
    """Labels as `Rows.y` has them: of a column called as the data's target, or of one called
    `label` where neither that nor such a feature is there; of several labels a column each.

    Classes are known by their names. Codes are taken where no cell names a class, or, with `codes`,
    where no cell can be both a name and another class's code. Empty cells are unknown: -1, or NaN
    of several labels.

    Raises:
        DataError: no such column, or a cell that is no class.
    """
    if schema.link is Link.SIGMOID:
        at = find_columns(frame, class_names(schema), where)
        columns = [(frame.iloc[:, i], f"{where}: label {frame.columns[i]!r}") for i in at]
        return np.stack([level_codes(c, (False, True), of) for c, of in columns], axis=1)
    has = [str(c).strip() for c in frame.columns]
    wanted = [n for n in (schema.target, "label") if n and n not in column_names(schema)]
    name = next((n for n in wanted if n.strip() in has), None)
    if name is None:
        no = f"no column {wanted[0]!r} for the labels" if wanted else "no column for the labels"
        both = "" if wanted else ": the data has a feature called 'label' and no name of its target"
        raise DataError(f"{where}: {no}{both}; {near((wanted or ['label'])[0], has)}")
    (place,) = find_columns(frame, [name], where)
    y = class_codes(frame.iloc[:, place], schema, f"{where}: column {name!r}", codes=codes)
    return np.where(np.isnan(y), -1, y).astype(np.int64)


def class_codes(
    column: pd.Series[Any], schema: Schema, where: str, *, codes: bool = False
) -> Array:
    """The code of each class in a column, `(n,)` float64, NaN where it is unknown.

    Raises:
        DataError: a cell that is no class, or may be a name and another one's code.
    """
    names = class_names(schema)
    unknown = column.isin([-1, -1.0, "-1"]) if "-1" not in names else column.isna()
    column = column.mask(unknown)
    by_name, by_code = (_tried(column, of, where) for of in (names, range(len(names))))
    if isinstance(by_name, DataError) and isinstance(by_code, DataError):
        raise by_code if codes else by_name
    if isinstance(by_name, DataError) or isinstance(by_code, DataError):
        only = by_code if isinstance(by_name, DataError) else by_name
        if only is by_code and not codes and _spell_numbers(names):
            raise DataError(f"{by_name}; codes=true reads codes") from None
        assert not isinstance(only, DataError)
        return only
    if codes and not np.array_equal(by_name, by_code, equal_nan=True):
        raise DataError(
            f"{where} may hold the names of classes or their codes, in the order "
            f"{shown(names)}; leave codes=true out and write levels and classes as the data does"
        )
    return by_name


def _tried(column: pd.Series[Any], levels: Sequence[Any], where: str) -> Array | DataError:
    try:
        return level_codes(column, levels, where)
    except DataError as error:
        return error


def _spell_numbers(levels: Sequence[Any]) -> bool:
    """Whether a level could be taken for a code."""
    import pandas as pd

    return bool(pd.to_numeric(pd.Series(list(levels), dtype=object), errors="coerce").notna().any())


def _cells(column: pd.Series[Any], schema: Schema, j: int, where: str, codes: bool) -> Array:
    import pandas as pd

    if schema.numeric[j] if len(schema.numeric) else True:
        number = pd.api.types.is_numeric_dtype(column.dtype)
        date = schema.dtypes and is_date(schema.dtypes[j]) and not number
        return as_days(column, where) if date else cell_numbers(column, where)
    numbers = range(int(schema.cardinality[j]))
    levels = schema.levels[j] if schema.levels else ()
    if codes or not levels:
        return level_codes(column, numbers, where)
    found = _tried(column, levels, where)
    if not isinstance(found, DataError):
        return found
    as_codes = _tried(column, numbers, where)
    if isinstance(as_codes, DataError):
        raise found
    if _spell_numbers(levels):
        raise DataError(f"{found}; codes=true reads codes 0 to {len(levels) - 1}") from None
    return as_codes


def _column(values: Array, schema: Schema, j: int) -> pd.Series[Any]:
    """One column of x as the user's table has it."""
    import pandas as pd

    dtype = schema.dtypes[j] if schema.dtypes else "float64"
    if schema.numeric[j] if len(schema.numeric) else True:
        return dates_of(values) if is_date(dtype) else _numbers(values, dtype)
    missing = np.isnan(values)
    levels = schema.levels[j] if schema.levels else tuple(range(int(schema.cardinality[j])))
    index = np.where(missing, -1, values).astype(int)
    if dtype == "category":
        return pd.Series(pd.Categorical.from_codes(index, categories=list(levels)))
    cells = np.append(np.array(levels, object), np.nan)[index]
    for kind in (dtype, "float64") if _is_whole(dtype) else (dtype,):
        try:
            column = pd.Series(cells, dtype=kind)
            kept = pd.Series(list(levels), dtype=kind).tolist() == list(levels)
        except (TypeError, ValueError):
            continue
        if kept and np.array_equal(column.isna(), missing):
            return column
    return pd.Series(cells, dtype=object)


def _numbers(values: Array, dtype: str) -> pd.Series[Any]:
    """Numbers in the type of the table where they are the same ones in it, to the bit."""
    import pandas as pd

    for kind in (dtype, "int64" if _is_whole(dtype) else "float64"):
        try:
            with np.errstate(invalid="ignore", over="ignore"):
                column = pd.Series(values).astype(kind)
            back = column.to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError, OverflowError):
            continue
        if np.array_equal(back, values, equal_nan=True) and _same_signs(back, values):
            return column
    return pd.Series(values)


def _is_whole(dtype: str) -> bool:
    return dtype.lower().startswith(("int", "uint"))


def _same_signs(one: Array, other: Array) -> bool:
    known = ~np.isnan(one)
    return bool((np.signbit(one) == np.signbit(other))[known].all())
