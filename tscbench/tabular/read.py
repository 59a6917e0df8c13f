"""A table from a file: comma or tab separated text, parquet, or numpy arrays."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array

if TYPE_CHECKING:
    import pandas as pd

_KINDS = {".csv": "text", ".tsv": "text", ".parquet": "parquet", ".npz": "a zip of arrays"}
_STARTS = {b"PAR1": "parquet", b"PK\x03\x04": "a zip of arrays", b"\x1f\x8b": "gzip"}


def read_table(path: Path, *, missing: Sequence[str] = ()) -> pd.DataFrame:
    """The table in a `.csv`, `.tsv`, `.parquet` or `.npz` file, which is only read.

    Of an `.npz` the arrays `x (n, d)`, `y (n,)` or `(n, k)` and, if there, `test (n,)` become the
    columns `x0…`, `target` or `target0…`, and `test`; `x_train, y_train, x_test, y_test` will also
    do. missing: texts that stand for no value, besides those that pandas knows (NA, null, …).

    Raises:
        DataError: it is no such file, cannot be read, or is not what its name says.
    """
    import pandas as pd

    suffix = path.suffix.lower()
    if suffix not in _KINDS:
        raise DataError(f"{path}: a file name must end in {', '.join(_KINDS)}, not {suffix!r}")
    head = _first_bytes(path)
    kind = next((k for start, k in _STARTS.items() if head.startswith(start)), "text")
    if kind == "text" and b"\0" in head:
        kind = "binary"
    if kind != _KINDS[suffix]:
        raise DataError(
            f"{path}: holds {kind}; a {suffix} file must hold {_KINDS[suffix]}: "
            "rename or convert it"
        )
    try:
        if suffix == ".parquet":
            return pd.read_parquet(path)
        if suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                return _from_arrays({key.lower(): arrays[key] for key in arrays.files}, path)
        return _read_text(path, suffix, missing)
    except DataError:
        raise
    except Exception as error:  # each reader has errors of its own
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise DataError(f"{path}: cannot be read as {suffix} ({what}); mend the file") from error


def _first_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise DataError(f"{path}: is a folder; name a file in it")
    if path.exists() and not path.is_file():
        raise DataError(f"{path}: is not a plain file; name a file")
    try:
        with path.open("rb") as stream:
            head = stream.read(65536)
    except OSError as error:
        raise DataError(f"{path}: cannot be opened ({error.strerror or error})") from error
    if not head:
        raise DataError(f"{path}: is empty; the file must hold a table")
    return head


def _read_text(path: Path, suffix: str, missing: Sequence[str]) -> pd.DataFrame:
    """Separated text. A semicolon or tab separates where the header has no comma."""
    import pandas as pd

    with path.open(encoding="utf-8-sig") as stream:
        header = stream.readline()
    separator = "\t" if suffix == ".tsv" else max(",;\t", key=header.count)
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # rows longer than the header
        return pd.read_csv(
            path,
            sep=separator,
            encoding="utf-8-sig",
            index_col=False,
            na_values=list(missing),
            skipinitialspace=True,
            low_memory=False,
        )


def _from_arrays(arrays: Mapping[str, Array], path: Path) -> pd.DataFrame:
    import pandas as pd

    x, y, test = _arrays(arrays, path)
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if x.ndim != 2 or y.ndim not in (1, 2) or len(x) != len(y):
        raise DataError(
            f"{path}: x has shape {x.shape} and y {y.shape}; must be (n, d) and (n,) or (n, k)"
        )
    frame = pd.DataFrame(x, columns=[f"x{j}" for j in range(x.shape[1])])
    targets = {"target": y} if y.ndim == 1 else {f"target{j}": c for j, c in enumerate(y.T)}
    marks = {} if test is None else {"test": test}
    for name, column in {**targets, **marks}.items():
        if column.shape != (len(x),):
            raise DataError(f"{path}: {name} has shape {column.shape}; must be ({len(x)},)")
        frame[name] = column
    return frame


def _arrays(arrays: Mapping[str, Array], path: Path) -> tuple[Array, Array, Array | None]:
    """x, y and the marks of the test rows."""
    if {"x", "y"} <= set(arrays):
        return arrays["x"], arrays["y"], arrays.get("test")
    if {"x_train", "y_train", "x_test", "y_test"} <= set(arrays):
        x = np.concatenate([arrays["x_train"], arrays["x_test"]])
        y = np.concatenate([arrays["y_train"], arrays["y_test"]])
        return x, y, np.arange(len(x)) >= len(arrays["x_train"])
    raise DataError(
        f"{path}: holds the arrays {', '.join(arrays) or 'none'}; there must be x and y, or "
        "x_train, y_train, x_test and y_test"
    )
