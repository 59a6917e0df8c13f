"""Installed suites: files of packages that the entry points of `tscbench.suites` name."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from tscbench.contracts.errors import SuiteError
from tscbench.registry.entries import SUITES, near, package_folders


@dataclass(frozen=True)
class SuiteFile:
    """An installed suite."""

    name: str
    distribution: str
    version: str
    file: Path
    trouble: str = ""


def installed_suites() -> list[SuiteFile]:
    """The suites of every distribution; no package is imported for it."""
    found = []
    for point in entry_points(group=SUITES):
        home, version = (point.dist.name, point.dist.version) if point.dist else ("?", "?")
        folders = package_folders(point.value)
        if not folders:
            trouble = f"suites of {home} {version}: there is no package {point.value!r}"
            found.append(SuiteFile(point.name, home, version, Path(), trouble))
        for file in (file for folder in folders for file in folder.glob("*.toml")):
            found.append(SuiteFile(file.stem, home, version, file))
    return sorted(found, key=lambda suite: (suite.name, suite.distribution))


def find_suite(name: str) -> SuiteFile:
    """The installed suite that `name` or `distribution/name` means.

    Raises:
        SuiteError: there is none, or several have that name.
    """
    installed = [suite for suite in installed_suites() if not suite.trouble]
    home, _, short = name.rpartition("/")
    found = [s for s in installed if s.name == short and home in ("", s.distribution)]
    if not found:
        raise SuiteError(
            f"no suite {name!r}, and one of your own is a path that ends in .toml"
            f"{near(name, [s.name for s in installed])}"
        )
    if len(found) > 1:
        homes = " and by ".join(f"{s.distribution} ({s.file})" for s in found)
        written = " or ".join(f"{s.distribution}/{s.name}" for s in found)
        raise SuiteError(f"suite {name!r} is offered by {homes}; write {written}")
    return found[0]
