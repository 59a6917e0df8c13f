"""Datasets of images: `Data` from pixels, from a data frame of pixels, and from numpy files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array, Data, Rows, Schema

if TYPE_CHECKING:
    import pandas as pd


def image_data(
    x: Array, y: Array, classes: Sequence[str], *, name: str, test: Array | None = None
) -> Data:
    """`Data` of images `(n, c, h, w)` uint8 with classes y `(n,)`, codes 0…k-1 of `classes`.

    test: `(n,)` bool, the official test rows. name: what messages call the dataset.

    Raises:
        DataError: arrays of another shape or type, or codes of no class.
    """
    if x.ndim != 4 or x.dtype != np.uint8 or not len(x):
        came = f"images of shape {x.shape} and type {x.dtype}"
        raise DataError(f"{name}: {came}; they must be (n, c, h, w), n ≥ 1, uint8")
    for what, array in (("classes", y), ("test", test)):
        if array is not None and array.shape != (len(x),):
            raise DataError(f"{name}: {what} has shape {array.shape}; it must be ({len(x)},)")
    y = y.astype(np.int64)
    if y.min() < 0 or y.max() >= len(classes):
        wrong = y.min() if y.min() < 0 else y.max()
        raise DataError(f"{name}: class {wrong}; it must be one of 0 to {len(classes) - 1}")
    schema = Schema(x.shape[1:], (len(classes),), classes=tuple(classes), modality="images")
    marks = None if test is None else test.astype(bool)
    return Data(schema, Rows(np.ascontiguousarray(x), y, np.arange(len(x))), marks)


def pixels_of_frame(
    frame: pd.DataFrame, target: str, shape: tuple[int, ...], classes: Sequence[str], *, name: str
) -> tuple[Array, Array]:
    """Images `(n, *shape)` uint8 and classes `(n,)` of a frame with a column for each pixel.

    classes: their names; the column `target` holds these, or their codes 0…k-1.

    Raises:
        DataError: another number of columns, pixels that are not 0…255, or an unknown class.
    """
    if target not in frame:
        raise DataError(f"{name}: no column {target!r}; it must hold the class of each image")
    pixels = frame.drop(columns=target)
    if pixels.shape[1] != np.prod(shape):
        raise DataError(
            f"{name}: {pixels.shape[1]} columns of pixels; images {shape} have {np.prod(shape)}"
        )
    values = pixels.to_numpy()
    if values.dtype != np.uint8:
        whole = values.astype(np.uint8)
        if (whole != values).any():
            raise DataError(f"{name}: holds pixels that are no whole numbers from 0 to 255")
        values = whole
    codes = {**{str(code): code for code in range(len(classes))}, **_codes(classes)}
    y = frame[target].astype("str").map(codes)
    if y.isna().any():
        unknown = frame.loc[y.isna(), target].iloc[0]
        raise DataError(f"{name}: class {unknown!r}; it must be one of {', '.join(classes)}")
    return np.ascontiguousarray(values).reshape(-1, *shape), y.to_numpy(np.int64)


def _codes(classes: Sequence[str]) -> dict[str, int]:
    return {name: code for code, name in enumerate(classes)}


def first_rows_train(y: Array, counts: Sequence[int], *, name: str) -> Array:
    """The official test rows, `(n,)` bool, of data whose official training rows come first.

    counts: rows of each class in the official training part, by which another order is noticed.

    Raises:
        DataError: the first rows are not those of the official training part.
    """
    n_train = sum(counts)
    found = np.bincount(y[:n_train], minlength=len(counts))
    if len(y) <= n_train or found.tolist() != list(counts):
        raise DataError(
            f"{name}: of its {len(y)} rows the first {n_train} have {found.tolist()} of each "
            f"class, and the official training part {list(counts)}; the rows must be all there and "
            "in the official order: get the data anew"
        )
    return np.arange(len(y)) >= n_train


def read_images(path: Path) -> dict[str, Array]:
    """The arrays of an .npz that holds images x `(n, c, h, w)` uint8 and their classes y `(n,)`.

    Raises:
        DataError: it is no such file.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except Exception as error:  # numpy and zipfile have errors of their own
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise DataError(f"{path}: is not an .npz of arrays ({what}); save it anew") from error
    if missing := [name for name in ("x", "y") if name not in arrays]:
        has = ", ".join(arrays) or "none"
        raise DataError(f"{path}: no array {missing[0]!r} (has: {has}); there must be x and y")
    return arrays
