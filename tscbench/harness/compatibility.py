"""Which plugins fit each other and the data: needs met by offers, or the reason to skip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tscbench.contracts.kinds import PLUGIN_FACTS
from tscbench.harness.datasets import Dataset
from tscbench.harness.resolve import Resolver
from tscbench.line.mix import Mix
from tscbench.registry import Bound
from tscbench.results.cell import Cell

WORKS_WITH = {"query": "teacher", "objective": "student", "student": "teacher"}
"""The plugin that another one works with, and may need something of."""

LOSSES = frozenset(["squared", "cross_entropy", "signed_targets", "temperature"])
"""What a student that learns from labels alone need not offer: it looks at no target."""


def canonical(cell: Cell, resolver: Resolver) -> Cell:
    """The cell with "-" where an axis cannot reach, and one label for all spellings. That of a
    generator alone has student "generator", as that of a teacher alone has student "teacher"."""
    if cell.student == "generator":
        made = {
            axis: resolver.label(axis, getattr(cell, axis)) for axis in ("dataset", "generator")
        }
        return replace(cell, **made)
    mix = resolver.mix(cell.mix)
    asks = "outputs" in resolver.bound("objective", cell.objective).plugin.takes
    taught = asks or "teacher" in resolver.bound("student", cell.student).plugin.takes
    return Cell(
        dataset=resolver.label("dataset", cell.dataset),
        split=cell.split,
        teacher=resolver.label("teacher", cell.teacher) if taught else "-",
        query=resolver.label("query", cell.query) if asks else "-",
        generator=resolver.label("generator", cell.generator) if mix.synthetic else "none",
        mix=resolver.label("mix", cell.mix),
        objective=resolver.label("objective", cell.objective),
        student=resolver.label("student", cell.student),
        seed=cell.seed,
    )


def incompatibility(cell: Cell, dataset: Dataset, resolver: Resolver) -> str:
    """Why a canonical cell cannot be run on this dataset; empty when it can."""
    alone = cell.student == "generator"
    mix = resolver.mix("fake" if alone else cell.mix)
    if mix.synthetic and cell.generator == "none":
        return f"generator none makes no rows for {'its probes' if alone else f'mix {mix.name}'}"
    kinds = ("teacher", "query", "generator", "objective", "student")
    plugins = {
        kind: resolver.bound(kind, getattr(cell, kind))
        for kind in (("generator",) if alone else kinds)
        if getattr(cell, kind) != "-"
    }
    for kind, bound in plugins.items():
        if bound in resolver.absent:
            return f"{kind} {bound}: {resolver.absent[bound]}"
        lacking = sorted(bound.needs - dataset.facts - _offered_to(kind, plugins))
        if lacking:
            giver = _giver(kind, lacking[0], plugins, cell.dataset)
            return f"{kind} {bound} needs {lacking[0]}, which {giver} does not offer"
    return (
        ("" if alone else _unserved(mix, plugins))
        or next((why for bound in plugins.values() if (why := _strange_fit(bound, dataset))), "")
        or _unfit(plugins, dataset, resolver)
    )


def _strange_fit(bound: Bound, dataset: Dataset) -> str:
    """Why a plugin that this one goes on from has no fit of its own; empty where it has."""
    for inner in bound.goes_on_from.values():
        kind = inner.plugin.kind
        if kind == "student" and {"teacher", "fold_outputs"} & set(inner.plugin.takes):
            return f"{bound} goes on from {kind} {inner}, which asks a teacher itself"
        if lacking := sorted(inner.needs - dataset.facts):
            return f"{bound} goes on from {kind} {inner}, which needs {lacking[0]}"
    return ""


def _unfit(plugins: Mapping[str, Bound], dataset: Dataset, resolver: Resolver) -> str:
    """What a plugin itself says of the data, each asked once: a file of rows that are others."""
    for kind, bound in plugins.items():
        key = (bound, dataset.label)
        if key not in resolver.said:
            resolver.said[key] = _said(bound, dataset)
        if resolver.said[key]:
            return f"{kind} {bound}: {resolver.said[key]}"
    return ""


def _said(bound: Bound, dataset: Dataset) -> str:
    """The first objection of a plugin and those within it."""
    if bound.plugin.check is not None:
        try:
            why = bound.plugin.misfit(bound.params, dataset.schema)
        except Exception as error:
            why = f"its check raised {type(error).__name__}: {error}".partition("\n")[0]
        if why:
            return why
    within = [value for value in bound.params.values() if isinstance(value, Bound)]
    return next((why for inner in within if (why := _said(inner, dataset))), "")


def _offered_to(kind: str, plugins: Mapping[str, Bound]) -> frozenset[str]:
    other = WORKS_WITH.get(kind, "")
    offers = plugins[other].offers if other in plugins else frozenset()
    return offers | LOSSES if "labels_only" in offers else offers


def _giver(kind: str, fact: str, plugins: Mapping[str, Bound], dataset: str) -> str:
    other = WORKS_WITH.get(kind, "")
    if fact in PLUGIN_FACTS and other:
        return f"{other} {plugins.get(other, '-')}"
    return f"dataset {dataset}"


def _unserved(mix: Mix, plugins: Mapping[str, Bound]) -> str:
    """Needs that follow from how a cell is put together."""
    student, generator, objective = plugins["student"], plugins["generator"], plugins["objective"]
    if "fold_outputs" in student.plugin.takes and "query" not in plugins:
        return f"student {student} takes outputs of the teacher, for which {objective} does not ask"
    if "labels_only" in student.offers and "query" in plugins:
        return f"student {student} learns from labels alone; objective {objective} gives outputs"
    teacher = plugins.get("teacher")
    if mix.synthetic and teacher and "reads_privileged" in teacher.offers:
        return f"teacher {teacher} reads privileged inputs, which synthetic rows have not"
    if mix.streaming and "streaming" not in student.offers:
        return f"mix {mix.name} needs streaming, which student {student} does not offer"
    if mix.synthetic and "query" not in plugins and "class_labels" not in generator.offers:
        return (
            f"objective {objective} needs class_labels, which generator {generator} does not offer"
        )
    return ""
