"""Finds every plugin in sight: installed ones, those of plugin files, functions from Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.metadata import Distribution, entry_points
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from tscbench.contracts import kinds
from tscbench.contracts.errors import ContractError
from tscbench.registry.entries import GROUPS, HOME, PYTHON, SUITES, Entry, near
from tscbench.registry.files import from_path
from tscbench.registry.load import unmet
from tscbench.registry.registry import Registry


def discover(plugins: Iterable[Path] = (), functions: Iterable[Any] = ()) -> Registry:
    """Every installed plugin, those of plugin files and folders, and functions handed over.

    Raises:
        PluginError: a plugin file that cannot be read.
        ContractError: a function that is no plugin.
    """
    entries = list(_installed())
    for path in plugins:
        entries += [entry for entry in from_path(Path(path)) if entry not in entries]
    for function in functions:
        plugin = kinds.plugin_of(function)
        if plugin is None:
            raise ContractError(f"{function!r} is no plugin: decorate it with its kind")
        entries.append(Entry(plugin.kind, plugin.name, PYTHON, function=function))
    return Registry(tuple(_told_apart(entries)))


def _told_apart(entries: list[Entry]) -> Iterator[Entry]:
    """The entries; where plugin files in several folders have one name, theirs carry the folder."""
    files = {entry.file for entry in entries if entry.file is not None}
    for entry in entries:
        same = [file for file in files if entry.file is not None and file.name == entry.file.name]
        if entry.file is None or len(same) < 2:
            yield entry
            continue
        folder = entry.file.parent.name
        alone = sum(file.parent.name == folder for file in same) == 1
        yield replace(
            entry, distribution=f"{folder}/{entry.file.name}" if alone else str(entry.file)
        )


def _installed() -> Iterator[Entry]:
    """Entry points by their names; a group that is no kind's is shown with its trouble."""
    kind_of = {group: kind for kind, group in GROUPS.items()}
    said: dict[Distribution | None, tuple[str, str, str]] = {}
    every = entry_points()  # read once: the metadata of all that is installed
    groups = sorted(g for g in every.groups if g.startswith("tscbench.") and g != SUITES)
    for point in (point for group in groups for point in every.select(group=group)):
        if point.dist not in said:
            said[point.dist] = _says(point.dist)
        home, version, trouble = said[point.dist]
        kind = kind_of.get(point.group)
        if kind is None:
            trouble = f"no entry-point group {point.group!r}{near(point.group, kind_of)}"
            kind = point.group.removeprefix("tscbench.")
        yield Entry(kind, point.name, home, version, point=point, trouble=trouble)


def _says(distribution: Distribution | None) -> tuple[str, str, str]:
    """The name and the version of a distribution, and what it needs of tscbench and does not have.
    Each of them parses its metadata anew, hence once for all its plugins."""
    if distribution is None:
        return "?", "?", ""
    name, version = distribution.name, distribution.version
    wanted = () if name == HOME else distribution.requires or ()
    of_ours = (text for text in wanted if Requirement(text).name == HOME)
    return name, version, next(filter(None, map(unmet, of_ours)), "")
