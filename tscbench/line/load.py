"""Data as its plugin gives it, checked."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.errors import ContractError, DataError, TscbenchError
from tscbench.contracts.failures import sentence
from tscbench.contracts.types import Array, Data, Link, Schema
from tscbench.line.fetch import Fetch
from tscbench.line.keys import stream
from tscbench.registry import Bound
from tscbench.tabular.columns import SINGLE_MAX


def load_data(dataset: Bound, fetch: Fetch) -> Data:
    """Step 1. The dataset as its plugin gives it, checked.

    Raises:
        Unavailable, DataError: from the plugin, or of what it gave; of what else it raises, where.
        ContractError: the plugin breaks its contract.
    """
    try:
        data = dataset(fetch=fetch, rng=stream("data"))
    except TscbenchError:
        raise
    except Exception as error:
        raise DataError(sentence(error, [dataset.plugin], f"dataset {dataset}")) from error
    if not isinstance(data, Data):
        raise ContractError(f"dataset {dataset}: returned {type(data).__name__}, not Data")
    rows = data.rows
    if len(rows) == 0:
        raise DataError(f"dataset {dataset}: it has no rows")
    if rows.x.shape[1:] != data.schema.inputs:
        raise ContractError(
            f"dataset {dataset}: x is {rows.x.shape}, the schema says (n, {data.schema.inputs})"
        )
    seen = () if rows.privileged is None else rows.privileged.shape[1:]
    if seen != data.schema.privileged:
        raise ContractError(
            f"dataset {dataset}: rows.privileged is (n, {seen}), the schema says privileged="
            f"{data.schema.privileged}; make them agree"
        )
    if len(np.unique(rows.id)) != len(rows):
        raise ContractError(f"dataset {dataset}: row ids are not unique")
    if rows.x.dtype.kind == "f":
        _check_range(dataset, rows.x, data.schema)
    if rows.y is not None and rows.y.ndim == 1 and data.schema.link is Link.SOFTMAX:
        _check_classes(dataset, rows.y, data.schema)
    return data


def _check_range(dataset: Bound, x: Array, schema: Schema) -> None:
    if not (np.abs(x) > SINGLE_MAX).any():
        return
    row, *place = (int(i) for i in np.argwhere(np.abs(x) > SINGLE_MAX)[0])
    column = schema.columns[place[0]] if schema.columns else place[0]
    value = x[(row, *place)]
    holds = "infinite values" if np.isinf(value) else f"{value:g}"
    raise DataError(
        f"dataset {dataset}: column {column!r} holds {holds} (row {row}, counting from 0); numbers "
        f"must lie within ±{SINGLE_MAX:.1e}, as models compute in single precision: take it in "
        "another unit, take its logarithm, clip it, or drop those rows"
    )


def _check_classes(dataset: Bound, y: Array, schema: Schema) -> None:
    counts = np.bincount(y[y >= 0].astype(int), minlength=schema.outputs[0])
    if counts.min() < 2:
        worst = int(counts.argmin())
        name = schema.classes[worst] if schema.classes else worst
        raise DataError(
            f"dataset {dataset}: class {name!r} has {counts[worst]} row(s); "
            "each class needs two or more, so leave it out or join it with another"
        )
