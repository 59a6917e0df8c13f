"""One column of a frame: values that sort, levels, marks, and words for errors."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array

if TYPE_CHECKING:
    import pandas as pd

FLAGS = {"0": False, "0.0": False, "false": False, "1": True, "1.0": True, "true": True}
PARTS = {"train": False, "test": True, **FLAGS}


def scalars(column: pd.Series[Any], where: str) -> pd.Series[Any]:
    """The column with a dtype that sorts: values of several kinds become text."""
    import pandas as pd

    if not pd.api.types.is_object_dtype(column.dtype):
        if pd.api.types.is_datetime64_any_dtype(column.dtype) or column.dtype.kind in "mMc":
            raise DataError(
                f"{where} holds {column.dtype}; turn it into numbers or text, or leave it out"
            )
        return column
    present = column[column.notna()]
    kind = pd.api.types.infer_dtype(present, skipna=True)
    if kind in {"integer", "floating", "mixed-integer-float", "decimal", "empty"}:
        return column.where(column.notna(), np.nan).astype("float64")
    wrong = [v for v in present if not isinstance(v, str | int | float | np.generic)]
    if wrong:
        raise DataError(
            f"{where} holds values of type {type(wrong[0]).__name__}; "
            "each must be a number, text or true/false: leave the column out"
        )
    return column.where(column.isna(), column.map(str)).astype("str")


def levels_of(column: pd.Series[Any]) -> tuple[Array, list[Any]]:
    """Codes `(n,)`, -1 where missing, and the levels that occur, in category order or sorted."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        used = column.cat.remove_unused_categories().cat
        return used.codes.to_numpy(), list(used.categories)
    codes, levels = pd.factorize(column, sort=True)
    return np.asarray(codes), list(levels)


def flags(column: pd.Series[Any], words: dict[str, bool], where: str) -> Array:
    """`(n,)` bool of a column that holds nothing but `words`."""
    text = [str(v).strip().lower() for v in column]
    wrong = np.array([t not in words for t in text])
    if wrong.any():
        came = column.iloc[int(np.argmax(wrong))]
        need = "train or test, or true or false" if "test" in words else "0 or 1, or true or false"
        raise DataError(f"{where} holds {came!r} ({row(wrong)}); each row must hold {need}")
    return np.array([words[t] for t in text])


def row(mask: Array) -> str:
    return f"row {int(np.argmax(mask))}, counting from 0"


def near(word: str, words: Sequence[str]) -> str:
    """What may have been meant by `word`, as the end of an error."""
    close = get_close_matches(word, words, n=3, cutoff=0.6)
    shown = ", ".join(words[:12]) + (f", … {len(words)} in all" if len(words) > 12 else "")
    return (f"did you mean {' or '.join(map(repr, close))}? " if close else "") + f"(has: {shown})"
