"""One column of a frame: numbers or codes, levels, marks, and words for errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from tscbench.contracts.description import ColumnKind, Level
from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array

if TYPE_CHECKING:
    import pandas as pd

FLAGS = {"0": False, "0.0": False, "false": False, "1": True, "1.0": True, "true": True}
PARTS = {"train": False, "test": True, **FLAGS}
SINGLE_MAX = float(np.finfo(np.float32).max)
EXACT = 1 << 53
"""Whole numbers up to here are floats."""


@dataclass(frozen=True, eq=False)
class Taken:
    """A column as it goes into x: values `(n,)` float64, numbers or codes, missing as NaN."""

    values: Array
    kind: ColumnKind
    dtype: str
    levels: tuple[Level, ...] = ()
    told: tuple[str, ...] = ()


def plain(column: pd.Series[Any], where: str) -> pd.Series[Any]:
    """The column with one of few dtypes: numbers, true/false, text, categories or dates.

    Raises:
        DataError: its values are none of these.
    """
    import pandas as pd

    column = column.set_axis(range(len(column)))
    dtype = column.dtype
    if isinstance(dtype, pd.SparseDtype):
        column = pd.Series(np.asarray(column.array), name=column.name)
    elif isinstance(dtype, pd.ArrowDtype):
        column = _from_arrow(column)
    elif isinstance(dtype, pd.IntervalDtype):
        column = column.astype(pd.CategoricalDtype(ordered=True))
    elif isinstance(dtype, pd.PeriodDtype):
        column = column.dt.to_timestamp()
    elif isinstance(dtype, np.dtype) and not dtype.isnative:
        column = column.astype(dtype.newbyteorder("="))
    if pd.api.types.is_object_dtype(column.dtype):
        column = _from_objects(column, where)
    if column.dtype.kind in "mc":
        raise DataError(
            f"{where} holds {column.dtype}; turn it into numbers or text, or leave it out"
        )
    return column


def _from_arrow(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column of Arrow's types as pandas has it; whole numbers keep every digit."""
    import pandas as pd
    import pyarrow as pa

    if column.dtype.kind in "iu":
        return column.astype("UInt64" if column.dtype.kind == "u" else "Int64")
    if column.dtype.kind == "b":
        return column.astype("boolean")
    found = pa.array(column).to_pandas()
    return found if isinstance(found, pd.Series) else pd.Series(found)


def _from_objects(column: pd.Series[Any], where: str) -> pd.Series[Any]:
    import pandas as pd

    present = column[column.notna()]
    kind = pd.api.types.infer_dtype(present, skipna=True)
    if kind == "integer":
        return _whole(column)
    if kind in {"floating", "mixed-integer-float", "decimal", "empty"}:
        return column.where(column.notna(), np.nan).astype("float64")
    if kind == "boolean":
        return column.astype("boolean")
    if kind in {"datetime64", "datetime", "date"}:
        return pd.to_datetime(column, utc=True)
    if kind == "string":
        return column
    simple = (str, int, float, np.integer, np.floating, np.bool_)
    if wrong := [v for v in present if not isinstance(v, simple)]:
        raise DataError(
            f"{where} holds values of type {type(wrong[0]).__name__}; "
            "each must be a number, text or true/false: leave the column out"
        )
    kinds: dict[str, bool] = {}
    for value in present:
        if kinds.setdefault(str(value), isinstance(value, str)) is not isinstance(value, str):
            raise DataError(
                f"{where} holds {value} both as text and as another value; write them alike"
            )
    texts = [str(v) if there else None for v, there in zip(column, column.notna(), strict=True)]
    return pd.Series(texts, dtype=object, name=column.name)


def _whole(column: pd.Series[Any]) -> pd.Series[Any]:
    """Python's whole numbers in the smallest of pandas' types that holds them all."""
    import pandas as pd

    gaps = column.isna().any()
    for dtype in ("Int64", "UInt64") if gaps else ("int64", "uint64"):
        try:
            return column.astype(dtype)
        except (OverflowError, TypeError, ValueError):
            continue
    return pd.Series(column.where(column.notna(), None), dtype=object)


def is_text(column: pd.Series[Any]) -> bool:
    """Whether a plain column holds text."""
    import pandas as pd

    if pd.api.types.is_object_dtype(column.dtype):
        return not _is_whole_object(column)
    return isinstance(column.dtype, pd.StringDtype)


def is_number(column: pd.Series[Any]) -> bool:
    """Whether a plain column holds numbers; true and false are none."""
    kind: str = column.dtype.kind
    return kind in "iuf" or _is_whole_object(column)


def _is_whole_object(column: pd.Series[Any]) -> bool:
    import pandas as pd

    if not pd.api.types.is_object_dtype(column.dtype):
        return False
    return bool(pd.api.types.infer_dtype(column, skipna=True) == "integer")


def dtype_name(column: pd.Series[Any]) -> str:
    """The type of a plain column, under one name in every version of pandas."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return "category"
    return "str" if is_text(column) else str(column.dtype)


def as_numbers(column: pd.Series[Any], where: str) -> Taken:
    """A plain column of numbers.

    Raises:
        DataError: a number is infinite, is beyond what models can hold, or two whole numbers would
            become one.
    """
    values = _float64(column)
    low, high = np.fmin.reduce(values), np.fmax.reduce(values)
    largest = max(-low, high)  # NaN where all is missing
    if np.isinf(largest):
        raise DataError(
            f"{where} holds an infinite value ({row(np.isinf(values))}); values must be finite "
            "or missing: mend the row or leave the column out"
        )
    if largest > SINGLE_MAX:
        large = np.abs(values) > SINGLE_MAX
        raise DataError(
            f"{where} holds {values[large][0]:g} ({row(large)}), which single precision, in which "
            f"trees and networks compute, does not hold (at most {SINGLE_MAX:.2g}): take its "
            "logarithm, scale it or leave it out"
        )
    if largest >= EXACT:
        _check_exact(column, where)
    whole = column.dtype.kind != "f" or bool(((values % 1 == 0) | np.isnan(values)).all())
    kind = ColumnKind.NUMERIC if np.isnan(largest) or not whole else ColumnKind.WHOLE
    return Taken(values, kind, dtype_name(column))


def _float64(column: pd.Series[Any]) -> Array:
    if column.dtype.kind in "iuf":
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
    return np.array([np.nan if v is None else float(v) for v in column])


def _check_exact(column: pd.Series[Any], where: str) -> None:
    """Refuses whole numbers that are two as they stand and one as a float."""
    values = column.dropna()
    if column.dtype.kind == "f":
        return
    seen: dict[float, int] = {}
    for value in map(int, values.unique()):
        first = seen.setdefault(float(value), value)
        if first != value:
            raise DataError(
                f"{where} holds {min(first, value)} and {max(first, value)}, which are one number "
                "in double precision (whole numbers beyond 2^53 are): leave the column out, or "
                "take it as categories"
            )


def as_codes(column: pd.Series[Any], where: str) -> Taken:
    """A plain column as codes of the levels that occur, in category order or sorted."""
    import pandas as pd

    codes, levels, told = codes_of(column, where)
    values = np.where(codes < 0, np.nan, codes)
    if not levels:  # all is missing
        return Taken(values, ColumnKind.NUMERIC, "float64")
    boolean = pd.api.types.is_bool_dtype(column.dtype)
    kind = ColumnKind.BOOLEAN if boolean else ColumnKind.CATEGORY
    return Taken(values, kind, dtype_name(column), tuple(levels), told)


def codes_of(column: pd.Series[Any], where: str) -> tuple[Array, list[Level], tuple[str, ...]]:
    """Codes `(n,)`, -1 where missing, the levels that occur, and what to tell of them."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        used = column.cat.remove_unused_categories().cat
        codes, raw = used.codes.to_numpy().astype(np.int64), list(used.categories)
    else:
        codes, found = pd.factorize(column, sort=not is_text(column))
        raw = list(found)
    values = [level(v, where) for v in raw]
    texts = [v.strip() if isinstance(v, str) else v for v in values]
    told = _merged(values, texts)
    ordered = sorted(set(texts), key=str) if is_text(column) else texts
    place: dict[tuple[type, Level], int] = {}
    for value in ordered:
        place.setdefault((type(value), value), len(place))
    order = np.array([place[type(v), v] for v in texts] or [0])
    return np.where(codes < 0, -1, order[codes]), [value for _, value in place], told


def _merged(values: Sequence[Level], texts: Sequence[Level]) -> tuple[str, ...]:
    first: dict[tuple[type, Level], Level] = {}
    for value, text in zip(values, texts, strict=True):
        before = first.setdefault((type(text), text), value)
        if before is not value:
            said = f"holds {before!r} and {value!r}, which are taken as one value"
            return (f"{said}, without blanks at the ends",)
    return ()


def level(value: Any, where: str) -> Level:
    """A value of a category as text, a number or true/false."""
    import pandas as pd

    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < EXACT else number
    if isinstance(value, date):  # a Timestamp is one
        return str(value.isoformat()).removesuffix("+00:00").removesuffix("T00:00:00")
    if isinstance(value, pd.Interval | pd.Period):
        return str(value)
    if isinstance(value, Decimal) and value.is_finite():
        return int(value) if value == int(value) else float(value)
    raise DataError(
        f"{where} holds values of type {type(value).__name__}; "
        "each must be a number, text or true/false: leave the column out"
    )


def flags(column: pd.Series[Any], words: Mapping[str, bool], where: str) -> Array:
    """`(n,)` bool of a column that holds nothing but `words`."""
    text = [str(v).strip().lower() for v in column]
    wrong = np.array([t not in words for t in text])
    if wrong.any():
        came = column.iloc[int(np.argmax(wrong))]
        shown = repr(came.item() if isinstance(came, np.generic) else came)
        need = "train or test, or true or false" if "test" in words else "0 or 1, or true or false"
        raise DataError(f"{where} holds {shown} ({row(wrong)}); each row must hold {need}")
    return np.array([words[t] for t in text])


def row(mask: Array) -> str:
    return f"row {int(np.argmax(mask))}, counting from 0"


def near(word: str, words: Sequence[str]) -> str:
    """What may have been meant by `word`, as the end of an error."""
    close = get_close_matches(word, words, n=3, cutoff=0.6)
    shown = ", ".join(words[:12]) + (f", … {len(words)} in all" if len(words) > 12 else "")
    return (f"did you mean {' or '.join(map(repr, close))}? " if close else "") + f"(has: {shown})"
