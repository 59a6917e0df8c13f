"""Rows as tables that people open: original names and levels, and the labels beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tscbench.contracts.errors import DataError, SpecError
from tscbench.contracts.types import Array, Link, Rows, Sampler, Schema
from tscbench.line.store import write_whole
from tscbench.tabular.exchange import class_names, column_names, to_frame

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".csv", ".parquet")


def rows_frame(rows: Rows, schema: Schema) -> pd.DataFrame:
    """Rows as the user's table has them, by their ids, with the labels under the target's name.

    Raises:
        DataError: images.
    """
    frame = _table(rows.x, schema)
    frame.index = rows.id
    return frame if rows.y is None else _with_labels(frame, rows.y, schema)


def drawn_frame(sampler: Sampler, n: int, schema: Schema) -> pd.DataFrame:
    """The first n rows of a generator, with labels where it is class-conditional.

    Raises:
        DataError: images.
    """
    drawn = sampler.sample(n, np.random.default_rng(0))
    x, y = drawn if isinstance(drawn, tuple) else (drawn, None)
    frame = _table(x, schema)
    return frame if y is None else _with_labels(frame, y, schema)


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Writes a table, whole or not at all, as its name says.

    Raises:
        SpecError: no such format.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise SpecError(f"{path}: a table's name must end in {' or '.join(SUFFIXES)}")
    if path.suffix.lower() == ".parquet":
        write_whole(path, lambda file: frame.to_parquet(file, index=False))
    else:
        write_whole(path, lambda file: file.write(frame.to_csv(index=False).encode()))


def _table(x: Array, schema: Schema) -> pd.DataFrame:
    if x.ndim != 2:
        raise DataError("the rows are images, and a table has no place for them")
    return to_frame(x, schema)


def _with_labels(frame: pd.DataFrame, y: Array, schema: Schema) -> pd.DataFrame:
    names = class_names(schema)
    if schema.link is Link.SIGMOID:
        return frame.assign(**dict(zip(names, y.T, strict=True)))
    target = schema.target or "label"
    if target in column_names(schema):
        raise DataError(f"a column is called {target!r}, as the labels would be; rename it")
    cells = np.array([*names, None], object)[np.where(y < 0, len(names), y)]
    return frame.assign(**{target: cells})
