"""What a fitted model shows of the categories that it was fitted on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tscbench import DataError, Schema

WITHIN = ("best_estimator_", "calibrated_classifiers_", "estimators_", "estimator_", "estimator")
"""Where models keep those that they are made of, which are given the same columns."""

SILENT = ("sklearn", "lightgbm", "xgboost")
"""Libraries whose models, where no encoder shows text, have seen numbers."""


@dataclass(frozen=True)
class Known:
    """The categories of one column, and whether the model wants it as a pandas category."""

    column: str
    values: tuple[Any, ...]
    as_category: bool = False


def shown(model: Any, columns: Sequence[str] | None) -> Iterator[Known]:
    """The categories of every encoder that is reached by columns as they came.

    columns: what the model is given; None behind a step that makes others of them.
    """
    if columns is None or model is None or isinstance(model, str):
        return
    steps = getattr(model, "steps", None)
    if steps is not None:
        for _, step in steps:
            yield from shown(step, columns)
            columns = _behind(step, columns)
    elif hasattr(model, "transformers_"):
        for _, part, chosen in model.transformers_:
            yield from shown(part, _chosen(columns, chosen))
    elif hasattr(model, "booster_"):
        yield from _lightgbm(model.booster_, columns)
    elif hasattr(model, "get_booster"):
        yield from _xgboost(model.get_booster(), columns)
    elif getattr(model, "is_categorical_", None) is not None:
        mask = model.is_categorical_
        encoder = model._preprocessor.named_transformers_["encoder"]
        for name, values in zip(np.array(columns)[mask], encoder.categories_, strict=True):
            yield Known(str(name), _plain(values), as_category=True)
    elif columns and len(getattr(model, "categories_", ())) == len(columns):
        for name, values in zip(columns, model.categories_, strict=True):
            yield Known(name, _plain(values))
    else:
        for inner in _within(model):
            yield from shown(inner, columns)


def is_opaque(model: Any) -> bool:
    """Whether code of somebody else's, or one that hides what it saw, is in a model."""
    name = type(model).__name__
    if name == "FunctionTransformer" or not type(model).__module__.startswith(SILENT):
        return True
    parts = [step for _, step in getattr(model, "steps", ())]
    parts += [part for _, part, _ in getattr(model, "transformers_", ())]
    inner = [p for p in (*parts, *_within(model)) if p is not None and not isinstance(p, str)]
    return any(is_opaque(part) for part in inner)


def pipeline_in(model: Any) -> Any:
    """The pipeline within a search or a wrapper; else the model itself."""
    inner = model
    while inner is not None and not hasattr(inner, "steps"):
        inner = next(iter(_within(inner)), None)
    return model if inner is None else inner


def saw_levels(known: Sequence[Known], schema: Schema) -> bool | None:
    """Whether the model was fitted on levels, True, or their codes, False; None where what it
    shows is neither, or both.

    Raises:
        DataError: it knows other categories, or levels of one column and codes of another.
    """
    votes: dict[bool, str] = {}
    for one in known:
        levels = levels_of(one.column, schema)
        if not levels or _are_codes(levels):
            continue
        values, codes = set(one.values), set(range(len(levels)))
        named, coded = len(values & set(levels)), len(values & codes)
        if not named and not coded:
            raise DataError(
                f"its column {one.column!r} knows the categories {_some(one.values)}, and the "
                f"dataset's are {_some(levels)}; train it on the same"
            )
        if named != coded:
            votes.setdefault(named > coded, one.column)
    if len(votes) > 1:
        raise DataError(
            f"it was fitted on levels of {votes[True]!r} and on codes of {votes[False]!r}; "
            "train it on the levels of all columns"
        )
    return next(iter(votes), None)


def levels_of(column: str, schema: Schema) -> tuple[Any, ...]:
    """The levels of a column; none of a numeric one."""
    return schema.levels[schema.columns.index(column)] if schema.levels else ()


def differ(columns: Sequence[str], schema: Schema) -> list[str]:
    """The columns whose levels are not their codes."""
    found = [(name, levels_of(name, schema)) for name in columns]
    return [name for name, levels in found if levels and not _are_codes(levels)]


def _are_codes(levels: Sequence[Any]) -> bool:
    return list(levels) == list(range(len(levels)))


def _behind(step: Any, columns: Sequence[str] | None) -> Sequence[str] | None:
    """The columns behind a step that keeps them, as imputers and scalers do."""
    if step is None or isinstance(step, str):
        return columns
    kept = type(step).__module__.startswith(("sklearn.impute", "sklearn.preprocessing._data"))
    return columns if kept and not getattr(step, "add_indicator", False) else None


def _chosen(columns: Sequence[str], chosen: Any) -> list[str] | None:
    """The columns that a part of a ColumnTransformer takes."""
    if isinstance(chosen, str):
        chosen = [chosen]
    if not isinstance(chosen, slice):
        chosen = list(chosen)
        if chosen and isinstance(chosen[0], str):
            return [str(name) for name in chosen]
    return [str(name) for name in np.array(columns, object)[chosen]] if columns else None


def _within(model: Any) -> Iterator[Any]:
    for name in WITHIN:
        found = getattr(model, name, None)
        if found is not None and not isinstance(found, str):
            several = found.ravel() if isinstance(found, np.ndarray) else found
            yield from several if isinstance(several, list | np.ndarray) else [several]
            return


def _lightgbm(booster: Any, columns: Sequence[str]) -> Iterator[Known]:
    at = booster.params.get("categorical_column") or []
    categories = booster.pandas_categorical or []
    if len(at) == len(categories):
        for i, values in zip(at, categories, strict=True):
            yield Known(columns[i], _plain(values), as_category=True)


def _xgboost(booster: Any, columns: Sequence[str]) -> Iterator[Known]:
    if "c" not in (booster.feature_types or ()) or not hasattr(booster, "get_categories"):
        return
    for name, values in booster.get_categories(export_to_arrow=True).to_arrow():
        if values is not None:
            at = list(booster.feature_names).index(name)
            yield Known(columns[at], tuple(values.to_pylist()), as_category=True)


def _plain(values: Any) -> tuple[Any, ...]:
    """Categories without the missing one, as Python has them."""
    found = np.asarray(values, dtype=object).tolist()
    return tuple(v for v in found if v is not None and v == v)


def _some(values: Sequence[Any]) -> str:
    more = ", …" if len(values) > 6 else ""
    return ", ".join(repr(v) for v in values[:6]) + more
