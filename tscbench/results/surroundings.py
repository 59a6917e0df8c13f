"""Versions and hardware: what results were made with."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


@cache
def surroundings() -> dict[str, str]:
    """Versions and hardware that a record was made with."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in ("tscbench", "numpy", "scikit-learn", "torch"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    found["cpu"] = _cpu()
    return found


def versions(found: Mapping[str, str]) -> dict[str, str]:
    """The part of surroundings that is software."""
    return {name: value for name, value in found.items() if name not in ("cpu", "machine")}


def hardware() -> str:
    """What speeds depend on beside the model, in one text: processor and versions."""
    found = surroundings()
    versions = [f"{name} {found[name]}" for name in ("python", "scikit-learn", "torch")]
    return " · ".join([found["cpu"], found["machine"], ", ".join(versions)])


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
