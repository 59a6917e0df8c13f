"""Whether there is anything left to do for a line, as its record tells."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from tscbench.harness.lines import Line
from tscbench.results.surroundings import surroundings, versions

KNOWN = frozenset({"failed", "timeout", "oom", "invalid_output"})
"""Statuses that a cell comes to again, as long as it is the same cell made with the same."""


def is_of(line: Line, record: Mapping[str, Any]) -> bool:
    """Whether a record, and what probes say in it, has the recipes of a line as it is planned
    now."""
    extras = record.get("extras", {})
    return record["key"] == line.key and all(
        name not in extras or extras[name]["key"] == artefact.key
        for name, artefact in line.extras.items()
    )


def is_done(line: Line, record: Mapping[str, Any] | None) -> bool:
    """Whether a record answers for a line as it is planned now."""
    if record is None or record["status"] != "ok" or not is_of(line, record):
        return False
    asked = set(record.get("asked", ()))
    return {str(metric) for metric in line.metrics} <= asked and (
        line.extras.keys() <= record.get("extras", {}).keys()
    )


def is_settled(line: Line, record: Mapping[str, Any] | None, known: Set[str]) -> bool:
    """Whether there is nothing to do for a line; known: statuses that are not tried again."""
    if record is None:
        return False
    if record["status"] == "ok":
        extras = record.get("extras", {})
        return is_done(line, record) and not any("error" in extras[name] for name in line.extras)
    return is_known(line, record) and record.get("cause", record["status"]) in known


def is_known(line: Line, record: Mapping[str, Any]) -> bool:
    """Whether a failure is that of the line as it is planned now, with what is installed now. A
    metric is no part of a key, so it may be another one."""
    if record["key"] != line.key or record["step"] == "metrics":
        return False
    return versions(record["made_with"]) == versions(surroundings())
