"""The folder of an exported student: the file, its schema, and a card that says what it is."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import StoreError
from tscbench.contracts.types import Predictor, Schema
from tscbench.export.formats import FORMATS, make, sample
from tscbench.export.made import Made
from tscbench.export.parity import Parity, compare
from tscbench.line.splits import Parts
from tscbench.line.store import disk_trouble
from tscbench.tabular.exchange import class_names

BESIDES = ("numpy", "scikit-learn")


def export_student(
    student: Predictor,
    parts: Parts,
    record: Mapping[str, Any],
    to: str,
    out: Path,
    command: str = "",
) -> Parity:
    """Writes the folder `out`, whole or not at all, and returns the parity of the file as written,
    read back, on the test rows.

    record: the cell's, from the run. command: how to make the folder again.

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
            _write_json(part / "schema.json", {**schema_facts(parts.schema), **made.facts})
            _write_json(part / "card.json", card)
            (part / "README.md").write_text(readme(card, parity, made.usage), encoding="utf-8")
            part.rename(out)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return parity


def schema_facts(schema: Schema) -> dict[str, Any]:
    """Columns, classes and link, for `schema.json`."""
    names = schema.columns or [f"x{i}" for i in range(len(schema.numeric))]
    columns = [
        {"name": name, "kind": "numeric"}
        if numeric
        else {"name": name, "kind": "categorical", "levels": int(levels)}
        for name, numeric, levels in zip(names, schema.numeric, schema.cardinality, strict=True)
    ]
    return {
        "columns": columns,
        "values": "numbers in the data's own units; levels as 0, 1, … in the dataset's order; "
        "missing values as NaN",
        "classes": class_names(schema),
        "link": str(schema.link),
    }


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

{scores}

The file as written, against the student: {parity}.

Made with {versions}, by `{command}`.
"""


def readme(card: Mapping[str, Any], parity: Parity, usage: str) -> str:
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
        scores=scores,
        parity=parity,
        versions=", ".join(f"{n} {v}" for n, v in card["exported_with"].items()),
        command=card["command"],
    )


def _score(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.4f}"
