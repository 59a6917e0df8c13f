"""The folder of an exported student: the file, its schema, and a card that says what it is."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tscbench.contracts.description import Description
from tscbench.contracts.errors import StoreError
from tscbench.contracts.types import Predictor, Schema
from tscbench.export.formats import FORMATS, make, sample
from tscbench.export.made import Made
from tscbench.export.parity import Parity, compare
from tscbench.line.splits import Parts
from tscbench.line.store import disk_trouble
from tscbench.tabular.exchange import class_names, column_names

BESIDES = ("numpy", "scikit-learn")


def export_student(
    student: Predictor,
    parts: Parts,
    record: Mapping[str, Any],
    to: str,
    out: Path,
    command: str = "",
    table: Description | None = None,
) -> Parity:
    """Writes the folder `out`, whole or not at all, and returns the parity of the file as written,
    read back, on the test rows.

    record: the cell's, from the run. command: how to make the folder again. table: how the data's
    table was read, where it was one.

    Raises:
        StoreError: `out` is there already, or cannot be written.
        SpecError: the student has not got the format.
        ContractError: the file does not answer.
    """
    if out.exists():
        raise StoreError(f"{out} is there already; name another folder, or remove it first")
    made = make(to, student, sample(parts), parts.schema)
    part = out.with_name(f".part-{out.name}")
    with disk_trouble(out.parent):
        try:
            part.mkdir(parents=True, exist_ok=True)
            file = part / f"student.{to}"
            file.write_bytes(made.body)
            parity = compare(student, made, file, parts.test, parts.schema)
            card = _card(made, parity, record, to, command)
            facts = {**schema_facts(parts.schema), **made.facts}
            if table is not None:
                facts["table"] = table.as_json()
            _write_json(part / "schema.json", facts)
            _write_json(part / "card.json", card)
            (part / "README.md").write_text(
                readme(card, parity, made.usage, facts["columns"]), encoding="utf-8"
            )
            part.rename(out)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return parity


def schema_facts(schema: Schema) -> dict[str, Any]:
    """Columns, classes and link, for `schema.json`."""
    return {
        "columns": [_column(name, j, schema) for j, name in enumerate(column_names(schema))],
        "values": "numbers in the data's own units; of a level its place in `levels`, from 0; "
        "missing values as NaN",
        "target": schema.target,
        "classes": class_names(schema),
        "link": str(schema.link),
    }


def _column(name: str, j: int, schema: Schema) -> dict[str, Any]:
    """Name, kind and type of a column, and its levels in the order of their codes."""
    dtype = {"dtype": schema.dtypes[j]} if schema.dtypes else {}
    if not schema.cardinality.any() or schema.numeric[j]:
        return {"name": name, "kind": "numeric", **dtype}
    levels = schema.levels[j] if schema.levels else range(int(schema.cardinality[j]))
    return {"name": name, "kind": "categorical", **dtype, "levels": list(levels)}


def _card(
    made: Made, parity: Parity, record: Mapping[str, Any], to: str, command: str
) -> dict[str, Any]:
    """What the file is and how good, for `card.json`."""
    return {
        "cell": record["cell"],
        "format": to,
        "file": f"student.{to}",
        "bytes": len(made.body),
        "sha256": hashlib.sha256(made.body).hexdigest(),
        "parity": parity.facts(),
        "scores": record["scores"],
        "rows": record["rows"],
        "size": record["facts"]["size"],
        "fitted_with": record["made_with"],
        "exported_with": {n: _version(n) for n in (*BESIDES, *FORMATS[to].packages)},
        "command": command,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _write_json(path: Path, facts: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


_README = """\
# {student} on {dataset}

A student of tscbench, exported as `{file}`; `card.json` says
where it comes from, `schema.json` what goes in and what comes out. In this folder, with `x` an
array of rows whose columns are those of `schema.json`:

```python
{usage}```

{frames}

{scores}

The file as written, against the student: {parity}.

Made with {versions}, by `{command}`.
"""


_NUMBERS = """\
All columns are numbers, in the order of `schema.json`."""

_FRAMES = """\
Levels are given by their places in the lists of `schema.json`. So `x` is made of a data frame:

```python
import json

import numpy as np

with open("schema.json") as file:
    columns = json.load(file)["columns"]
x = np.column_stack(
    [
        frame[c["name"]].astype(object).map({level: i for i, level in enumerate(c["levels"])})
        if "levels" in c
        else frame[c["name"]]
        for c in columns
    ]
).astype(float)
```"""


def readme(
    card: Mapping[str, Any],
    parity: Parity,
    usage: str,
    columns: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The card for people."""
    from tabulate import tabulate

    parts = list(card["scores"])
    metrics = list(dict.fromkeys(m for part in parts for m in card["scores"][part]))
    rows = [[m, *(_score(card["scores"][part].get(m)) for part in parts)] for m in metrics]
    scores = tabulate(rows, ["metric", *parts], tablefmt="github", disable_numparse=True)
    cell = card["cell"]
    return _README.format(
        student=cell["student"],
        dataset=cell["dataset"],
        file=card["file"],
        usage=usage,
        frames=_FRAMES if any("levels" in c for c in columns) else _NUMBERS,
        scores=scores,
        parity=parity,
        versions=", ".join(f"{n} {v}" for n, v in card["exported_with"].items()),
        command=card["command"],
    )


def _score(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.4f}"
