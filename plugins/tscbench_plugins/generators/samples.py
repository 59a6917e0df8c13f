"""Samples: synthetic rows that somebody made elsewhere, read from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tscbench import Array, DataError, Link, Rng, Sampler, Schema, generator
from tscbench.tabular import read_table, to_labels, to_rows


def _offers(params: Mapping[str, Any]) -> set[str]:
    return {"class_labels"} if params["labels"] else set()


def _check(params: Mapping[str, Any], schema: Schema) -> str:
    """Why the file cannot serve data of this schema."""
    try:
        _read(schema, **params)
    except DataError as error:
        return str(error)
    return ""


@generator(
    source="rows supplied by the user",
    needs={"tabular"},
    offers=_offers,
    check=_check,
    requires=("pandas",),
)
def samples(
    schema: Schema,
    *,
    path: Path,
    labels: bool = False,
    codes: bool = False,
    missing: tuple[str, ...] = (),
) -> Sampler:
    """Rows of a file in random order.

    Cells are as the dataset's own table has them: numbers in its units, levels by their names,
    missing values empty. Each row is used once before any is used again over all synthetic rows of
    a mix, which goes through the file as often as it must, in another order each time and for each
    seed. A mix `stream` goes through it anew for each block that it draws.

    Args:
        path: a table (.csv, .tsv, .parquet) with a column for each column of the dataset, in any
            order, others being ignored; or an .npz with an array `x` of shape (rows, columns),
            levels as codes 0…c-1.
        labels: whether classes come with the rows: by name in a column called as the dataset's
            target, or `label` where neither that nor such a feature is there; codes in an array
            `y`; for several labels a column for each, named by it, or an array `y` of shape
            (rows, labels).
        codes: whether the table holds levels and classes as codes 0…c-1 in place of their names;
            codes that cannot be names are taken without it.
        missing: texts that stand for a missing value, besides empty cells.

    Raises:
        DataError: if the file does not hold such rows.
    """
    x, y = _read(schema, path, labels, codes, missing)

    def block(i: int, n: int, rng: Rng) -> Array | tuple[Array, Array]:
        passes = [rng.permutation(len(x)) for _ in range(-(-(i + 1) * n // len(x)))]
        index = np.concatenate([*passes, np.zeros(0, int)])[i * n : (i + 1) * n].astype(int)
        return x[index] if y is None else (x[index], y[index])

    return Sampler(lambda n, rng: block(0, n, rng), block=block)


def _read(
    schema: Schema, path: Path, labels: bool, codes: bool, missing: tuple[str, ...]
) -> tuple[Array, Array | None]:
    """x and y as `Rows` has them; y is None without labels."""
    if path.suffix.lower() == ".npz":
        x, y = _arrays(path, schema, labels)
    else:
        frame = read_table(path, missing=missing)
        x = to_rows(frame, schema, str(path), codes=codes)
        y = to_labels(frame, schema, str(path), codes=codes) if labels else None
    if not len(x):
        raise DataError(f"{path}: holds no rows; at least one is needed")
    if np.isnan(x).any() and not schema.missing:
        i, j = np.argwhere(np.isnan(x))[0]
        raise DataError(
            f"{path}: column {_name(schema, int(j))!r} is missing in row {i}, counting from 0, and "
            "nothing is missing in the dataset; fill it or leave the row out"
        )
    return x, y


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
    _check_rows(arrays[0], schema, path)
    return arrays[0], _classes(arrays[1], len(arrays[0]), schema, path) if labels else None


def _check_rows(x: Array, schema: Schema, path: Path) -> None:
    d = schema.inputs[0]
    if x.ndim != 2 or x.shape[1] != d:
        raise DataError(f"{path}: x has shape {x.shape}; must be (rows, {d})")
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
    y = y if several else np.where(y == -1, np.nan, y)
    if len(wrong := _not_codes(y[~np.isnan(y)], levels)):
        raise DataError(f"{path}: the labels hold {wrong[0]:g}; their codes are 0 to {levels - 1}")
    return y if several else np.where(np.isnan(y), -1, y).astype(int)


def _not_codes(values: Array, levels: int) -> Array:
    return values[~np.isin(values, np.arange(levels))]


def _name(schema: Schema, j: int) -> str:
    return schema.columns[j] if schema.columns else f"x[:, {j}]"
