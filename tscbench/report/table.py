"""One table for terminal, page and notebook: a frame of numbers, and how its columns are read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from tscbench.contracts.kinds import Direction

NONE = "–"
"""What stands where there is no number."""


class Cell(NamedTuple):
    """What stands in one place: text, its standard error if it has one, and the number that it
    sorts by; NaN of words, and of what is not there."""

    text: str
    spread: str = ""
    key: float = math.nan

    def __str__(self) -> str:
        return f"{self.text} ± {self.spread}" if self.spread else self.text


@dataclass(frozen=True)
class Column:
    """How a column of a frame is shown.

    field: the column that it shows and is sorted by. title: its heading, by default the field.
    form: the format of a number, such as "+.4f"; empty of words. unit: follows each number.
    error: the field of a standard error. high: the field of an interval's upper end, `field` being
    the lower one. whole: the field of what `field` is a count of. slashed: fields that follow it
    behind slashes. doubt: the field that is 1 where the number stands in brackets. better: which
    way is better, if any. help: one line. wanted: a narrow screen drops the columns first that are
    wanted least.
    """

    field: str
    title: str = ""
    form: str = ""
    unit: str = ""
    error: str = ""
    high: str = ""
    whole: str = ""
    slashed: tuple[str, ...] = ()
    doubt: str = ""
    better: Direction | Literal[""] = ""
    help: str = ""
    wanted: int = 1

    @property
    def heading(self) -> str:
        return self.title or self.field

    def cell(self, row: Mapping[str, object]) -> Cell:
        """What stands in the column in a row of the frame."""
        value = row[self.field]
        if not self.form:
            return Cell("" if _absent(value) else str(value))
        if _absent(value):
            return Cell(NONE)
        numbers = [row[name] for name in (self.field, self.high, self.error) if name]
        form = self._form([float(n) for n in numbers if not _absent(n)])  # type: ignore[arg-type]
        text = self._written(value, form)
        if self.high:
            text = f"{text} to {self._written(row[self.high], form)}"
        elif self.whole:
            text = f"{text} of {self._written(row[self.whole], form)}"
        text = "/".join([text, *(self._written(row[other], form) for other in self.slashed)])
        if self.doubt and row[self.doubt] == 1:
            text = f"({text})"
        error = row[self.error] if self.error else math.nan
        spread = "" if _absent(error) else self._written(error, form).lstrip("+")
        return Cell(text, spread, float(value))  # type: ignore[arg-type]

    def _form(self, numbers: Sequence[float]) -> str:
        """The column's form, without decimals where one of these numbers is large."""
        large = any(LARGE <= abs(number) < math.inf for number in numbers)
        return self.form.replace(".4f", ",.0f") if large else self.form

    def _written(self, value: object, form: str) -> str:
        """A number in this form; "3g" is three figures without exponents."""
        if _absent(value):
            return NONE
        number = float(value)  # type: ignore[arg-type]
        if math.isinf(number):
            return f"{'-' if number < 0 else '+' if '+' in form else ''}∞"
        if not form.endswith("3g"):
            return f"{number:{form}}{self.unit}"
        sign = "+" if "+" in form and number >= 0 else ""
        return f"{sign}{three_figures(number)}{self.unit}"


LARGE = 1_000
"""Numbers from here on are written without decimals."""


def three_figures(value: float) -> str:
    """A number that is not known better than to three figures, written out.

    >>> three_figures(123456), three_figures(0.012345), three_figures(1.2e-7)
    ('123,000', '0.0123', '0.00000012')
    """
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    rounded = float(f"{value:.3g}")
    if abs(rounded) >= 100:
        return f"{rounded:,.0f}"
    text = f"{value:.3g}"
    return np.format_float_positional(rounded, trim="-") if "e" in text else text


def _absent(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


@dataclass(frozen=True)
class Table:
    """frame: numbers in columns of numbers, words in columns of words; programs are given it whole,
    people what `columns` show of it. notes: what a reader must know besides, each once; "" is none.
    empty: what is said where there is no row. dataset: whose it is, if it is one's alone."""

    title: str
    caption: str
    columns: Sequence[Column] = ()
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: Sequence[str] = ()
    empty: str = "none."
    dataset: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", tuple(filter(None, dict.fromkeys(self.notes))))

    def cells(self) -> list[list[Cell]]:
        """What stands in each row, column by column."""
        rows = self.frame.to_dict("records")
        return [[column.cell(row) for column in self.columns] for row in rows]

    def compact(self, keep: Iterable[str] = ()) -> Table:
        """The table without columns that have nothing to say: numbers of which there are none, and
        words that are the same in every row of several, which the caption then says. keep: fields
        that stay."""
        kept, shared, columns = set(keep), [], []
        for column in self.columns:
            values = self.frame[column.field]
            same = values.nunique(dropna=False) == 1 and len(values) > 1
            if column.field in kept or self.frame.empty:
                columns.append(column)
            elif column.form:
                columns += [column] if values.notna().any() else []
            elif not same:
                columns.append(column)
            elif not _absent(values.iloc[0]) and values.iloc[0] not in ("", "-"):
                shared.append(f"{column.heading} {values.iloc[0]}")
        caption = "; ".join(filter(None, [self.caption, *shared]))
        return replace(self, columns=tuple(columns), caption=caption)

    def __repr__(self) -> str:
        from tscbench.report.formats import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        from tscbench.report.formats import as_html

        return as_html(self)


class Tables(list[Table]):
    """Tables that a notebook shows one after the other."""

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self))

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self)
