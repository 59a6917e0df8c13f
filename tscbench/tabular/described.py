"""Data described: what each column was taken as, and what in it may be misread."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tscbench.contracts.description import Column, ColumnKind, Description
from tscbench.contracts.spec import show
from tscbench.contracts.types import Array, Data, Link, Schema
from tscbench.tabular.columns import Taken, is_text
from tscbench.tabular.dates import are_dates
from tscbench.tabular.doubts import of_numbers, spellings
from tscbench.tabular.identity import repeated_share
from tscbench.tabular.notes import Notes
from tscbench.tabular.numerals import likeness

if TYPE_CHECKING:
    import pandas as pd

MANY_LEVELS = 1000
FEW_ROWS, FEW_OF_A_CLASS = 200, 10
_CLOCK = re.compile(r"\d{1,3}:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:\s*[AaPp][Mm])?")


def column_of(
    name: str, column: pd.Series[Any], taken: Taken, outputs: Array, notes: Notes
) -> Column:
    """The description of a column; column: as `plain` gives it; outputs: `(k, n)` classes, or each
    label; notes: of the reading of its table."""
    number = taken.kind not in (ColumnKind.CATEGORY, ColumnKind.BOOLEAN)
    there = taken.values[~np.isnan(taken.values)]
    values = np.unique(there) if number else np.arange(len(taken.levels))
    warnings = [
        *notes.told.get(name, ()),
        *taken.told,
        *(
            of_numbers(values, there, taken.kind)
            if number
            else _of_levels(name, column, taken, notes)
        ),
        *_of_target(taken.values, values, outputs),
    ]
    return Column(
        name,
        taken.kind,
        taken.dtype,
        taken.levels,
        len(values),
        len(taken.values) - len(there),
        float(values[0]) if number and len(values) else None,
        float(values[-1]) if number and len(values) else None,
        tuple(f"column {name!r} {warning}" for warning in warnings),
    )


def refusal(name: str, column: pd.Series[Any], notes: Notes) -> str:
    """Why a plain column cannot be taken as categories: text of which nearly every value occurs
    once. Empty where it can."""
    if not is_text(column):
        return ""
    there = column.dropna()
    levels = there.unique()
    nearly_all = len(there) >= 50 and len(levels) > 0.9 * len(there)
    if not nearly_all and len(levels) <= MANY_LEVELS:
        return ""
    texts = [str(v).strip() for v in levels]
    misread = _misread(name, column, texts, notes) or plain_numbers(name, texts, notes)
    return misread or (
        f"holds {len(levels):,} different texts in {len(there):,} rows, such as {texts[0]!r}: "
        f"leave it out with drop=[{show(name)}], or with ids=[{show(name)}] where it names the row "
        f"or its owner; categorical=[{show(name)}] takes it all the same"
    )


def plain_numbers(name: str, texts: Sequence[str], notes: Notes) -> str:
    """That these values of a column of text are numbers, where all of them are and none has a mark
    or a unit; empty where not."""
    found = likeness(texts, name, notes.decimal)
    if found is None or found.odd or found.how:
        return ""
    return (
        f"holds numbers as text, such as {_example(texts, notes)!r}: say numbers=[{show(name)}], "
        f"or categorical=[{show(name)}] where they are codes"
    )


def _example(texts: Sequence[str], notes: Notes) -> str:
    """The first of these numbers that shows how they are written."""
    plain = re.compile(rf"-?\d*{re.escape(notes.decimal)}?\d*")
    return next((t for t in texts if not plain.fullmatch(t)), texts[0])


def _misread(name: str, column: pd.Series[Any], texts: Sequence[str], notes: Notes) -> str:
    """How a column of text may have been meant otherwise, with the cure; empty where not."""
    if all(map(_CLOCK.fullmatch, texts)) and len(texts) > 2:
        return (
            f"holds times as text, such as {texts[0]!r}, and so was read as levels: write them as "
            f"numbers, or say drop=[{show(name)}]"
        )
    if are_dates(texts):
        return (
            f"holds dates as text, such as {texts[0]!r}: say dates=numeric for days since 1970, or "
            "dates=drop"
        )
    found = likeness(texts, name, notes.decimal)
    if found is None:
        return ""
    parts = []
    if found.how:
        example = _example([t for t in texts if t not in found.odd], notes)
        cure = (
            f": say {found.cure}"
            if found.cure
            else f": write all of them in one way, or say drop=[{show(name)}]"
        )
        parts.append(f"holds numbers {found.how}, such as {example!r}, as text{cure}")
    if found.odd:
        parts.append(_odd(column, found.odd, notes.found))
    return "; it ".join(parts)


def _odd(column: pd.Series[Any], odd: Sequence[str], words: Sequence[str]) -> str:
    at = (
        column.astype(object).map(lambda v: isinstance(v, str) and v.strip() == odd[0])
    ).to_numpy()
    more = f" and {len(odd) - 1} other such texts" if len(odd) > 1 else ""
    listed = ", ".join(f'"{word}"' for word in (*words, *odd[:5]))
    rows = f"row {int(at.argmax())}, counting from 0" + (
        f", {at.sum()} in all" if at.sum() > 1 else ""
    )
    return (
        f"holds numbers, but {odd[0]!r} ({rows}){more}, and so was read as text: mend them, or "
        f"name what means missing with missing=[{listed}]"
    )


def _of_levels(name: str, column: pd.Series[Any], taken: Taken, notes: Notes) -> list[str]:
    texts = [v for v in taken.levels if isinstance(v, str)]
    said = []
    if is_text(column) and (misread := _misread(name, column, texts, notes)):
        said.append(misread)
    n = int((~np.isnan(taken.values)).sum())
    if len(taken.levels) > MANY_LEVELS or (n >= 50 and len(taken.levels) > 0.9 * n):
        said.append(
            f"has {len(taken.levels):,} levels in {n:,} rows, as names or ids have: leave it out "
            f"with drop=[{show(name)}] if it is one"
        )
    return said + spellings(texts)


def _of_target(column: Array, values: Array, outputs: Array) -> list[str]:
    """Whether a column of these sorted values says the class, or one of several labels; that
    nothing is there is a value too."""
    n_values = len(values) + int(np.isnan(column).any())
    if not 1 < n_values <= max(2, len(column) // 10):
        return []
    codes = np.where(np.isnan(column), len(values), np.searchsorted(values, column))
    for labels in outputs:
        first = np.empty(n_values)
        first[codes[::-1]] = labels[::-1]
        if (first[codes] != labels).any():
            continue
        if n_values == len(np.unique(first)) == len(np.unique(labels)):
            return ["is a copy of the target: each of its values has a class of its own"]
        return ["says the target: each of its values has rows of one class only"]
    return []


def table_warnings(
    n: int, classes: Mapping[str, int], different: int, *, several: bool
) -> list[str]:
    """What to tell of a table as a whole: few rows, few different ones, few rows of a class."""
    said = []
    if n < FEW_ROWS:
        said.append(f"{n} rows: differences between methods on so few mean little")
    elif different < min(FEW_ROWS, n / 2):
        said.append(
            f"only {different} different rows: equal ones stay in one part, and differences "
            "between methods on so few mean little"
        )
    few = {name: count for name, count in classes.items() if count < FEW_OF_A_CLASS}
    if few:
        kind = "label" if several else "class"
        shown = ", ".join(f"{name!r} {count}" for name, count in list(few.items())[:5])
        more = f" and {len(few) - 5} more" if len(few) > 5 else ""
        said.append(
            f"few rows of a {kind} ({shown}{more}): a part may be left with hardly any, and scores "
            "by class are chance"
        )
    return said


def class_counts(schema: Schema, y: Array | None) -> dict[str, int]:
    """Rows of each class, or positives of each label, by name."""
    if y is None:
        return {}
    k = int(np.prod(schema.outputs))
    names = schema.classes or tuple(map(str, range(k)))
    if schema.link is Link.SOFTMAX and y.ndim == 1:
        counts = np.bincount(y[y >= 0].astype(int), minlength=k)
    else:
        counts = np.nansum(y.reshape(len(y), -1), axis=0)
    return {name: int(count) for name, count in zip(names, counts, strict=False)}


def describe(data: Data) -> Description:
    """The description of any data: that of its table, or of its arrays."""
    if data.table is not None:
        return data.table
    schema, rows = data.schema, data.rows
    classes = class_counts(schema, rows.y)
    columns: tuple[Column, ...] = ()
    if len(schema.inputs) == 1:
        names = schema.columns or tuple(f"x{j}" for j in range(schema.inputs[0]))
        columns = tuple(_of_array(name, rows.x[:, j], schema, j) for j, name in enumerate(names))
    target = (schema.target,) if schema.target else ()
    return Description(len(rows), columns, target, classes, repeated_share(rows.x))


def _of_array(name: str, values: Array, schema: Schema, j: int) -> Column:
    there = values[~np.isnan(values)]
    missing = len(values) - len(there)
    if not schema.numeric[j]:
        levels = schema.levels[j] if schema.levels else tuple(range(int(schema.cardinality[j])))
        return Column(name, ColumnKind.CATEGORY, "float64", levels, len(levels), missing)
    whole = len(there) and bool((there == np.floor(there)).all())
    kind = ColumnKind.WHOLE if whole else ColumnKind.NUMERIC
    ends = (float(there.min()), float(there.max())) if len(there) else (None, None)
    return Column(name, kind, "float64", (), len(np.unique(there)), missing, *ends)
