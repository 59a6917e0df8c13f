"""Separated text as a frame: cells are read as text and typed by rules that are all told here."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tscbench.contracts.errors import DataError
from tscbench.contracts.spec import show

if TYPE_CHECKING:
    import pandas as pd

MISSING = (
    *("NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NaN", "nan", "-NaN", "-nan"),
    *("None", "NULL", "null", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)
"""Words that mean missing where nobody says which do; an empty cell always does."""

NOTES = "tscbench"
SAMPLE = 200
_WHOLE = re.compile(r"-?\d+")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?inf(?:inity)?", re.IGNORECASE)
_TRUTHS = {word: word.lower() == "true" for t in ("true", "false") for word in (t, t.title())} | {
    "TRUE": True,
    "FALSE": False,
}


@dataclass(frozen=True)
class Notes:
    """What reading took away: by column the words that became missing, with their cells, and what
    else a reader should be told; words: all that mean missing; decimal: what divides a number."""

    words: tuple[str, ...] = ()
    decimal: str = "."
    emptied: dict[str, dict[str, int]] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=dict)

    @property
    def found(self) -> list[str]:
        """The words that some cell held."""
        return list(dict.fromkeys(word for words in self.emptied.values() for word in words))


def notes_of(frame: pd.DataFrame) -> Notes:
    """What was noted of a frame as its text was read; nothing of another frame."""
    kept = frame.attrs.get(NOTES)
    return Notes(**kept) if isinstance(kept, dict) else Notes()


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
    notes = Notes(tuple(missing), decimal)
    words = pa.array(["", *missing])
    columns = {
        name: _typed(column, name, words, notes, keep=name in codes)
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


def _check_names(names: Sequence[str], path: Path) -> None:
    if twice := sorted({c for c in names if list(names).count(c) > 1}):
        raise DataError(f"{path}: two columns are called {twice[0]!r}; column names must differ")


def _typed(column: Any, name: str, words: Any, notes: Notes, *, keep: bool) -> Any:
    """A column of text as whole numbers, numbers, true/false or text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not keep and (numbers := _numbers(column, notes.decimal)) is not None:
        _tell_zeros(column, name, notes)
        return _series(numbers)
    different = column.combine_chunks().dictionary_encode()
    texts, place = pc.utf8_trim_whitespace(different.dictionary), different.indices
    empty = pc.is_in(texts, value_set=words)
    _count_words(texts, empty, place, name, notes)
    values = pc.if_else(empty, pa.scalar(None, pa.string()), texts)
    numbers = None if keep and _padded(values) else _numbers(values, notes.decimal)
    if numbers is not None:
        _tell_zeros(values, name, notes)
        return _series(numbers.take(place))
    known = values.drop_null().to_pylist()
    if set(known) <= set(_TRUTHS):
        return _truths(values.take(place))
    _tell_blanks(different.dictionary.filter(values.is_valid()).to_pylist(), name, notes)
    return values.take(place).to_pandas()


def _count_words(texts: Any, empty: Any, place: Any, name: str, notes: Notes) -> None:
    """Notes how many cells held each word that means missing."""
    import numpy as np

    counts = np.bincount(place.to_numpy(), minlength=len(texts))
    for k in np.flatnonzero(empty.to_numpy(zero_copy_only=False)):
        if word := texts[int(k)].as_py():
            found = notes.emptied.setdefault(name, {})
            found[word] = found.get(word, 0) + int(counts[k])


def _padded(cells: Any) -> str:
    """A whole number with zeros before it, if there is one."""
    import pyarrow.compute as pc

    zeros = pc.and_(pc.starts_with(cells, "0"), pc.greater(pc.binary_length(cells), 1))
    found = cells.filter(pc.fill_null(zeros, False))
    found = found.filter(pc.match_substring_regex(found, "^[0-9]+$"))
    return str(found[0].as_py()) if len(found) else ""


def _tell_zeros(cells: Any, name: str, notes: Notes) -> None:
    if padded := _padded(cells):
        notes.told.setdefault(name, []).append(
            f"holds numbers with leading zeros, such as {padded!r}, which are read without; where "
            f"they are codes, say categorical=[{show(name)}]"
        )


def _numbers(cells: Any, decimal: str) -> Any:
    """The cells as numbers, in Arrow's types; None where one of them is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if decimal != ".":
        if pc.any(pc.match_substring(cells, ".")).as_py():
            return None
        cells = pc.replace_substring(cells, decimal, ".")
    # Arrow takes long to say that a text is no number, and so the first are looked at before.
    sample = [text for text in cells[:SAMPLE].to_pylist() if text is not None]
    if not all(map(_NUMBER.fullmatch, sample)):
        return None
    if all(map(_WHOLE.fullmatch, sample)):
        with suppress(pa.ArrowInvalid):
            numbers = pc.cast(cells, pa.int64())
            if not pc.any(pc.match_substring(cells, "x", ignore_case=True)).as_py():
                return numbers
    try:
        floats = pc.cast(cells, pa.float64())
    except pa.ArrowInvalid:
        return None
    if pc.any(pc.is_nan(floats)).as_py():  # a word such as nan, which was not to mean missing
        return None
    large = pc.any(pc.greater_equal(pc.abs(floats), float(1 << 53))).as_py()
    if large and not pc.any(pc.match_substring_regex(cells, "[^-+0-9]")).as_py():
        with suppress(pa.ArrowInvalid):  # more than 38 digits
            return pc.cast(cells, pa.decimal128(38, 0))
    return floats


def _series(numbers: Any) -> Any:
    """Arrow's numbers as pandas has them; whole ones keep every digit."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = pa.types.is_integer(numbers.type)
    large = whole and pc.any(pc.greater(pc.abs(numbers), 1 << 53)).as_py()
    if pa.types.is_decimal(numbers.type) or (large and numbers.null_count):
        kept = [None if v is None else int(v) for v in numbers.to_pylist()]
        return pd.Series(kept, dtype=object)
    return numbers.to_pandas()


def _truths(cells: Any) -> Any:
    import numpy as np
    import pandas as pd

    found = [np.nan if v is None else _TRUTHS[v] for v in cells.to_pylist()]
    whole = not cells.null_count
    return pd.Series(found, dtype=bool if whole and found else object)


def _tell_blanks(values: Sequence[str], name: str, notes: Notes) -> None:
    """Tells of values that were two before blanks were taken off their ends."""
    seen: dict[str, str] = {}
    for value in values:
        first = seen.setdefault(value.strip(), value)
        if first != value:
            notes.told.setdefault(name, []).append(
                f"holds {first!r} and {value!r}, which are read as one value, without blanks at "
                "the ends"
            )
            return
