"""Which rooms fit each other and the data: needs met by offers, or the reason to skip."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tscbench.contracts.kinds import ROOM_FACTS
from tscbench.harness.datasets import Dataset
from tscbench.harness.resolve import Resolver
from tscbench.line.mix import Mix
from tscbench.registry import Bound
from tscbench.results import Cell

PARTNER = {"query": "teacher", "objective": "student"}
"""The room that another one works with, and may need something of."""


def canonical(cell: Cell, resolver: Resolver) -> Cell:
    """The cell with "-" where an axis cannot reach, and one label for all spellings."""
    mix = resolver.mix(cell.mix)
    asks = "outputs" in resolver.bound("objective", cell.objective).plugin.takes
    return Cell(
        dataset=resolver.label("dataset", cell.dataset),
        split=cell.split,
        teacher=resolver.label("teacher", cell.teacher) if asks else "-",
        query=resolver.label("query", cell.query) if asks else "-",
        generator=resolver.label("generator", cell.generator) if mix.synthetic else "none",
        mix=resolver.label("mix", cell.mix),
        objective=resolver.label("objective", cell.objective),
        student=resolver.label("student", cell.student),
        seed=cell.seed,
    )


def incompatibility(cell: Cell, dataset: Dataset, resolver: Resolver) -> str:
    """Why a canonical cell cannot be run on this dataset; empty when it can."""
    mix = resolver.mix(cell.mix)
    if mix.synthetic and cell.generator == "none":
        return f"generator none makes no rows for mix {mix.name}"
    rooms = {
        kind: resolver.bound(kind, getattr(cell, kind))
        for kind in ("teacher", "query", "generator", "objective", "student")
        if getattr(cell, kind) != "-"
    }
    for kind, bound in rooms.items():
        if bound in resolver.absent:
            return f"{kind} {bound}: {resolver.absent[bound]}"
        lacking = sorted(bound.needs - dataset.facts - _partner_offers(kind, rooms))
        if lacking:
            giver = _giver(kind, lacking[0], rooms, cell.dataset)
            return f"{kind} {bound} needs {lacking[0]}, which {giver} does not offer"
    return _unserved(cell, mix, rooms) or _unfit(rooms, dataset, resolver)


def _unfit(rooms: Mapping[str, Bound], dataset: Dataset, resolver: Resolver) -> str:
    """What a plugin itself says of the data, each asked once: a file of rows that are others."""
    for kind, bound in rooms.items():
        key = ("fits", dataset.label, kind, str(bound))
        why: str = resolver.once(key, partial(_said, bound, dataset))
        if why:
            return f"{kind} {bound}: {why}"
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


def _partner_offers(kind: str, rooms: Mapping[str, Bound]) -> frozenset[str]:
    partner = PARTNER.get(kind, "")
    return rooms[partner].offers if partner in rooms else frozenset()


def _giver(kind: str, fact: str, rooms: Mapping[str, Bound], dataset: str) -> str:
    partner = PARTNER.get(kind, "")
    if fact in ROOM_FACTS and partner in rooms:
        return f"{partner} {rooms[partner]}"
    return f"dataset {dataset}"


def _unserved(cell: Cell, mix: Mix, rooms: Mapping[str, Bound]) -> str:
    """Needs that follow from how a cell is put together."""
    student, generator, objective = rooms["student"], rooms["generator"], rooms["objective"]
    if {"teacher", "fold_outputs"} & set(student.plugin.takes) and "teacher" not in rooms:
        return f"student {student} asks the teacher, which {cell.objective} has not"
    if mix.live and "live" not in student.offers:
        return f"mix {mix.name} needs live, which student {student} does not offer"
    if mix.synthetic and "teacher" not in rooms and "class_labels" not in generator.offers:
        return (
            f"objective {objective} needs class_labels, which generator {generator} does not offer"
        )
    return ""
