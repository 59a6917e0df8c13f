"""What `tscbench info` says of a plugin, for people."""

from __future__ import annotations

import textwrap
from typing import Any

from tscbench.cli.options import table
from tscbench.report.screen import screen

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
            min(WIDTH, screen()),
            initial_indent=f"{name + ':':11}" if nth == 0 else " " * 11,
            subsequent_indent=" " * 11,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines
