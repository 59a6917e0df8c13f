"""A table from a file: separated text, parquet, or numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array
from tscbench.tabular.cells import MISSING
from tscbench.tabular.notes import NOTES, Notes
from tscbench.tabular.numerals import written
from tscbench.tabular.text import header_of, read_text
from tscbench.tabular.unpacked import check_unpacked

if TYPE_CHECKING:
    import pandas as pd

KINDS = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".csv.gz": "gzip",
    ".tsv.gz": "gzip",
    ".txt.gz": "gzip",
    ".parquet": "parquet",
    ".npz": "a zip of arrays",
}
"""What a file must hold, by the end of its name."""
_STARTS = {b"PAR1": "parquet", b"PK\x03\x04": "a zip of arrays", b"\x1f\x8b": "gzip"}


def read_table(
    path: Path,
    *,
    missing: Sequence[str] = MISSING,
    decimal: str = ".",
    encoding: str = "utf-8",
    codes: Sequence[str] = (),
) -> pd.DataFrame:
    """The table in a file, which is only read; see `read_text` for how text becomes values.

    Of an `.npz` the arrays `x (n, d)`, `y (n,)` or `(n, k)` and, if there, `test (n,)` become the
    columns `x0…`, `target` or `target0…`, and `test`; `x_train, y_train, x_test, y_test` will also
    do. missing: the words that stand for no value, in cells of other files too where they are not
    the usual ones; decimal: what divides whole from fraction in text. Of text files: encoding: how
    letters are written; codes: columns whose leading zeros count.

    Raises:
        DataError: it is no such file, cannot be read, or is not what its name says.
    """
    import pandas as pd

    suffix = suffix_of(path)
    if suffix not in KINDS:
        raise DataError(f"{path}: a file name must end in {', '.join(KINDS)}, not {path.suffix!r}")
    _check_start(_first_bytes(path), path, suffix)
    try:
        check_unpacked(path)
        if suffix == ".parquet":
            return _as_told(pd.read_parquet(path), missing, decimal)
        if suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                frame = _from_arrays({key.lower(): arrays[key] for key in arrays.files}, path)
            return _as_told(frame, missing, decimal)
        return read_text(path, missing=missing, decimal=decimal, encoding=encoding, codes=codes)
    except DataError:
        raise
    except Exception as error:  # each reader has errors of its own
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise DataError(f"{path}: cannot be read as {suffix} ({what}); mend the file") from error


def is_file_name(text: str) -> bool:
    """Whether a text names a file that can be read, and is no spec."""
    return "(" not in text and suffix_of(Path(text)) in KINDS


def columns_of(path: Path) -> list[str]:
    """The names of the columns of a table in a file."""
    if KINDS[suffix_of(path)] in ("text", "gzip"):
        return header_of(path)
    return [str(c) for c in read_table(path).columns]


def suffix_of(path: Path) -> str:
    """The end of a file's name, such as .csv or .csv.gz, in small letters."""
    name = path.name.lower()
    zipped = next((s for s in KINDS if s.endswith(".gz") and name.endswith(s)), None)
    return zipped or path.suffix.lower()


def _check_start(head: bytes, path: Path, suffix: str) -> None:
    """Refuses a file that is not what its name says."""
    kind = next((k for start, k in _STARTS.items() if head.startswith(start)), "text")
    if kind == "text" and b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        kind = "binary"
    if kind != KINDS[suffix]:
        raise DataError(
            f"{path}: holds {kind}; a {suffix} file must hold {KINDS[suffix]}: rename or convert it"
        )


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


def _as_told(frame: pd.DataFrame, missing: Sequence[str], decimal: str) -> pd.DataFrame:
    """A typed frame without the cells that hold one of the words for missing, or the number that a
    word writes, where words are named; with what was told of it."""
    words = () if tuple(missing) == MISSING else tuple(missing)
    notes = Notes(words, decimal)
    texts = {word: word for word in words}
    numbers = {n.value("."): word for word in words if (n := written(word)) and not n.unit}
    for name in frame.columns if words else ():
        column = frame[name]
        kind = column.dtype.kind
        found = column.astype(object).map(numbers if kind in "iuf" else texts)
        if found.notna().any():
            if kind in "iu":  # as floats they would lose digits
                column = column.astype("Int64" if kind == "i" else "UInt64")
            frame[name] = column.mask(found.notna())
            notes.emptied[str(name)] = found.value_counts().to_dict()
    frame.attrs[NOTES] = asdict(notes)
    return frame


def _from_arrays(arrays: Mapping[str, Array], path: Path) -> pd.DataFrame:
    import pandas as pd

    arrays = {name: a.astype(a.dtype.newbyteorder("=")) for name, a in arrays.items()}
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
