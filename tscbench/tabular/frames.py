"""A pandas frame becomes `Data`: numbers stay, text becomes codes, the target becomes classes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from tscbench.contracts.description import Description
from tscbench.contracts.errors import DataError
from tscbench.contracts.spec import show
from tscbench.contracts.types import Array, Data, Link, Rows, Schema
from tscbench.tabular.columns import PARTS, flags, near
from tscbench.tabular.described import class_counts, column_of, table_warnings
from tscbench.tabular.doubts import spellings
from tscbench.tabular.features import Feature, Way, take_features
from tscbench.tabular.identity import row_groups
from tscbench.tabular.notes import Notes, notes_of
from tscbench.tabular.targets import check_counts, class_labels, multi_labels

if TYPE_CHECKING:
    import pandas as pd


def from_frame(
    frame: pd.DataFrame,
    target: str | Sequence[str],
    *,
    positive: str | None = None,
    classes: Sequence[str] | None = None,
    test: str | Array | None = None,
    drop: Sequence[str] = (),
    ids: Sequence[str] = (),
    categorical: Sequence[str] = (),
    numbers: Sequence[str] = (),
    dates: Literal["as_read", "numeric", "drop"] = "as_read",
    constant: Literal["refuse", "keep", "drop"] = "refuse",
    name: str = "data",
) -> Data:
    """The frame's rows in their order, with ids 0…n-1, and a description of its columns.

    Numeric columns become float64; categories, text and booleans become codes, in category order
    or sorted. Levels that no row has are left out. Missing values become NaN.
    target: the class column, or a sequence of columns of 0/1 or true/false for several labels.
    positive: the class that comes second of two. classes: the order of the classes, by default
    sorted. test: a column of train/test or true/false, or an `(n,)` array of such, that marks the
    official test rows. drop: columns to leave out; ids: such that name a row or its owner.
    categorical: numeric columns to take as codes, and text of many levels. numbers: columns of
    text that are numbers, perhaps with a unit, a percent sign, thousands marks, or brackets around
    negative ones. dates: dates become days since 1970, or are left out; as they are read, text is
    categories and other dates are refused.
    constant: what becomes of columns with one value. name: how errors call the data.

    Raises:
        DataError: for a frame that cannot be benchmarked as it stands.
    """
    notes = notes_of(frame)
    frame = _with_names(frame, name)
    targets = [target] if isinstance(target, str) else list(target)
    roles = {"drop": drop, "ids": ids, "categorical": categorical, "numbers": numbers}
    _check_columns(frame, targets, test, roles, name)
    columns = _feature_columns(frame, {*targets, *drop, *ids}, test, name)
    official = _test_rows(frame, test, name)
    y, names, said = _labels(frame, target, official, positive, classes, notes, name)
    way = Way(frozenset(categorical), frozenset(numbers), dates)
    features, left_out = take_features(frame, columns, way, notes, name)
    features, empty = _without_constant(features, constant, name)
    schema = _schema(features, names, target)
    told = [*said, *_repeated_ids(frame, ids), *left_out, *empty]
    table = _description(features, schema, y, targets, notes)
    words = _missing_words(notes, [*columns, *targets])
    table = replace(table, warnings=(*table.warnings, *told), missing_words=words)
    return Data(schema, Rows(_x(features), y, np.arange(len(frame))), official, table)


def _x(features: Sequence[Feature]) -> Array:
    return np.column_stack([feature.taken.values for feature in features])


def _description(
    features: Sequence[Feature], schema: Schema, y: Array, targets: Sequence[str], notes: Notes
) -> Description:
    """The table as far as its own rows tell."""
    outputs = y.T if y.ndim == 2 else y[None]
    columns = tuple(column_of(f.name, f.column, f.taken, outputs, notes) for f in features)
    counts = class_counts(schema, y)
    group = row_groups(_x(features))
    repeated = float(np.mean(np.bincount(group)[group] > 1))
    several = schema.link is Link.SIGMOID
    few = tuple(table_warnings(len(y), counts, int(group.max()) + 1, several=several))
    return Description(len(y), columns, tuple(targets), counts, repeated, few)


def _with_names(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame with texts as names of its columns, and its rows numbered."""
    if frame.columns.nlevels > 1:
        raise DataError(
            f"{name}: its columns have {frame.columns.nlevels} names each (a MultiIndex); "
            "give each column one name"
        )
    frame = frame.set_axis([str(c) for c in frame.columns], axis=1)
    return frame.set_axis(range(len(frame)), axis=0)


def _schema(features: Sequence[Feature], names: list[str], target: str | Sequence[str]) -> Schema:
    single = isinstance(target, str)
    cardinality = np.array([len(f.taken.levels) for f in features])
    return Schema(
        (len(features),),
        (len(names),),
        Link.SOFTMAX if single else Link.SIGMOID,
        np.array([f.is_number for f in features]),
        cardinality,
        tuple(f.name for f in features),
        classes=tuple(names),
        missing=any(bool(np.isnan(f.taken.values).any()) for f in features),
        levels=tuple(f.taken.levels for f in features),
        dtypes=tuple(f.taken.dtype for f in features),
        target=str(target) if single else "",
    )


def _missing_words(notes: Notes, columns: Sequence[str]) -> dict[str, int]:
    """Each word that means missing, with the cells of these columns that held it."""
    counts = dict.fromkeys(notes.words, 0)
    for column in columns:
        for word, n in notes.emptied.get(column, {}).items():
            counts[word] += n
    return counts


def _repeated_ids(frame: pd.DataFrame, ids: Sequence[str]) -> list[str]:
    return [
        f"id {c!r} names {frame[c].nunique():,} of {len(frame):,} rows: those of one id may stand "
        "on both sides of a split; mark test rows of your own with test=COLUMN"
        for c in ids
        if frame[c].duplicated().any()
    ]


def _labels(
    frame: pd.DataFrame,
    target: str | Sequence[str],
    official: Array | None,
    positive: str | None,
    classes: Sequence[str] | None,
    notes: Notes,
    name: str,
) -> tuple[Array, list[str], list[str]]:
    """Labels as in `Rows.y`, the names of the outputs, and what to tell of them."""
    if isinstance(target, str):
        emptied = notes.emptied.get(target, {})
        y, names, told = class_labels(frame[target], positive, classes, name, emptied)
        check_counts(y, names, official, f"{name}: target {target!r}")
        said = (*notes.told.get(target, ()), *told, *spellings(names))
        return y, names, [f"target {target!r} {words}" for words in said]
    if positive is not None or classes is not None:
        raise DataError(f"{name}: positive and classes go with one target column, not with several")
    return multi_labels(frame, list(target), name, notes.emptied), list(target), []


def _feature_columns(
    frame: pd.DataFrame, others: set[str], test: str | Array | None, name: str
) -> list[str]:
    """The columns that are neither targets, dropped nor the mark of test rows."""
    marks = {test} if isinstance(test, str) else set()
    columns = [c for c in frame.columns if c not in others | marks]
    if not columns:
        raise DataError(f"{name}: no columns are left beside the target; a table needs features")
    return columns


def _check_columns(
    frame: pd.DataFrame,
    targets: Sequence[str],
    test: str | Array | None,
    others: Mapping[str, Sequence[str]],
    name: str,
) -> None:
    has = list(frame.columns)
    if not len(frame):
        raise DataError(f"{name}: the table has no rows")
    if twice := sorted({c for c in has if has.count(c) > 1}):
        raise DataError(f"{name}: two columns are called {twice[0]!r}; column names must differ")
    if not targets:
        raise DataError(f"{name}: no target columns are named; name one or more")
    marks = [test] if isinstance(test, str) else []
    roles = {"target": targets, "test": marks, **others}
    for role, columns in roles.items():
        for column in columns:
            if column not in has:
                raise DataError(f"{name}: no {role} column {column!r}; {near(column, has)}")
    taken = [*targets, *marks, *others["drop"], *others["ids"]]
    if twice := sorted({c for c in taken if taken.count(c) > 1}):
        raise DataError(
            f"{name}: column {twice[0]!r} is named more than once among target, test, drop and "
            "ids; name it once"
        )
    for column in has:
        if column not in taken and re.fullmatch(r"\s*|Unnamed: \d+", column):
            raise DataError(
                f"{name}: column {column!r} has no name, as a saved row index has none; "
                f"name it or leave it out with drop=[{show(column)}]"
            )


def _test_rows(frame: pd.DataFrame, test: str | Array | None, name: str) -> Array | None:
    import pandas as pd

    if test is None:
        return None
    where = f"{name}: test column {test!r}" if isinstance(test, str) else f"{name}: the test marks"
    marks = frame[test] if isinstance(test, str) else np.asarray(test)
    if marks.shape != (len(frame),):
        raise DataError(f"{where} have shape {marks.shape}; must be ({len(frame)},), one a row")
    official = flags(pd.Series(marks), PARTS, where)
    if official.all() or not official.any():
        every = "every row" if official.all() else "no row"
        raise DataError(f"{where}: marks {every} as test; there must be training and test rows")
    return official


def _without_constant(
    features: list[Feature], constant: Literal["refuse", "keep", "drop"], name: str
) -> tuple[list[Feature], list[str]]:
    """The features without those of one value, where they are to be dropped, and what to tell. A
    missing value is a value here."""
    found = [f.name for f in features if f.is_constant]
    if not found or constant == "keep":
        return features, []
    shown = ", ".join(map(show, found))
    kind = "columns hold" if len(found) > 1 else f"column {found[0]!r} holds"
    if constant == "refuse":
        raise DataError(
            f"{name}: {kind} one value in all rows; leave it out with drop=[{shown}], "
            "or with constant=drop, or allow it with constant=keep"
        )
    left = [f for f in features if not f.is_constant]
    if not left:
        raise DataError(f"{name}: every column holds one value in all rows; a table needs features")
    several = len(found) > 1
    said = f"columns {shown} hold" if several else kind
    return left, [f"{said} one value in all rows and {'are' if several else 'is'} left out"]
