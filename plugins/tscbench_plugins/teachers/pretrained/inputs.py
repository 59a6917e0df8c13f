"""From rows of codes to what a fitted model takes: an array, or the frame it was fitted on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tscbench import Array, DataError, Schema
from tscbench.tabular import estimator_needs, to_frame
from tscbench_plugins.teachers.pretrained.shown import (
    differ,
    is_opaque,
    pipeline_in,
    saw_levels,
    shown,
)


def model_inputs(model: Any, schema: Schema, categories: str) -> Callable[[Array], Any]:
    """From a block of x to what the model takes: a data frame where it knows its columns' names.

    Raises:
        DataError: it takes other columns, or does not show what it was fitted on.
    """
    if schema.missing and "complete" in estimator_needs(pipeline_in(model)):
        raise DataError("cannot take missing values, which the dataset has; put an imputer into it")
    d = int(np.prod(schema.inputs))
    names = _names(model, schema)
    takes = getattr(model, "n_features_in_", d)
    if names is None and takes != d:
        raise DataError(f"takes {takes} columns, and the dataset has {d}; train it on the same")
    columns = list(schema.columns) if names is None else _matched(names, schema)
    known = list(shown(model, columns))
    levels = _levels(model, known, columns, schema, categories, named=names is not None)
    if names is None and not levels:
        return lambda block: block.astype(np.float64)
    wanted = {one.column: one.values for one in known if one.as_category}

    def inputs(block: Array) -> Any:
        import pandas as pd

        if levels:
            frame = to_frame(block, schema)[columns]
        else:
            frame = pd.DataFrame(block.astype(np.float64), columns=list(schema.columns))[columns]
        for name, values in wanted.items():
            frame[name] = pd.Categorical(frame[name], categories=list(values))
        return frame.to_numpy(object) if names is None else frame.set_axis(names, axis=1)

    return inputs


def made_up_rows(schema: Schema) -> Array:
    """Rows `(2, d)` that data of this schema may have: zeros and ones, first and last levels."""
    d = int(np.prod(schema.inputs))
    last = np.ones(d) if not len(schema.numeric) else np.where(schema.numeric, 1, -1)
    if len(schema.cardinality):
        last = np.where(last < 0, np.maximum(schema.cardinality - 1, 0), last)
    return np.stack([np.zeros(d), last.astype(np.float64)])


def _names(model: Any, schema: Schema) -> list[str] | None:
    """The names of the columns that a model was fitted on; CatBoost makes some up where it knows
    none."""
    names = getattr(model, "feature_names_in_", None)
    if names is None:
        made = getattr(model, "feature_names_", None)
        names = made if made is not None and set(made) <= set(schema.columns) else None
    return None if names is None else [str(name) for name in names]


def _matched(names: Sequence[str], schema: Schema) -> list[str]:
    """The dataset's column for each name: letter by letter, else but for blanks, which some
    libraries write as underscores."""
    bare: dict[str, list[str]] = {}
    for column in schema.columns:
        bare.setdefault("_".join(column.split()), []).append(column)
    found = []
    for name in names:
        close = [name] if name in schema.columns else bare.get("_".join(name.split()), [])
        if len(close) != 1:
            raise DataError(
                f"takes a column {name!r}, and the dataset has {', '.join(schema.columns)}; "
                "train it on these, or without names"
            )
        found += close
    return found


def _levels(
    model: Any,
    known: Sequence[Any],
    columns: Sequence[str],
    schema: Schema,
    categories: str,
    *,
    named: bool,
) -> bool:
    """Whether a model is given levels, rather than codes."""
    if categories != "auto":
        return categories == "levels"
    seen = saw_levels(known, schema)
    if seen is not None:
        return seen
    unlike = differ(columns, schema)
    if not unlike or not named:
        return named
    texts = [c for c in unlike if isinstance(schema.levels[schema.columns.index(c)][0], str)]
    if not texts or is_opaque(model):
        raise DataError(
            f"does not show whether its column {(texts or unlike)[0]!r} held levels or codes; say "
            "categories=levels, if it was fitted on the table as it is, or categories=codes"
        )
    return False
