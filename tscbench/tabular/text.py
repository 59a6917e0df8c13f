"""Separated text as a frame: cells are read as text, and then typed."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Sequence
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tscbench.contracts.errors import DataError
from tscbench.tabular.cells import typed
from tscbench.tabular.notes import NOTES, Notes

if TYPE_CHECKING:
    import pandas as pd


def read_text(
    path: Path,
    *,
    missing: Sequence[str],
    decimal: str,
    encoding: str,
    codes: Sequence[str] = (),
) -> pd.DataFrame:
    """The table in a file of separated text, perhaps zipped; its first row names the columns.

    Blanks at both ends of a cell do not count. A cell is missing if it is empty or one of
    `missing`. A column is whole numbers, numbers or true/false where every other cell of it is, and
    text otherwise. codes: columns whose leading zeros are part of the value.
    """
    import pandas as pd
    import pyarrow as pa

    data = _in_utf8(path, encoding)
    if b"\n" not in data:  # lines as old Macs end them
        data = data.replace(b"\r", b"\n")
    names, cells = _cells(data, path)
    _check_names(names, path)
    _check_header_once(names, cells, path)
    notes = Notes(tuple(missing), decimal)
    words = pa.array(["", *missing])
    columns = {
        name: typed(column, name, words, notes, keep=name in codes)
        for name, column in zip(names, cells, strict=True)
    }
    frame = pd.DataFrame(columns, columns=names)
    frame.attrs[NOTES] = asdict(notes)
    return frame


def header_of(path: Path) -> list[str]:
    """The names of the columns of a file of separated text."""
    return _cells(_in_utf8(path, "utf-8").partition(b"\n")[0] + b"\n", path)[0]


def _in_utf8(path: Path, encoding: str) -> bytes:
    """The text of a file, checked."""
    data = path.read_bytes()
    if path.suffix.lower() == ".gz":
        data = gzip.decompress(data)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and not encoding.lower().startswith("utf-16"):
        raise DataError(f"{path}: holds UTF-16; say encoding=utf-16, or save it as UTF-8")
    try:
        text = data.decode(encoding)
    except LookupError:
        raise DataError(
            f"{path}: no encoding {encoding!r}; usual ones are utf-8, latin-1, cp1252 and utf-16"
        ) from None
    except UnicodeError as error:
        at = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise DataError(
            f"{path}: line {at} holds bytes that are not {encoding}; say how it is written, such "
            "as encoding=latin-1 or encoding=cp1252, or save it as UTF-8"
        ) from None
    if "\0" in text[:65536]:
        raise DataError(f"{path}: holds binary; the file must hold text: rename or convert it")
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        return data.removeprefix(b"\xef\xbb\xbf")
    return text.removeprefix("\ufeff").encode()


def _cells(data: bytes, path: Path) -> tuple[list[str], list[Any]]:
    """The names of the columns, and each column's cells as text."""
    separator = _separator(data, path)
    spaced = b' "' in data and re.search(re.escape(separator.encode()) + rb' +"', data)
    if separator == " " or spaced:
        cells = _by_rows(data, separator, path)
    else:
        cells = _by_arrow(data, separator, path)
    return [str(column[0].as_py()).strip() for column in cells], [c[1:] for c in cells]


def _separator(data: bytes, path: Path) -> str:
    """What divides the cells of the first line: a comma, semicolon, tab or bar, or, of a .txt,
    blanks."""
    if ".tsv" in path.suffixes:
        return "\t"
    line = data[: data.find(b"\n")] if b"\n" in data else data
    header = re.sub(r'"[^"]*"', "", line.decode("utf-8", "replace"))
    found = max(",;\t|", key=header.count)
    if header.count(found):
        return found
    return " " if ".txt" in path.suffixes and " " in header.strip() else ","


def _by_arrow(data: bytes, separator: str, path: Path) -> list[Any]:
    import pyarrow as pa
    from pyarrow import csv as arrow

    said: list[Any] = []

    def refuse(row: Any) -> str:
        said.append(row)
        return "error"

    block = max(1 << 20, min(len(data) + 1, 1 << 29))
    width = _width(data, separator, block)
    try:
        table = arrow.read_csv(
            pa.BufferReader(data),
            arrow.ReadOptions(
                use_threads=False, block_size=block, column_names=[str(j) for j in range(width)]
            ),
            arrow.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=refuse
            ),
            arrow.ConvertOptions(
                column_types={str(j): pa.string() for j in range(width)}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        if not said:
            raise
        row = said[0]
        raise _uneven(path, row.number, row.actual_columns, row.expected_columns) from None
    return [table.column(j) for j in range(width)]


def _width(data: bytes, separator: str, block: int) -> int:
    """How many cells the first row has."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    end = data.find(b"\n")
    while end >= 0 and data.count(b'"', 0, end) % 2:  # a name over several lines
        end = data.find(b"\n", end + 1)
    head = data + b"\n" if end < 0 else data[: end + 1]
    options = arrow.ParseOptions(delimiter=separator, newlines_in_values=True)
    names = arrow.ReadOptions(autogenerate_column_names=True, block_size=block, use_threads=False)
    return int(arrow.read_csv(pa.BufferReader(head), names, options).num_columns)


def _by_rows(data: bytes, separator: str, path: Path) -> list[Any]:
    """Where blanks divide cells, or stand before quotes."""
    import pyarrow as pa

    lines = StringIO(data.decode(), newline="")
    stripped = (line.strip(" ") for line in lines) if separator == " " else lines
    rows = [row for row in csv.reader(stripped, delimiter=separator, skipinitialspace=True) if row]
    for nth, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise _uneven(path, nth, len(row), len(rows[0]))
    return [pa.chunked_array([pa.array(cells, pa.string())]) for cells in zip(*rows, strict=True)]


def _uneven(path: Path, row: int, came: int, expected: int) -> DataError:
    return DataError(
        f"{path}: row {row} has {came} cells and the header {expected}; each row must have as many "
        "as the header: mend the row, or quote cells that hold the separator"
    )


def _check_header_once(names: Sequence[str], cells: Sequence[Any], path: Path) -> None:
    """Refuses a row that names the columns again, as files that were joined have."""
    import pyarrow.compute as pc

    same: Any = True
    for name, column in zip(names, cells, strict=True):
        same = pc.and_(same, pc.equal(pc.utf8_trim_whitespace(column), name))
        if not pc.any(same).as_py():
            return
    row = pc.index(same, True).as_py()
    raise DataError(
        f"{path}: row {row}, counting from 0, repeats the header, as joined files do: take it out"
    )


def _check_names(names: Sequence[str], path: Path) -> None:
    if names.count("") > 1:
        shown = ", ".join(map(repr, names[:5])) + ", …" * (len(names) > 5)
        raise DataError(
            f"{path}: its first row must name each column and is {shown}: "
            "take out what stands above the names, or name the columns"
        )
    if twice := sorted({c for c in names if list(names).count(c) > 1}):
        raise DataError(f"{path}: two columns are called {twice[0]!r}; column names must differ")
