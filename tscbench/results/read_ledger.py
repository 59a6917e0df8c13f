"""Reading the ledger: TOML files of tables and claims, all their mistakes at once.

A `[[table]]` holds rows, in place or in a CSV file beside it, and the keys of a `Number`. Its texts
may have columns of a row in braces, and words of the table's own. `[table.when.COLUMN.VALUE]` holds
keys for the rows that have this value there, `"COLUMN COLUMN"` for those that have both values.
Later ones win.
"""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tscbench.contracts.errors import SuiteError
from tscbench.results.ledger import Claim, Ledger, Number

OWN = ("file", "columns", "rows", "when")
"""The keys of a table that are not those of its numbers."""

Entry = TypeVar("Entry", bound=BaseModel)


def published_folder() -> Path:
    """Where the numbers lie that come with tscbench, beside its suites."""
    return Path(str(files("tscbench_suites"))) / "published"


def read_ledger(folder: Path | None = None) -> Ledger:
    """All numbers and claims of a folder of TOML files; without one, those that come along.

    Raises:
        SuiteError: mistakes in them; all of them, with file and entry.
    """
    numbers: list[Number] = []
    claims: list[Claim] = []
    problems: list[str] = []
    for file in sorted((folder or published_folder()).glob("*.toml")):
        try:
            raw = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(f"{file.name}: not TOML: {error}")
            continue
        unknown = sorted(set(raw) - {"table", "claim"})
        problems += [f"{file.name}: no key {key!r} (has: table, claim)" for key in unknown]
        for table in raw.get("table", ()):
            for where, values in _rows(file, table, problems):
                _add(Number, values, where, numbers, problems)
        for claim in raw.get("claim", ()):
            _add(Claim, claim, f"{file.name}: claim {claim.get('id', '?')}", claims, problems)
    problems += _repeated([*(number.id for number in numbers), *(claim.id for claim in claims)])
    if problems:
        count = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        raise SuiteError("\n  ".join([f"published numbers: {count}", *problems]))
    return Ledger(tuple(numbers), tuple(claims))


def _add(
    model: type[Entry], values: Any, where: str, found: list[Entry], problems: list[str]
) -> None:
    try:
        found.append(model.model_validate(values))
    except ValidationError as error:
        for mistake in error.errors():
            key = ".".join(str(part) for part in mistake["loc"])
            message = mistake["msg"].removeprefix("Value error, ")
            problems.append(f"{where}: {key}{': ' if key else ''}{message}")


def _repeated(ids: list[str]) -> list[str]:
    return [f"id {name!r} is given {n} times" for name, n in Counter(ids).items() if n > 1]


def _rows(
    file: Path, table: Mapping[str, Any], problems: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The keys of each row's number, with where the row is."""
    name = f"{file.name}: table {table.get('id', '?')}"
    try:
        rows = list(_cells(file, table))
    except (OSError, ValueError) as error:
        problems.append(f"{name}: {error}")
        return
    when: Mapping[str, Any] = table.get("when", {})
    unmet = {(columns, value) for columns, values in when.items() for value in values}
    base = {key: value for key, value in table.items() if key not in OWN}
    for nth, row in enumerate(rows, 1):
        where = f"{name}, row {nth}"
        words = {**base, **row}
        for columns, values in when.items():
            value = " ".join(row.get(column, "?") for column in columns.split())
            unmet.discard((columns, value))
            words |= values.get(value, {})
        words = {k: v if k in Number.model_fields else _filled(v, row) for k, v in words.items()}
        lacking = sorted(_named(words) - set(words))
        if lacking:
            problems.append(f"{where}: no column or key {', '.join(lacking)}")
            continue
        unused = sorted(set(words) - set(Number.model_fields) - _named(words) - set(row))
        problems += [f"{where}: no key {key!r}" for key in unused]
        yield where, {key: _filled(words[key], words) for key in Number.model_fields & words.keys()}
    problems += [f"{name}: no row has {value!r} as {columns}" for columns, value in sorted(unmet)]


def _cells(file: Path, table: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Rows as text by column; an empty cell leaves the number's key at its default.

    Raises:
        ValueError: a row that has not a cell for each column, or a number whose digits are lost.
        OSError: its CSV file cannot be read.
    """
    if "file" in table:
        with (file.parent / str(table["file"])).open(encoding="utf-8", newline="") as text:
            columns, *rows = list(csv.reader(text)) or [[]]
    else:
        columns, rows = table.get("columns", []), table.get("rows", [])
    for nth, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise ValueError(f"row {nth}: {len(row)} cells under {len(columns)} columns")
        if any(isinstance(cell, float) for cell in row):
            raise ValueError(f"row {nth}: write numbers in quotes, so that no digit is lost")
        cells = zip(columns, map(str, row), strict=True)
        yield {name: cell for name, cell in cells if cell or name not in Number.model_fields}


def _named(words: Mapping[str, Any]) -> set[str]:
    """The names in braces in the texts of a number's keys."""
    texts = [words[key] for key in Number.model_fields & words.keys()]
    parts = [Formatter().parse(text) for text in texts if isinstance(text, str)]
    return {name for part in parts for _, name, _, _ in part if name}


def _filled(value: Any, words: Mapping[str, Any]) -> Any:
    return value.format_map(words) if isinstance(value, str) else value
