"""The records in a run folder, as tests count, lose and alter them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tscbench.results.record_lines import line_of


def shards(run: Path) -> list[Path]:
    """The files of records."""
    return sorted(run.glob("records/*.jsonl"))


def lines(run: Path) -> list[dict[str, Any]]:
    """What they hold, in the order of the files."""
    texts = [line for file in shards(run) for line in file.read_text().splitlines()]
    return [json.loads(text) for text in texts]


def alter(run: Path, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
    """Puts in each record's place what `change` makes of it; None loses it."""
    for file in shards(run):
        told = [json.loads(line) for line in file.read_text().splitlines()]
        new = [(line["id"], line["version"], change(line["record"])) for line in told]
        body = b"".join(line_of(i, version, r) for i, version, r in new if r is not None)
        file.write_bytes(body)
