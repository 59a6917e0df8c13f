"""The columns that a student may see, each taken as numbers or as codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tscbench.contracts.description import ColumnKind
from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array
from tscbench.tabular.columns import Taken, as_codes, as_numbers, is_number, is_text, plain
from tscbench.tabular.dates import are_dates, as_days
from tscbench.tabular.described import plain_numbers, refusal
from tscbench.tabular.notes import Notes
from tscbench.tabular.numerals import numbers_in

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 5


@dataclass(frozen=True)
class Way:
    """How columns are to be taken that do not say it themselves; see `from_frame`."""

    categorical: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    dates: Literal["as_read", "numeric", "drop"] = "as_read"


@dataclass(frozen=True, eq=False)
class Feature:
    """A column with a dtype that `plain` gives, and as it was taken."""

    name: str
    column: pd.Series[Any]
    taken: Taken

    @property
    def is_number(self) -> bool:
        return self.taken.kind not in (ColumnKind.CATEGORY, ColumnKind.BOOLEAN)

    @property
    def is_constant(self) -> bool:
        """Whether it tells no rows apart; a missing value is a value here."""
        x = self.taken.values
        return bool(((x == x[0]) | (np.isnan(x) & np.isnan(x[0]))).all())


def take_features(
    frame: pd.DataFrame, columns: Sequence[str], way: Way, notes: Notes, name: str
) -> tuple[list[Feature], list[str]]:
    """These columns as features, and what to tell of columns that are left out.

    Raises:
        DataError: naming each column that cannot be taken, with its cure.
    """
    found: list[Feature] = []
    dates: list[str] = []
    refused: list[str] = []
    for c in columns:
        where = f"{name}: column {c!r}"
        try:
            column = plain(frame[c], where)
            if way.dates == "drop" and c not in way.categorical and _is_date(column):
                dates.append(c)
            else:
                found.append(Feature(c, column, _take(c, column, way, notes, where)))
        except DataError as error:
            refused.append(str(error).removeprefix(f"{name}: "))
    if refused:
        more = f"; and {len(refused) - SHOWN} more columns" if len(refused) > SHOWN else ""
        raise DataError(f"{name}: {'; '.join(refused[:SHOWN])}{more}")
    if not found:
        raise DataError(f"{name}: no columns are left beside the target; a table needs features")
    return found, [f"column {c!r} holds dates and is left out" for c in dates]


def _take(c: str, column: pd.Series[Any], way: Way, notes: Notes, where: str) -> Taken:
    if c in way.categorical:
        return as_codes(column, where)
    if is_number(column):
        return as_numbers(column, where)
    if way.dates == "numeric" and _is_date(column):
        return Taken(as_days(column, where), ColumnKind.DATE, "datetime64[ns]")
    if column.dtype.kind == "M":
        raise DataError(
            f"{where} holds dates ({column.dtype}): say dates=numeric for days since 1970, or "
            "dates=drop"
        )
    if c in way.numbers and is_text(column):
        values = _stripped(column, notes.decimal, where)
        return Taken(values, ColumnKind.NUMERIC, "float64")
    if why := refusal(c, column, notes):
        raise DataError(f"{where} {why}")
    taken = as_codes(column, where)
    texts = [v for v in taken.levels if is_text(column) and isinstance(v, str)]
    told = plain_numbers(c, texts, notes)
    return replace(taken, told=(*taken.told, told)) if told else taken


def _is_date(column: pd.Series[Any]) -> bool:
    if column.dtype.kind == "M":
        return True
    return is_text(column) and are_dates([str(v).strip() for v in column.dropna().unique()])


def _stripped(column: pd.Series[Any], decimal: str, where: str) -> Array:
    """A column of text as numbers, without what stands around them."""
    texts = [str(v) for v in column.dropna().unique()]
    numbers, units = numbers_in(texts, decimal)
    odd = [text for text, number in zip(texts, numbers, strict=True) if number is None]
    if odd:
        at = int((column.astype(object) == odd[0]).to_numpy().argmax())
        raise DataError(
            f"{where} holds {odd[0]!r} (row {at}, counting from 0), which is no number with "
            f"{decimal!r} before the fraction; mend it, or name it in missing=[…]"
        )
    if len(units) > 1:
        shown = ", ".join(repr(unit) if unit else "none" for unit in units)
        raise DataError(f"{where} holds numbers with several units ({shown}); bring them to one")
    value: Mapping[str, float | None] = dict(zip(texts, numbers, strict=True))
    return np.array([value.get(v, np.nan) if isinstance(v, str) else np.nan for v in column], float)
