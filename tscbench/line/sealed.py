"""JSON files that know whether they are whole: a damaged one is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tscbench.line.keys import digest
from tscbench.line.store import write_whole

SEAL = "check"
"""The last key: a digest of all others. A file of an older version is without it, and is taken."""


def write_sealed(path: Path, body: Mapping[str, Any]) -> None:
    """Writes a JSON object with its seal, whole or not at all."""
    told = json.loads(json.dumps(body))  # keys that are numbers are text in the file
    text = json.dumps({**told, SEAL: digest(told)}, indent=1) + "\n"
    write_whole(path, lambda file: file.write(text.encode()))


def read_sealed(path: Path) -> dict[str, Any] | None:
    """The object in a file, without its seal; None where there is no file or it is damaged."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    seal = body.pop(SEAL, None)
    return body if seal is None or seal == digest(body) else None
