"""Cells of text as whole numbers, numbers, true/false or text, by rules that are all told here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from tscbench.contracts.spec import show
from tscbench.tabular.notes import Notes

MISSING = (
    *("NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NaN", "nan", "-NaN", "-nan"),
    *("None", "NULL", "null", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)
"""Words that mean missing where nobody says which do; an empty cell always does."""

SAMPLE = 200
_WHOLE = re.compile(r"-?\d+")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?inf(?:inity)?", re.IGNORECASE)
_TRUTHS = {word: word.lower() == "true" for t in ("true", "false") for word in (t, t.title())} | {
    "TRUE": True,
    "FALSE": False,
}


def typed(column: Any, name: str, words: Any, notes: Notes, *, keep: bool) -> Any:
    """A column of text as whole numbers, numbers, true/false or text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    named = any(map(_NUMBER.fullmatch, notes.words))  # a number that means missing is none
    if not keep and not named and (numbers := _numbers(column, notes.decimal)) is not None:
        _tell_zeros(column, name, notes)
        return _series(numbers)
    different = column.combine_chunks().dictionary_encode()
    texts, place = pc.utf8_trim_whitespace(different.dictionary), different.indices
    empty = pc.is_in(texts, value_set=words)
    _count_words(texts, empty, place, name, notes)
    values = pc.if_else(empty, pa.scalar(None, pa.string()), texts)
    numbers = None if keep and _padded(values) else _numbers(values, notes.decimal)
    if numbers is not None:
        _tell_zeros(values, name, notes)
        return _series(numbers.take(place))
    known = values.drop_null().to_pylist()
    if set(known) <= set(_TRUTHS):
        return _truths(values.take(place))
    _tell_blanks(different.dictionary.filter(values.is_valid()).to_pylist(), name, notes)
    return values.take(place).to_pandas()


def _count_words(texts: Any, empty: Any, place: Any, name: str, notes: Notes) -> None:
    """Notes how many cells held each word that means missing."""
    import numpy as np

    counts = np.bincount(place.to_numpy(), minlength=len(texts))
    for k in np.flatnonzero(empty.to_numpy(zero_copy_only=False)):
        if word := texts[int(k)].as_py():
            found = notes.emptied.setdefault(name, {})
            found[word] = found.get(word, 0) + int(counts[k])


def _padded(cells: Any) -> str:
    """A whole number with zeros before it, if there is one."""
    import pyarrow.compute as pc

    zeros = pc.and_(pc.starts_with(cells, "0"), pc.greater(pc.binary_length(cells), 1))
    found = cells.filter(pc.fill_null(zeros, False))
    found = found.filter(pc.match_substring_regex(found, "^[0-9]+$"))
    return str(found[0].as_py()) if len(found) else ""


def _tell_zeros(cells: Any, name: str, notes: Notes) -> None:
    if padded := _padded(cells):
        notes.told.setdefault(name, []).append(
            f"holds numbers with leading zeros, such as {padded!r}, which are read without; where "
            f"they are codes, say categorical=[{show(name)}]"
        )


def _numbers(cells: Any, decimal: str) -> Any:
    """The cells as numbers, in Arrow's types; None where one of them is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if decimal != ".":
        if pc.any(pc.match_substring(cells, ".")).as_py():
            return None
        cells = pc.replace_substring(cells, decimal, ".")
    # Arrow takes long to say that a text is no number, and so the first are looked at before.
    sample = [text for text in cells[:SAMPLE].to_pylist() if text is not None]
    if not all(map(_NUMBER.fullmatch, sample)):
        return None
    if all(map(_WHOLE.fullmatch, sample)):
        with suppress(pa.ArrowInvalid):
            numbers = pc.cast(cells, pa.int64())
            if not pc.any(pc.match_substring(cells, "x", ignore_case=True)).as_py():
                return numbers
    try:
        floats = pc.cast(cells, pa.float64())
    except pa.ArrowInvalid:
        return None
    if pc.any(pc.is_nan(floats)).as_py():  # a word such as nan, which was not to mean missing
        return None
    large = pc.any(pc.greater_equal(pc.abs(floats), float(1 << 53))).as_py()
    if large and not pc.any(pc.match_substring_regex(cells, "[^-+0-9]")).as_py():
        with suppress(pa.ArrowInvalid):  # more than 38 digits
            return pc.cast(cells, pa.decimal128(38, 0))
    return floats


def _series(numbers: Any) -> Any:
    """Arrow's numbers as pandas has them; whole ones keep every digit."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = pa.types.is_integer(numbers.type)
    large = whole and pc.any(pc.greater(pc.abs(numbers), 1 << 53)).as_py()
    if pa.types.is_decimal(numbers.type) or (large and numbers.null_count):
        kept = [None if v is None else int(v) for v in numbers.to_pylist()]
        return pd.Series(kept, dtype=object)
    return numbers.to_pandas()


def _truths(cells: Any) -> Any:
    import numpy as np
    import pandas as pd

    found = [np.nan if v is None else _TRUTHS[v] for v in cells.to_pylist()]
    whole = not cells.null_count
    return pd.Series(found, dtype=bool if whole and found else object)


def _tell_blanks(values: Sequence[str], name: str, notes: Notes) -> None:
    """Tells of values that were two before blanks were taken off their ends."""
    seen: dict[str, str] = {}
    for value in values:
        first = seen.setdefault(value.strip(), value)
        if first != value:
            notes.told.setdefault(name, []).append(
                f"holds {first!r} and {value!r}, which are read as one value, without blanks at "
                "the ends"
            )
            return
