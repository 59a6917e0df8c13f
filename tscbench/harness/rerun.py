"""Cells of a pack, made again on this machine from nothing but its data."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tscbench.harness.limits import Allowance
from tscbench.harness.lines import Line
from tscbench.harness.session import run_session
from tscbench.harness.verify import Here, Seen
from tscbench.line.store import Store
from tscbench.results.agree import differing, numbers_by_name, words
from tscbench.results.cell import ALONE
from tscbench.results.run import Run


def rerun(here: Here, n: int, *, jobs: int, allowance: Allowance) -> list[Seen]:
    """So many cells, drawn at random of those that are finished and planned here, each with what is
    seen of it. jobs: processes. allowance: what a step may take."""
    if not n:
        return []
    able = [(line, r) for line, r in here.finished if line.cell.student not in ALONE]
    if not able:
        missing = f": not here: {', '.join(here.unknown)}" if here.unknown else ""
        return [Seen("again", "not seen", f"no finished student of it is planned here{missing}")]
    drawn = random.SystemRandom().sample(able, min(n, len(able)))  # which ones nobody knows before
    with TemporaryDirectory(prefix="tscbench-") as folder:
        session = replace(here.session, store=_store_with_data(here, Path(folder) / "store"))
        run = Run(Path(folder) / "run")
        run_session(session, run, [line for line, _ in drawn], jobs=jobs, allowance=allowance)
        return [_seen(line, record, run.read(line.cell)) for line, record in drawn]


def _store_with_data(here: Here, folder: Path) -> Store:
    """A store that holds the datasets, and nothing that was made of them."""
    kept, fresh = here.session.store, Store(folder)
    for dataset in here.session.plan.datasets.values():
        key = dataset.data.key
        fresh.write(key, kept.read(key), kept.facts(key) or {})
    return fresh


def _seen(line: Line, record: Mapping[str, Any], again: Mapping[str, Any] | None) -> Seen:
    """What is seen of a cell. record: of the pack. again: that of here."""
    status = again.get("cause", again["status"]) if again else "failed"
    if status in ("timeout", "oom"):
        return Seen("again", "not seen", f"takes more than it may ({status}): {line.cell}")
    if again is None or status != "ok":
        return Seen("again", "wrong", f"fails here: {line.cell}")
    if numbers := differing(record, again):
        return Seen("again", "wrong", f"comes out otherwise ({numbers}): {line.cell}")
    if beside := numbers_by_name(record).keys() - numbers_by_name(again).keys():
        named = ", ".join(sorted(map(words, beside)))
        return Seen("again", "not seen", f"has {named} beside what is made: {line.cell}")
    return Seen("again", "right", f"equal to the last bit: {line.cell}")
