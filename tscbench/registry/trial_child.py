"""The child process of a probe: loads plugins one after the other and says how each went."""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

from tscbench.contracts.errors import TscbenchError
from tscbench.registry.entries import Entry
from tscbench.registry.load import load


def main() -> None:
    """Two lines for each plugin: before its import, and after."""
    asked = json.load(sys.stdin)
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a plugin prints is no reply
    sys.path[:] = asked["path"]
    for entry in asked["entries"]:
        print("{}", file=replies, flush=True)
        print(json.dumps(_state(entry)), file=replies, flush=True)


def _state(facts: dict[str, str]) -> dict[str, str]:
    point = EntryPoint(facts["name"], facts["value"], facts["group"]) if facts["value"] else None
    file = Path(facts["file"]) if facts["file"] else None
    entry = Entry(
        facts["kind"],
        facts["name"],
        facts["distribution"],
        facts["version"],
        point,
        file,
        int(facts["line"]),
    )
    try:
        load(entry)
    except TscbenchError as error:
        return {"state": "broken", "cause": str(error), "trace": getattr(error, "trace", "")}
    return {"state": "ok"}


if __name__ == "__main__":
    main()
