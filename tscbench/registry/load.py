"""Loads one plugin, guarded: whatever its module does, the outcome is a plugin or one sentence."""

from __future__ import annotations

import contextlib
import os
import sys
import types
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from traceback import extract_tb, format_exception
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

import tscbench
from tscbench.contracts import kinds
from tscbench.contracts.errors import ContractError, PluginError
from tscbench.contracts.failures import short
from tscbench.contracts.kinds import Plugin
from tscbench.registry.binding import hints_of
from tscbench.registry.entries import HOME, Entry, module_file
from tscbench.registry.files import import_file
from tscbench.registry.networks import serving


def load(entry: Entry) -> Plugin:
    """The plugin of an entry, imported now.

    Raises:
        PluginError: its module does not import, or a library that it requires is not here.
        ContractError: it breaks the contract of its kind.
    """
    if entry.trouble:
        raise PluginError(f"{entry}: {entry.trouble}")
    function = _function(entry)
    plugin = kinds.plugin_of(function)
    if plugin is None or entry.kind not in (plugin.kind, *kinds.SERVES.get(plugin.kind, ())):
        what = f"a {plugin.kind}, not a {entry.kind}" if plugin else _undecorated(entry.kind)
        raise ContractError(f"{entry}: {kinds.place(function)} is {what}")
    for text in plugin.requires:
        if lacking := unmet(text):
            raise PluginError(f"{entry}: {lacking}")
    hints_of(plugin)
    plugin = replace(plugin, name=entry.name, origin=entry.distribution)
    return plugin if plugin.kind == entry.kind else serving(plugin, entry.kind)


def _function(entry: Entry) -> Any:
    if entry.function is not None:
        return entry.function
    try:
        with _undisturbed():
            if entry.file is not None:
                return _defined(entry, import_file(entry.file))
            assert entry.point is not None
            return entry.point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PluginError(_said(entry, error), "".join(format_exception(error))) from error


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """What an import prints goes to stderr, and the working folder stays what it was."""
    here = Path.cwd()
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        if Path.cwd() != here:
            os.chdir(here)


def _undecorated(kind: str) -> str:
    return f"undecorated, not a {kind}: write @{kind}() above it"


def _defined(entry: Entry, module: types.ModuleType) -> Any:
    """The function of a plugin file, which its text promised.

    Raises:
        ContractError: it is under a condition that does not hold.
    """
    if not hasattr(module, entry.name):
        came = "is not there once its file is imported; define it under no condition"
        raise ContractError(f"{entry} ({entry.place}): {came}")
    return getattr(module, entry.name)


def _said(entry: Entry, error: BaseException) -> str:
    """What went wrong in an import, in one sentence with the author's line; a decorator's own
    refusal names the place."""
    said = " ".join(str(error).split())
    if isinstance(error, ContractError):
        return said
    said = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return f"{entry}: {said}{_beside(entry, error)}{_line(entry, error)}"


def _beside(entry: Entry, error: BaseException) -> str:
    """What to do where a plugin file imports a module that lies in its folder."""
    name = error.name if isinstance(error, ModuleNotFoundError) else None
    if not (entry.file and name and (entry.file.parent / f"{name}.py").is_file()):
        return ""
    return (
        f"; a plugin file cannot import {name}.py beside it: put both into a package "
        f"(tscbench new {entry.kind} {entry.name} --package)"
    )


def _line(entry: Entry, error: BaseException) -> str:
    """The last line of the author's own files on the way to an error, in brackets."""
    top = module_file(entry.point.module.partition(".")[0]) if entry.point else entry.file
    if top is None:
        return ""
    package = top.parent if top.name == "__init__.py" else None
    for frame in reversed(extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file == top or (package is not None and package in file.parents):
            line = f" at `{frame.line}`" if frame.line else ""
            return f"{line} ({short(f'{file}:{frame.lineno}')})"
    return ""


def unmet(text: str) -> str:
    """What is lacking of a requirement as pip writes it; empty where it is met."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return f"requires {text!r}, which is no requirement as pip writes it, such as 'torch>=2.6'"
    if requirement.marker and not requirement.marker.evaluate():
        return ""
    try:
        has = tscbench.__version__ if requirement.name == HOME else version(requirement.name)
    except PackageNotFoundError:
        return f"needs {requirement}, which is not installed: pip install '{requirement}'"
    if requirement.specifier.contains(has, prereleases=True):
        return ""
    return f"needs {requirement}, and {has} is installed: pip install --upgrade '{requirement}'"
