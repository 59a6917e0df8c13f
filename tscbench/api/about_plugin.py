"""What is known of a plugin, as plain values."""

from __future__ import annotations

import inspect
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, get_type_hints

from packaging.requirements import InvalidRequirement, Requirement

from tscbench.contracts.errors import TscbenchError
from tscbench.contracts.kinds import SERVES, Facts, Figure, Plugin, place, plugin_of
from tscbench.contracts.open import open_parameter
from tscbench.contracts.spec import show
from tscbench.registry import Entry, Registry
from tscbench.registry.files import import_file
from tscbench.registry.load import unmet


def loaded(registry: Registry, entry: Entry) -> tuple[Plugin | None, str]:
    """The plugin of an entry, and why it cannot be used if so; None where it cannot be read."""
    try:
        return registry.load(entry.kind, entry.qualified), ""
    except TscbenchError as error:
        cause = str(error)
    if entry.trouble or not cause.startswith(f"{entry}: needs "):
        return None, cause
    # It imports; a library that it declares is all that is lacking.
    function = getattr(import_file(entry.file), entry.name) if entry.file else None
    return plugin_of(entry.point.load() if entry.point else function), cause


def plugin_facts(registry: Registry, entry: Entry) -> dict[str, Any]:
    """Everything about one plugin as JSON values; less where it is broken."""
    plugin, cause = loaded(registry, entry)
    facts = {
        "kind": entry.kind,
        "name": entry.name,
        "distribution": entry.distribution,
        "version": entry.version,
        "state": "broken" if cause else "ok",
        "cause": cause,
        "file": entry.place if plugin is None else place(plugin.function),
    }
    if plugin is None:
        return facts
    return facts | {
        "docstring": plugin.text,
        "parameters": [_parameter(p, p.name == _open(plugin)) for p in plugin.parameters.values()],
        "source": plugin.source,
        "takes": list(plugin.takes),
        "needs": _stated(registry, entry, plugin.needs, "needs"),
        "offers": _stated(registry, entry, plugin.offers, "offers"),
        "requires": [_requirement(text) for text in plugin.requires],
        "exempt": dict(plugin.exempt),
        "figures": _figures(plugin),
        "notes": _notes(plugin),
    }


def _open(plugin: Plugin) -> str | None:
    """The parameter that collects what a spec gives beyond the others."""
    try:
        return open_parameter(plugin.parameters, get_type_hints(plugin.function))
    except (NameError, TypeError):
        return None


def _parameter(parameter: inspect.Parameter, is_open: bool) -> dict[str, Any]:
    hint, default = parameter.annotation, parameter.default
    if not isinstance(hint, str):
        hint = inspect.formatannotation(hint)
    required = default is parameter.empty and not is_open
    return {
        "name": parameter.name,
        "type": "" if hint == "inspect._empty" else hint.replace("typing.", ""),
        "default": None if required or is_open else _shown(default),
        "required": required,
        "open": is_open,
    }


def _shown(default: Any) -> str:
    """A default as specs write it."""
    return show(str(default) if isinstance(default, Path) else default)


def _stated(registry: Registry, entry: Entry, facts: Facts, which: str) -> dict[str, Any]:
    """The facts, those with default parameters where they depend on parameters."""
    if not callable(facts):
        return {"facts": sorted(facts), "depends_on_parameters": False}
    try:
        found = sorted(getattr(registry.bind(entry.kind, entry.qualified), which))
    except Exception:  # a parameter must be given, or the plugin's own function fails
        found = []
    return {"facts": found, "depends_on_parameters": True}


def _requirement(text: str) -> dict[str, Any]:
    try:
        installed = version(Requirement(text).name)
    except (PackageNotFoundError, InvalidRequirement):
        installed = None
    return {"requirement": text, "installed": installed, "met": not unmet(text)}


def _figures(plugin: Plugin) -> dict[str, dict[str, str]]:
    """By name what each number is that a metric or a probe gives."""
    if plugin.kind == "metric":
        return {plugin.name: asdict(Figure(plugin.direction, plugin.unit, plugin.help))}
    return {name: asdict(figure) for name, figure in plugin.figures.items()}


def _notes(plugin: Plugin) -> list[str]:
    """What else its decorator says."""
    said = {
        f"teachers are fitted for it as {plugin.fits} says": isinstance(plugin.fits, str),
        "teachers are fitted for it as its parameters say": callable(plugin.fits),
        "its generator is fitted first, once for all": "fitted" in plugin.takes,
        "it is a student and a teacher of this name too": plugin.kind in SERVES,
        f"a smaller {plugin.nested} is a part of the same fit": plugin.nested,
        f"checks try it with {_small(plugin)}": plugin.small,
        "lower is better": plugin.direction == "lower",
        f"version {plugin.version} stands for its code in keys": plugin.version,
    }
    return [note for note, holds in said.items() if holds]


def _small(plugin: Plugin) -> str:
    """What its `small=` says, as in a spec."""
    return ", ".join(f"{name}={_shown(value)}" for name, value in sorted(plugin.small.items()))
