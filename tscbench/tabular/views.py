"""A second view of rows: what teachers alone may read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array, Data, Rows, Schema
from tscbench.tabular.votes import flat


def with_second_view(data: Data, privileged: Array, name: str = "data") -> Data:
    """The same data with a second input `(n, …)` float64 of each row, for teachers alone.

    Raises:
        DataError: it has another length than the rows, or is not finite.
    """
    if len(privileged) != len(data.rows):
        came = f"the second view has {len(privileged)} rows, and the first {len(data.rows)}"
        raise DataError(f"{name}: {came}; both must be of the same rows in the same order")
    seen = np.ascontiguousarray(privileged, dtype=np.float64)
    if not np.isfinite(seen).all():
        raise DataError(f"{name}: the second view holds values that are not finite; fill them")
    schema = replace(data.schema, privileged=seen.shape[1:])
    return replace(data, schema=schema, rows=replace(data.rows, privileged=seen))


def take_columns(data: Data, columns: Array) -> Data:
    """A table with these columns alone, positions or a mask, in their order."""
    schema = data.schema
    at = np.arange(schema.inputs[0])[columns]

    def few(values: tuple) -> tuple:  # type: ignore[type-arg]
        return tuple(values[j] for j in at) if values else ()

    made = replace(
        schema,
        inputs=(len(at),),
        numeric=schema.numeric[at],
        cardinality=schema.cardinality[at],
        columns=few(schema.columns),
        levels=few(schema.levels),
        dtypes=few(schema.dtypes),
        missing=bool(np.isnan(data.rows.x[:, at]).any()),
    )
    table = data.table and replace(data.table, columns=few(data.table.columns))
    filled = None if data.mean_filled is None else data.mean_filled[at]
    x = np.ascontiguousarray(data.rows.x[:, at])
    rows = replace(data.rows, x=x)
    return replace(data, schema=made, rows=rows, table=table, mean_filled=filled)


def numeric_schema(schema: Schema, n_columns: int) -> Schema:
    """The schema of as many numeric columns without missing values, with the same outputs."""
    return Schema(
        (n_columns,),
        schema.outputs,
        schema.link,
        numeric=np.ones(n_columns, bool),
        cardinality=np.zeros(n_columns, int),
        columns=tuple(f"c{j}" for j in range(n_columns)),
        classes=schema.classes,
    )


def joined_views(rows: Rows, how: str) -> Array:
    """One table `(m, c)` of both views, flattened: `concatenate`, `product` of numbers in the same
    places, or the second one `alone`.

    Raises:
        DataError: there is no second view, or a product of different widths.
    """
    if rows.privileged is None:
        raise DataError("these rows have no second view; a teacher that reads it cannot answer")
    x = flat(rows.x).astype(np.float64)
    z = flat(rows.privileged)
    if how == "concatenate":
        return np.concatenate([x, z], axis=1)
    if how == "alone":
        return np.ascontiguousarray(z)
    if x.shape[1] != z.shape[1]:
        raise DataError(
            f"a product of {x.shape[1]} and {z.shape[1]} numbers; both views must have as many: "
            "give join=concatenate"
        )
    return np.asarray(x * z)
