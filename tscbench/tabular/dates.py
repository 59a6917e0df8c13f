"""Dates that are written as text, and dates as numbers of days and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array

if TYPE_CHECKING:
    import pandas as pd

_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR_FIRST = re.compile(rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}{_TIME}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](?:\d{{4}}|\d{{2}}){_TIME}")
_WORDS = re.compile(
    rf"(?:\w{{3,9}},? )?(?:\d{{1,2}}[ -]{_MONTH}[ ,-]+|{_MONTH} \d{{1,2}},? )\d{{4}}{_TIME}",
    re.IGNORECASE,
)


def are_dates(texts: Sequence[str]) -> bool:
    """Whether nine of ten of these values are dates, by one of the common ways to write them."""
    forms = (_YEAR_FIRST, _YEAR_LAST, _WORDS)
    dates = sum(any(form.fullmatch(text) for form in forms) for text in texts)
    return len(texts) > 1 and dates >= 0.9 * len(texts)


def as_days(column: pd.Series[Any], where: str) -> Array:
    """`(n,)` days since 1970-01-01, NaN where missing, of a column of dates or of text.

    Raises:
        DataError: a value is no date, or day and month cannot be told apart.
    """
    import pandas as pd

    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        column = _parsed(column, where)
    if getattr(column.dt, "tz", None) is not None:
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    days = (column - pd.Timestamp(0)) / pd.Timedelta(days=1)
    return np.asarray(days.to_numpy(dtype=float, na_value=float("nan")))


def is_date(dtype: str) -> bool:
    """Whether a pandas type is one of dates."""
    return dtype.startswith("datetime64")


def dates_of(days: Array) -> pd.Series[Any]:
    """Dates of days since 1970-01-01, to the second; missing where NaN."""
    import pandas as pd

    return pd.Series(pd.to_datetime((days * 86400).round(), unit="s"))


def _parsed(column: pd.Series[Any], where: str) -> pd.Series[Any]:
    import pandas as pd

    texts = sorted({str(v) for v in column.dropna()})
    day_first = _day_first(texts, where)
    found = {}
    for text in texts:
        first = day_first and _YEAR_LAST.fullmatch(text) is not None
        try:
            found[text] = pd.to_datetime(text, dayfirst=first, utc=True)
        except (ValueError, OverflowError):
            row = int((column == text).to_numpy().argmax())
            raise DataError(
                f"{where} holds {text!r} (row {row}, counting from 0), which is no date; mend it, "
                "name it in missing=[…], or leave the column out"
            ) from None
    return pd.to_datetime(pd.Series([found.get(v) for v in column]), utc=True)


def _day_first(texts: Sequence[str], where: str) -> bool:
    """Whether the day stands before the month in dates such as 31/12/2020."""
    pairs = [(int(m[1]), int(m[2])) for t in texts if (m := _YEAR_LAST.fullmatch(t))]
    if not pairs:
        return False
    day, month = any(a > 12 for a, _ in pairs), any(b > 12 for _, b in pairs)
    if day == month:
        why = "both orders occur" if day else "no value tells which is which"
        raise DataError(
            f"{where} holds dates such as {texts[0]!r}, whose day and month cannot be told apart "
            f"({why}); write them as 2020-12-31, or leave the column out with dates=drop"
        )
    return day
