"""Which datasets of a run share their source, as its suite says."""

from __future__ import annotations

import tomllib
from typing import Any

from tscbench.contracts.errors import TscbenchError
from tscbench.registry import find_suite
from tscbench.results import Run


def same_source(run: Run) -> list[list[str]]:
    """Groups of datasets that count as one in statistics over datasets. It is a fact about data,
    not about a run: where the suite text of the run says nothing, as that of an older version, the
    installed suite of its name may."""
    asked = run.asked()
    return _said(asked["suite"]) or _said(_installed(asked["name"]))


def _said(suite: str) -> list[list[str]]:
    try:
        groups: Any = tomllib.loads(suite).get("same_source", [])
    except tomllib.TOMLDecodeError:
        return []
    return [list(map(str, group)) for group in groups]


def _installed(name: str) -> str:
    try:
        return find_suite(name).file.read_text(encoding="utf-8")
    except (TscbenchError, OSError):
        return ""
