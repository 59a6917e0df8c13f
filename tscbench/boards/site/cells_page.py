"""The page of one method on one dataset: each cell's scores, and how to make it again."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Mapping
from typing import Any

import pandas as pd

from tscbench.boards.boards import ARM, size_order
from tscbench.boards.site.prepared import Prepared, Records
from tscbench.boards.site.tables import NONE, Cell, Column, Table, number

WHERE = ("student", "split", "seed")


def cells_page(p: Prepared, arm: str, dataset: str) -> dict[str, Any]:
    """What the template takes."""
    records = sorted(p.records[arm, dataset], key=_order)
    done = [record for record in records if record["status"] == "ok"]
    summary = p.by_dataset.loc[(arm, dataset)]
    facts = [
        ("cells", Cell(f"{len(done)} of {len(records)}")),
        (p.headline, number(summary["score"], error=summary["error"])),
        ("difference to training rows alone", _difference(summary)),
        ("compression rows", Cell(_range(done, "n_compression"))),
        ("made", Cell(_ended(done))),
    ]
    return {
        "name": p.names[arm],
        "dataset": dataset,
        "method_page": p.method_page(arm),
        "dataset_page": p.dataset_page(dataset),
        "summary": [(name, cell) for name, cell in facts if cell.text],
        "command": command(p, arm, dataset),
        "test": _scores(records, "test"),
        "valid": _scores([r for r in records if "valid" in r.get("scores", {})], "valid"),
        "failures": failures(records),
        "seconds": _seconds(done),
        "made_with": _made_with(records),
    }


def _order(record: Mapping[str, Any]) -> Any:
    cell = record["cell"]
    return size_order(str(cell["student"])), *(_number(cell[axis]) for axis in ("split", "seed"))


def _number(label: Any) -> tuple[int, str]:
    return (int(label), "") if str(label).isdigit() else (-1, str(label))


def _difference(row: pd.Series) -> Cell:
    if math.isnan(row["difference"]):
        return NONE
    text = f"{row['difference']:+.4f}"
    if not math.isnan(row["low"]):
        text += f" ({row['low']:+.4f} to {row['high']:+.4f})"
    return Cell(text)


def _range(done: Records, fact: str) -> str:
    known = sorted({r["facts"][fact] for r in done if fact in r.get("facts", {})})
    if not known:
        return ""
    return f"{known[0]:,}" if len(known) == 1 else f"{known[0]:,} to {known[-1]:,}"


def _ended(done: Records) -> str:
    days = sorted({str(record["ended"])[:10] for record in done if "ended" in record})
    return " to ".join(dict.fromkeys([days[0], days[-1]])) if days else ""


def command(p: Prepared, arm: str, dataset: str) -> str:
    """What makes these cells, and nothing else, again."""
    axes = {"dataset": dataset, **{axis: p.arms.loc[arm, axis] for axis in ARM}}
    given = [f"--{axis} {shlex.quote(value)}" for axis, value in axes.items() if value != "-"]
    return " ".join([p.view.command, *given])


def _scores(records: Records, part: str) -> Table:
    metrics = sorted({m for r in records for m in r.get("scores", {}).get(part, {})})
    columns = [Column(name) for name in WHERE] + [Column("status")]
    columns += [Column(metric, number=True) for metric in metrics]
    columns += [Column(name, number=True) for name in ("train seconds", "nodes")]
    columns += [Column("key", help="names everything that the cell was made from")]
    rows = []
    for record in records:
        found = record.get("scores", {}).get(part, {})
        size = record.get("facts", {}).get("size", {})
        rows.append(
            [
                *(Cell(str(record["cell"][axis])) for axis in WHERE),
                Cell(str(record["status"])),
                *(number(_float(found.get(metric))) for metric in metrics),
                number(_float(record.get("seconds", {}).get("student")), ".3f"),
                number(_float(size.get("nodes", size.get("parameters"))), ",.0f"),
                Cell(str(record.get("key", ""))[:10]),
            ]
        )
    done = sum(record["status"] == "ok" for record in records)
    caption = f"{done} of {len(records)} cells."
    return Table(f"scores-{part}", caption, columns, rows, tools=len(rows) > 12)


def _float(value: Any) -> float:
    return math.nan if value is None else float(value)


def failures(records: Records) -> list[dict[str, str]]:
    """What failed, each failure once: step, error, traceback, the cells in words, and n of them."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for record in records:
        if record["status"] == "failed":
            step, error, trace = (str(record.get(k, "")) for k in ("step", "error", "traceback"))
            where = ", ".join(f"{axis} {record['cell'][axis]}" for axis in WHERE)
            found.setdefault((step, error, without_places(trace)), []).append(where)
    return [
        {
            "step": step,
            "error": error,
            "traceback": trace,
            "cells": "All cells." if len(cells) == len(records) else f"{'; '.join(cells)}.",
            "n": str(len(cells)),
        }
        for (step, error, trace), cells in found.items()
    ]


def without_places(traceback: str) -> str:
    """A traceback whose files are named from their package on, not from somebody's home.

    >>> without_places('File "/srv/me/venv/lib/python3.11/site-packages/sklearn/base.py", line 1')
    'File "sklearn/base.py", line 1'
    """

    def short(match: re.Match[str]) -> str:
        path = match[1].replace("\\", "/")
        inside = re.sub(r"^.*/(?:(?:site|dist)-packages|lib/python3\.\d+)/", "", path)
        return f'File "{inside if inside != path else "/".join(path.split("/")[-3:])}"'

    return re.sub(r'File "([^"\n]+)"', short, traceback)


def _seconds(done: Records) -> Table:
    steps = sorted({step for record in done for step in record.get("seconds", {})})
    columns = [Column("step"), Column("mean seconds", number=True), Column("cells", number=True)]
    rows = []
    for step in steps:
        took = [r["seconds"][step] for r in done if step in r.get("seconds", {})]
        cells = Cell(str(len(took)), key=str(len(took)))
        rows.append([Cell(step), number(sum(took) / len(took), ".3f"), cells])
    caption = (
        "What each step took when it was made. A step that several cells share, such as a teacher "
        "or its answers on training rows, stands with each of them: do not add up over cells."
    )
    return Table("seconds", caption, columns, rows, empty="no step has been timed.")


def _made_with(records: Records) -> Table:
    """Versions and hardware, one row for each of them, a column where they differ."""
    kinds: dict[str, int] = {}
    for record in records:
        if "made_with" in record:
            text = json.dumps(record["made_with"], sort_keys=True)
            kinds[text] = kinds.get(text, 0) + 1
    made = [json.loads(text) for text in sorted(kinds)]
    names = sorted({name for one in made for name in one})
    columns = [Column("cells", number=True), *(Column(name) for name in names)]
    rows = [
        [Cell(str(kinds[text]), key=str(kinds[text]))]
        + [Cell(str(json.loads(text).get(name, ""))) for name in names]
        for text in sorted(kinds)
    ]
    return Table("made-with", "Versions and hardware.", columns, rows, empty="nothing is recorded.")
