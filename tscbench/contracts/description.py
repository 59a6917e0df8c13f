"""What a table is: each column as it was read, the target, and what a reader should be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Level: TypeAlias = str | int | float | bool
"""A value of a category as the user's table has it."""


class ColumnKind(StrEnum):
    """How a column was taken."""

    NUMERIC = "numeric"
    WHOLE = "whole number"
    CATEGORY = "category"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    dtype: the pandas type that it was read as. levels: values of a category, in the order of their
    codes. distinct, missing: how many values it holds, and cells without one. low, high: the range
    of numbers, None elsewhere. warnings: what may be misread, a sentence each, with its cure.
    """

    name: str
    kind: ColumnKind
    dtype: str
    levels: tuple[Level, ...] = ()
    distinct: int = 0
    missing: int = 0
    low: float | None = None
    high: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Description:
    """A table as it was read.

    target: the column or columns that are learned. classes: rows of each class, or positives of
    each label, by name. repeated: the share of rows that equal another row. warnings: of the table
    as a whole, such as columns that were left out.
    """

    rows: int
    columns: tuple[Column, ...]
    target: tuple[str, ...]
    classes: Mapping[str, int]
    repeated: float = 0.0
    warnings: tuple[str, ...] = ()
    missing_words: Mapping[str, int] = field(default_factory=dict)

    def all_warnings(self) -> list[str]:
        """Everything that a reader should be told, one sentence each."""
        return [*self.warnings, *(w for column in self.columns for w in column.warnings)]

    def as_json(self) -> dict[str, Any]:
        """The description as plain values."""
        return asdict(self)


def read_description(facts: Mapping[str, Any]) -> Description:
    """The description whose `as_json` came back from a file."""
    columns = tuple(
        Column(
            **{
                **column,
                "kind": ColumnKind(column["kind"]),
                "levels": tuple(column["levels"]),
                "warnings": tuple(column["warnings"]),
            }
        )
        for column in facts["columns"]
    )
    rest = {"target": tuple(facts["target"]), "warnings": tuple(facts["warnings"])}
    return Description(**{**facts, **rest, "columns": columns})
