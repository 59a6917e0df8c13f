"""Cells as people write them, and what they stand for: codes of levels, numbers, dates."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tscbench.contracts.description import Level
from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array

if TYPE_CHECKING:
    import pandas as pd

_WORDS = {"true": True, "false": False}
_SHOWN = 12


def level_codes(column: pd.Series[Any], levels: Sequence[Level], where: str) -> Array:
    """The code of each cell, `(n,)` float64, NaN where it is missing.

    A cell is a level if it is the same value, or is written as one: blanks around text do not
    count, nor whether a number is 1, 1.0 or "1", or true/false also 1/0. What may be two levels
    is the one that it equals letter by letter, or is refused.

    Raises:
        DataError: a cell that is no level, with its row and the levels that there are.
    """
    code_of = _by_number(levels) if _are_numbers(levels) else _by_text(levels)
    memo: dict[tuple[type, Hashable], float] = {}
    codes = np.empty(len(column))
    for i, value in enumerate(column.array):
        key = (type(value), value)
        if key not in memo:
            memo[key] = code_of(value)
        codes[i] = memo[key]
        if codes[i] < 0:
            raise DataError(
                f"{where} holds {plain(value)!r} (row {i}, counting from 0), which is none of its "
                f"levels: {shown(levels)}"
            )
    return codes


def cell_numbers(column: pd.Series[Any], where: str) -> Array:
    """The number in each cell, `(n,)` float64, NaN where it is missing.

    Raises:
        DataError: a cell that is no number, or an infinite one.
    """
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column.dtype):
        numbers = np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
    else:
        found = [np.nan if _is_missing(v) else _number(v) for v in column.array]
        if (wrong := np.array([v is None for v in found], bool)).any():
            i = int(np.argmax(wrong))
            raise DataError(
                f"{where} holds {plain(column.iloc[i])!r} (row {i}, counting from 0), which is no "
                "number; numbers are in the data's own units"
            )
        numbers = np.array(found, np.float64)
    if (infinite := np.isinf(numbers)).any():
        raise DataError(
            f"{where} holds an infinite value (row {int(np.argmax(infinite))}, counting from 0); "
            "leave it empty or mend it"
        )
    return numbers


def shown(levels: Iterable[Level]) -> str:
    """Levels in a sentence: the first dozen, with quotes where they are text."""
    levels = list(levels)
    more = f", … {len(levels)} in all" if len(levels) > _SHOWN else ""
    return ", ".join(repr(plain(level)) for level in levels[:_SHOWN]) + more


def plain(value: Any) -> Any:
    """A value without the name of its library's type: 2, not np.int64(2)."""
    return value.item() if isinstance(value, np.generic) else value


def _are_numbers(levels: Sequence[Level]) -> bool:
    return bool(levels) and not any(isinstance(level, str) for level in levels)


def _by_number(levels: Sequence[Level]) -> Callable[[Any], float]:
    """Levels that are numbers or true/false, by their values."""
    codes = {level: float(code) for code, level in enumerate(levels)}
    words = all(isinstance(level, bool) for level in levels)

    def code_of(value: Any) -> float:
        if _is_missing(value):
            return math.nan
        word = _word(str(value)) if words else None
        number = _number(value) if word is None else word
        return -1.0 if number is None else codes.get(number, -1.0)

    return code_of


def _by_text(levels: Sequence[Level]) -> Callable[[Any], float]:
    """Levels that are text, letter by letter first."""
    same = {level: float(code) for code, level in enumerate(levels)}
    texts = [str(level) for level in levels]
    letters = {text: float(code) for code, text in enumerate(texts)}
    looser: tuple[Callable[[str], Any], ...] = (str.strip, _number, _word)
    maps: list[tuple[Callable[[str], Any], Mapping[Any, float]]] = []
    for rule in looser:
        times = Counter(key for key in map(rule, texts) if key is not None)
        once = {rule(t): c for t, c in letters.items() if times[rule(t)] == 1}
        maps.append((rule, once))

    def code_of(value: Any) -> float:
        if value in same:
            return same[value]
        if not isinstance(value, str) and _is_missing(value):
            return math.nan  # also where a level is called nan
        text = _text(value)
        if text in letters:
            return letters[text]
        if _is_missing(value):
            return math.nan
        for rule, codes in maps:
            if (key := rule(text)) is not None and key in codes:
                return codes[key]
        return -1.0

    return code_of


def _word(text: str) -> bool | None:
    return _WORDS.get(text.strip().lower())


def _text(value: Any) -> str:
    """A value as text; whole numbers without a point."""
    whole = isinstance(value, float | np.floating) and math.isfinite(value) and value % 1 == 0
    return str(int(value)) if whole else str(plain(value))


def _number(value: Any) -> int | float | None:
    """The number that a value is or spells; None where it is none."""
    value = plain(value)
    if isinstance(value, int | float):
        return value
    text = str(value).strip()
    if "_" in text:  # which Python allows within numbers
        return None
    for read in (int, float):
        try:
            number = read(text)
        except ValueError:
            continue
        return None if math.isnan(number) else number
    return None


def _is_missing(value: Any) -> bool:
    import pandas as pd

    return (value is None or value is pd.NA or value is pd.NaT or value != value) or (
        isinstance(value, str) and not value.strip()
    )
