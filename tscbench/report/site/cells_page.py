"""The page of one method on one dataset: each cell's scores, and how to make it again."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Mapping
from typing import Any

from tscbench.report.site.failures import WHERE, failures
from tscbench.report.site.markup import Drawn, Place, drawn_rows, fact, minus
from tscbench.report.site.prepared import Prepared, Records
from tscbench.report.site.sections import Section, sections
from tscbench.report.table import Column
from tscbench.results.arms import ARM, size_order


def cells_page(p: Prepared, arm: str, dataset: str) -> dict[str, Any]:
    """What the template takes."""
    mean = p.mean_of[arm, dataset]
    records = sorted(p.records[arm, dataset], key=_order)
    done = [record for record in records if record["status"] == "ok"]
    valid = [record for record in records if "valid" in record.get("scores", {})]
    facts = [
        ("cells", Place(f"{len(done)} of {len(records)}")),
        (p.headline, fact(mean["score"], ".4f", mean["error"])),
        ("difference to training rows alone", _difference(mean)),
        ("compression rows", Place(_range(done, "n_compression"))),
        ("made", Place(_ended(done))),
    ]
    found = [
        Section("Scores on test rows", [_scores(records, "test")]),
        Section("Scores on validation rows", [_scores(valid, "valid")]),
        Section("Seconds", [_seconds(done)]),
        Section("Made with", [_made_with(records)]),
    ]
    return {
        "name": p.name_of[arm],
        "dataset": dataset,
        "method_page": p.method_page(arm),
        "dataset_page": p.dataset_page(dataset),
        "summary": [(name, place) for name, place in facts if place.text],
        "command": command(p, arm, dataset),
        "failures": failures(records),
        "sections": sections(found),
    }


def _order(record: Mapping[str, Any]) -> Any:
    cell = record["cell"]
    return size_order(str(cell["student"])), *(_number(cell[axis]) for axis in ("split", "seed"))


def _number(label: Any) -> tuple[int, str]:
    return (int(label), "") if str(label).isdigit() else (-1, str(label))


def _difference(mean: Mapping[str, Any]) -> Place:
    between = Column("difference", form="+.4f").cell(mean).text
    if math.isnan(mean["difference"]):
        return Place("")
    if not math.isnan(mean["low"]):
        between += f" ({Column('low', form='+.4f', high='high').cell(mean).text})"
    return Place(minus(between))


def _range(done: Records, name: str) -> str:
    known = sorted({r["facts"][name] for r in done if name in r.get("facts", {})})
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
    return " ".join([p.pack.bare_command, *given])


def _scores(records: Records, part: str) -> Drawn:
    """A row per cell."""
    metrics = sorted({m for r in records for m in r.get("scores", {}).get(part, {})})
    done = sum(record["status"] == "ok" for record in records)
    rows = [
        {
            **{axis: str(record["cell"][axis]) for axis in WHERE},
            "status": record["status"],
            **dict.fromkeys(metrics),
            **record.get("scores", {}).get(part, {}),
            "train_seconds": record.get("seconds", {}).get("student"),
            "size": _size(record),
            "key": str(record.get("key", ""))[:10],
        }
        for record in records
    ]
    columns = [
        *(Column(name) for name in WHERE),
        *([Column("status")] if done < len(records) else []),
        *(Column(metric, form=".4f") for metric in metrics),
        Column("train_seconds", "train seconds", ".3f"),
        Column("size", "nodes", ",.0f", help="of trees; of networks parameters"),
        Column("key", help="names everything that the cell was made from"),
    ]
    return drawn_rows(columns, rows, f"scores-{part}", f"{done} of {len(records)} cells")


def _size(record: Mapping[str, Any]) -> Any:
    size = record.get("facts", {}).get("size", {})
    return size.get("nodes", size.get("parameters"))


def _seconds(done: Records) -> Drawn:
    took: dict[str, list[float]] = {}
    for record in done:
        for step, seconds in record.get("seconds", {}).items():
            took.setdefault(step, []).append(seconds)
    rows = [
        {"step": step, "mean": sum(of) / len(of), "cells": len(of)}
        for step, of in sorted(took.items())
    ]
    columns = [Column("step"), Column("mean", "mean seconds", ".3f"), Column("cells", form=".0f")]
    caption = (
        "What each step took when it was made. A step that several cells share, such as a teacher "
        "or its answers on training rows, stands with each of them: do not add up over cells"
    )
    return drawn_rows(columns, rows, "seconds", caption)


def _made_with(records: Records) -> Drawn:
    """Versions and hardware, one row for each of them."""
    kinds: dict[str, int] = {}
    for record in records:
        if "made_with" in record:
            text = json.dumps(record["made_with"], sort_keys=True)
            kinds[text] = kinds.get(text, 0) + 1
    made = [{"cells": kinds[text], **json.loads(text)} for text in sorted(kinds)]
    names = sorted({name for row in made for name in row} - {"cells"})
    columns = [Column("cells", form=".0f"), *(Column(name) for name in names)]
    rows = [dict.fromkeys(names) | row for row in made]
    return drawn_rows(columns, rows, "made-with", "Versions and hardware")
