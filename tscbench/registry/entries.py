"""Entries: plugins that are known by name and place; nothing of them is imported."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.machinery import ModuleSpec
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import did_you_mean
from tscbench.contracts.kinds import KINDS, SERVES, place

GROUPS = {
    kind: f"tscbench.{kind[:-1]}ies" if kind == "query" else f"tscbench.{kind}s" for kind in KINDS
}
"""The entry-point group of each kind."""

SUITES = "tscbench.suites"
"""The entry-point group of packages that hold suites."""

HOME = "tscbench"
"""The distribution of the plugins that come with tscbench."""

PYTHON = "python"
"""What stands for the distribution of functions that were handed over from Python."""


@dataclass(frozen=True)
class Entry:
    """A plugin in sight. One of `point`, `file` and `function` says where its code is.

    distribution: who offers it: a distribution, the name of a plugin file, or "python".
    trouble: why it cannot be used, where that is known without importing it.
    """

    kind: str
    name: str
    distribution: str
    version: str = "-"
    point: EntryPoint | None = None
    file: Path | None = None
    line: int = 0
    function: Any = None
    trouble: str = ""

    @property
    def roles(self) -> list[Entry]:
        """This entry under each kind that it stands for: a network is a student and a teacher."""
        return [self, *(replace(self, kind=kind) for kind in SERVES.get(self.kind, ()))]

    @property
    def qualified(self) -> str:
        """`distribution/name`, which always names this one."""
        return f"{self.distribution}/{self.name}"

    @property
    def place(self) -> str:
        """The file that it is in, or what its entry point says."""
        if self.function is not None:
            return place(self.function)
        if self.file is not None:
            return f"{self.file}:{self.line}" if self.line else str(self.file)
        assert self.point is not None
        found = module_file(self.point.module)
        return str(found) if found else self.point.value

    def __str__(self) -> str:
        version = "" if self.version == "-" else f" {self.version}"
        return f"{self.kind} {self.name} of {self.distribution}{version}"


def package_folders(package: str) -> list[Path]:
    """The folders of a package, found without importing it; none where it is not there."""
    top, *rest = package.split(".")
    spec = _spec(top)
    folders = (spec.submodule_search_locations if spec else None) or ()
    found = [Path(folder, *rest) for folder in folders]
    return [folder for folder in found if folder.is_dir()]


def module_file(module: str) -> Path | None:
    """The file of a module, found without importing it or its package; None where there is none."""
    parent, _, name = module.rpartition(".")
    if not parent:
        spec = _spec(module)
        return Path(spec.origin) if spec and spec.origin and spec.has_location else None
    for folder in package_folders(parent):
        for candidate in (folder / name / "__init__.py", folder / f"{name}.py"):
            if candidate.is_file():
                return candidate
    return None


def _spec(top: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None


def near(name: str, names: Iterable[str]) -> str:
    """What to add to "no such name": the closest ones, or all when there are few."""
    names = list(names)
    has = f" (has: {', '.join(names)})" if 0 < len(names) <= 30 else ""
    return did_you_mean(name, names) or has
