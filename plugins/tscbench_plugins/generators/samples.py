"""Samples: synthetic rows that somebody made elsewhere, read from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tscbench import Array, DataError, Link, Rng, Sampler, Schema, generator
from tscbench.tabular import read_table


def _offers(params: Mapping[str, Any]) -> set[str]:
    return {"class_labels"} if params["labels"] else set()


@generator(
    source="rows supplied by the user", needs={"tabular"}, offers=_offers, requires=("pandas",)
)
def samples(schema: Schema, *, path: Path, labels: bool = False) -> Sampler:
    """Rows of a file in random order; each is used once before any is used again.

    Cells are as `Rows.x` has them: numbers in the data's own units, levels as codes 0…c-1, missing
    values empty. That holds over all synthetic rows of a mix, which goes through the file as often
    as it must, in another order each time and for each seed. A mix `stream` goes through it anew
    for each block that it draws.

    Args:
        path: a table (.csv, .tsv, .parquet) with a column for each column of the dataset, in any
            order, others being ignored; or an .npz with an array `x` of shape (rows, columns).
        labels: whether classes come with the rows: codes in a column `label` or an array `y`; for
            several labels a column for each, named by it, or an array `y` of shape (rows, labels).

    Raises:
        DataError: if the file does not hold such rows.
    """
    x, y = (_arrays if path.suffix.lower() == ".npz" else _table)(path, schema, labels)
    _check_rows(x, schema, path)
    if y is not None:
        y = _classes(y, len(x), schema, path)

    def block(i: int, n: int, rng: Rng) -> Array | tuple[Array, Array]:
        passes = [rng.permutation(len(x)) for _ in range(-(-(i + 1) * n // len(x)))]
        index = np.concatenate([*passes, np.zeros(0, int)])[i * n : (i + 1) * n].astype(int)
        return x[index] if y is None else (x[index], y[index])

    return Sampler(lambda n, rng: block(0, n, rng), block=block)


def _table(path: Path, schema: Schema, labels: bool) -> tuple[Array, Array | None]:
    """Columns of a text or parquet table by their names."""
    import pandas as pd

    frame = read_table(path)
    frame = frame.set_axis([str(name).strip() for name in frame.columns], axis=1)
    several = schema.link is Link.SIGMOID
    targets = (schema.classes if several else ("label",)) if labels else ()
    wanted = [*schema.columns, *targets]
    if missing := [name for name in wanted if name not in frame.columns]:
        raise DataError(
            f"{path}: no column {missing[0]!r}{_others(missing)}; it must have "
            f"{', '.join(wanted)} (has: {', '.join(frame.columns) or 'none'})"
        )
    if twice := [name for name in wanted if list(frame.columns).count(name) > 1]:
        raise DataError(f"{path}: column {twice[0]!r} is there twice; leave one out")
    for name in wanted:
        numbers = pd.to_numeric(frame[name], errors="coerce")
        if (wrong := numbers.isna() & frame[name].notna()).any():
            raise DataError(
                f"{path}: column {name!r} holds {frame.loc[wrong, name].iloc[0]!r}, which is no "
                "number; levels and classes are written as their codes 0, 1, …"
            )
        frame[name] = numbers
    x = frame[list(schema.columns)].to_numpy(float, na_value=np.nan)
    if not labels:
        return x, None
    y = frame[list(targets)].to_numpy(float, na_value=np.nan)
    return x, y if several else y[:, 0]


def _arrays(path: Path, schema: Schema, labels: bool) -> tuple[Array, Array | None]:
    """The arrays `x` and `y` of an .npz."""
    wanted = ("x", "y") if labels else ("x",)
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            has = file.files
            arrays = [np.asarray(file[name], float) for name in wanted if name in has]
    except Exception as error:  # numpy and zipfile have errors of their own
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise DataError(f"{path}: is not an .npz of numbers ({what}); save it anew") from error
    if missing := [name for name in wanted if name not in has]:
        raise DataError(f"{path}: no array {missing[0]!r} (has: {', '.join(has) or 'none'})")
    return arrays[0], arrays[1] if labels else None


def _check_rows(x: Array, schema: Schema, path: Path) -> None:
    d = schema.inputs[0]
    if x.ndim != 2 or x.shape[1] != d:
        raise DataError(f"{path}: x has shape {x.shape}; must be (rows, {d})")
    if not len(x):
        raise DataError(f"{path}: holds no rows; at least one is needed")
    for j in range(d):
        name, values = _name(schema, j), x[~np.isnan(x[:, j]), j]
        if np.isinf(values).any():
            raise DataError(f"{path}: column {name!r} holds an infinite value; leave it empty")
        levels = int(schema.cardinality[j])
        if not schema.numeric[j] and len(wrong := _not_codes(values, levels)):
            raise DataError(
                f"{path}: column {name!r} holds {wrong[0]:g}; its codes are 0 to {levels - 1}"
            )


def _classes(y: Array, n: int, schema: Schema, path: Path) -> Array:
    """Labels as `Rows.y` has them; empty ones are unknown."""
    several = schema.link is Link.SIGMOID
    shape = (n, *schema.outputs) if several else (n,)
    if y.shape != shape:
        raise DataError(f"{path}: the labels have shape {y.shape}; must be {shape}")
    levels = 2 if several else schema.outputs[0]
    if len(wrong := _not_codes(y[~np.isnan(y)], levels)):
        raise DataError(f"{path}: the labels hold {wrong[0]:g}; their codes are 0 to {levels - 1}")
    return y if several else np.where(np.isnan(y), -1, y).astype(int)


def _not_codes(values: Array, levels: int) -> Array:
    return values[~np.isin(values, np.arange(levels))]


def _name(schema: Schema, j: int) -> str:
    return schema.columns[j] if schema.columns else f"x[:, {j}]"


def _others(missing: list[str]) -> str:
    return f" and {len(missing) - 1} more" if len(missing) > 1 else ""
