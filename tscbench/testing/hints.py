"""What is no mistake, and may be one."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from tscbench.contracts.failures import files_of, short
from tscbench.contracts.kinds import Plugin, place
from tscbench.testing.failure import line_of_parameter

KNOWN = {"numpy", "tscbench", *sys.stdlib_module_names}


def hints(plugin: Plugin, caught: Iterable[warnings.WarningMessage] = ()) -> tuple[str, ...]:
    """One sentence each: no source, parameters without a type, libraries that it does not declare,
    and warnings that its own files gave while it was checked."""
    return (*_declared(plugin), *_libraries(plugin), *_warned(plugin, caught))


def _declared(plugin: Plugin) -> Iterator[str]:
    if not plugin.source:
        yield f"source= does not say where the method is from ({short(place(plugin.function))})"
    for name, parameter in plugin.parameters.items():
        if parameter.annotation is parameter.empty:
            where = line_of_parameter(name, plugin)
            yield f"parameter {name!r} has no type, so that a spec's value comes as typed ({where})"


def _libraries(plugin: Plugin) -> Iterator[str]:
    """A library that is not declared may change without the stored results knowing."""
    found = dict(_imported(plugin))
    if not found:
        return
    homes = packages_distributions()
    declared = {canonicalize_name(_name(text)) for text in plugin.requires}
    for top, where in found.items():
        names = {canonicalize_name(name) for name in homes.get(top, ())}
        if names and not names & declared:
            name = sorted(names)[0]
            cure = f"declare requires=({name!r},), so that its version counts"
            yield f"it imports {top}: {cure} ({where})"


def _imported(plugin: Plugin) -> Iterator[tuple[str, str]]:
    """(library, `file:line`) of the imports of others' libraries."""
    files = files_of(plugin)
    own = {name for path in files for name in (path.stem, path.parent.name)}
    for path in files:
        for node in ast.walk(ast.parse(path.read_bytes())):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                top = name.partition(".")[0]
                if top not in KNOWN | own and isinstance(node, ast.Import | ast.ImportFrom):
                    yield top, short(f"{path}:{node.lineno}")


def _name(requirement: str) -> str:
    try:
        return Requirement(requirement).name
    except InvalidRequirement:
        return requirement


def _warned(plugin: Plugin, caught: Iterable[warnings.WarningMessage]) -> list[str]:
    own = set(files_of(plugin))
    said = {
        f"{w.category.__name__}: {' '.join(str(w.message).split())} "
        f"({short(f'{w.filename}:{w.lineno}')})": None
        for w in caught
        if Path(w.filename) in own
    }
    return list(said)
