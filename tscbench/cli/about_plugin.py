"""What `tscbench info` says of a plugin: as plain values, and as text for people."""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, get_type_hints

from packaging.requirements import InvalidRequirement, Requirement

from tscbench.cli.options import table
from tscbench.contracts.errors import TscbenchError
from tscbench.contracts.kinds import SERVES, Facts, Figure, Plugin, place, plugin_of
from tscbench.contracts.open import open_parameter
from tscbench.contracts.spec import show
from tscbench.registry import Entry, Registry
from tscbench.registry.files import import_file
from tscbench.registry.load import unmet

WIDTH = 100

MEANING = {
    "tabular": "tables",
    "images": "images",
    "numeric": "numeric columns only",
    "complete": "no missing values",
    "single_label": "one class for each row",
    "multi_label": "several labels for each row",
    "two_classes": "two classes",
    "multi_class": "more than two classes",
    "class_labels": "synthetic rows that come with classes",
    "oob": "out-of-bag answers for training rows",
    "privileged": "a second view of each row, for teachers",
    "reads_privileged": "a teacher that reads the second view",
    "labels_only": "a student that learns from labels alone",
    "streaming": "a compression set that is drawn anew as it is learnt from",
    "squared": "squared error",
    "cross_entropy": "cross-entropy",
    "signed_targets": "targets outside [0, 1]",
    "temperature": "temperatures other than 1",
    "unknown_training_rows": "a model of unknown training rows",
    "deterministic": "a fit that does not depend on the rng",
    "dropout": "answers with dropout left on",
    "features": "a torch module whose layers can be read",
}
"""The facts of `needs` and `offers` in a few words."""


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


def plugin_text(facts: dict[str, Any]) -> str:
    """The facts for people, at most 100 columns wide."""
    version = "" if facts["version"] == "-" else f" {facts['version']}"
    lines = [f"{facts['kind']} {facts['name']}   ({facts['distribution']}{version})", ""]
    if "docstring" in facts:
        lines += [facts["docstring"] or "(no docstring)", ""]
    if parameters := facts.get("parameters"):
        rows = [
            [
                p["name"],
                textwrap.fill(p["type"], 44),
                textwrap.fill(_default(p), 28),
            ]
            for p in parameters
        ]
        lines += [table(rows, ["parameter", "type", "default"]), ""]
    return "\n".join([*lines, *_listed(facts)])


def _default(parameter: dict[str, Any]) -> str:
    if parameter["open"]:
        return "(any others, by their names)"
    return "(must be given)" if parameter["required"] else str(parameter["default"])


def _listed(facts: dict[str, Any]) -> list[str]:
    """What follows the docstring and the table of parameters."""
    rows = [
        ("state", [f"{facts['state']}: {facts['cause']}"] if facts["cause"] else []),
        ("source", [facts.get("source", "")]),
        ("takes", [", ".join(facts.get("takes", []))]),
        ("needs", _meanings(facts.get("needs"))),
        ("offers", _meanings(facts.get("offers"))),
        ("requires", [_installed(one) for one in facts.get("requires", [])]),
        ("fails", [f"{check}: {why}" for check, why in facts.get("exempt", {}).items()]),
        ("figures", [_figure(*one) for one in facts.get("figures", {}).items()]),
        ("notes", facts.get("notes", [])),
    ]
    lines = [line for name, items in rows for line in _wrapped(name, items)]
    return [*lines, f"file:      {facts['file']}"]


def _figure(name: str, figure: dict[str, str]) -> str:
    better = f"{figure['direction']} is better" if figure["direction"] else ""
    said = ", ".join(filter(None, (figure["unit"], better)))
    name = f"{name} ({said})" if said else name
    return f"{name}: {figure['help']}" if figure["help"] else name


def _meanings(stated: dict[str, Any] | None) -> list[str]:
    if stated is None:
        return []
    lines = [f"{fact} ({MEANING.get(fact, '?')})" for fact in stated["facts"]]
    if not stated["depends_on_parameters"]:
        return lines
    return [*lines, "with default parameters; others differ" if lines else "as the parameters say"]


def _installed(one: dict[str, Any]) -> str:
    if one["installed"] is None:
        return f"{one['requirement']} (not installed)"
    fits = "" if one["met"] else ", which does not fit"
    return f"{one['requirement']} ({one['installed']} is installed{fits})"


def _wrapped(name: str, items: list[str]) -> list[str]:
    """`name:` and its items, each from a line of its own on, long ones folded."""
    lines = []
    for nth, item in enumerate(filter(None, items)):
        lines += textwrap.wrap(
            item,
            WIDTH,
            initial_indent=f"{name + ':':11}" if nth == 0 else " " * 11,
            subsequent_indent=" " * 11,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines
