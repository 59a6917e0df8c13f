"""What failed in a run, each failure once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from tscbench.contracts.failures import STATUSES
from tscbench.report.site.prepared import Prepared, Records
from tscbench.report.table import Column, Table
from tscbench.results.frames import failure_of

WHERE = ("student", "split", "seed")


@dataclass(frozen=True)
class Failure:
    """said: where it was raised, and what. cells: in words. n: how many."""

    said: str
    traceback: str
    cells: str
    n: int


def failures(records: Records) -> list[Failure]:
    """The failures among the records of a method on a dataset."""
    found: dict[tuple[str, str], list[str]] = {}
    for record in records:
        if record["status"] in STATUSES:
            trace = without_places(str(record.get("traceback", "")))
            where = ", ".join(f"{axis} {record['cell'][axis]}" for axis in WHERE)
            found.setdefault((failure_of(record), trace), []).append(where)
    return [
        Failure(
            said,
            trace,
            "All cells." if len(cells) == len(records) else f"{'; '.join(cells)}.",
            len(cells),
        )
        for (said, trace), cells in found.items()
    ]


@lru_cache(maxsize=16)
def failures_table(p: Prepared) -> Table:
    """A row for each failure of each method and dataset."""
    rows: list[Mapping[str, Any]] = [
        {
            "arm": arm,
            "method": p.name_of[arm],
            **p.arms.loc[arm],
            "dataset": dataset,
            "n": one.n,
            "asked": len(records),
            "said": one.said,
        }
        for (arm, dataset), records in p.records.items()
        for one in failures(records)
    ]
    columns = [
        Column("method"),
        Column("dataset"),
        Column("n", "cells", ".0f", whole="asked", help="lead to their page with the traceback"),
        Column("said", "what failed"),
    ]
    names = ["arm", "method", *p.arms.columns, "dataset", "n", "asked", "said"]
    return Table("Failures", "Cells that failed", columns, pd.DataFrame(rows, columns=names))


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
