"""The graph of a plan's jobs: what is still to be made, and what each waits for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tscbench.harness.job import Job
from tscbench.harness.lines import Line
from tscbench.line.artefact import Artefact
from tscbench.line.store import Store


@dataclass
class Node:
    """A job with the stored artefacts it needs, those it still waits for, and what waits for it.

    extras: needs that may fail without it.
    """

    job: Job
    order: int
    needs: set[str] = field(default_factory=set)
    waits_for: set[str] = field(default_factory=set)
    wanted_by: list[str] = field(default_factory=list)
    extras: set[str] = field(default_factory=set)
    attempts: int = 0
    settled: bool = False


@dataclass
class Graph:
    """Jobs by key; users: how many jobs need an artefact; passing: those kept only meanwhile."""

    nodes: dict[str, Node]
    users: Counter[str]
    passing: set[str]


def build_graph(lines: Iterable[Line], store: Store) -> Graph:
    """The jobs that `lines` still need, given what the store keeps."""
    kept = store.keys()
    graph = Graph({}, Counter(), set())
    by_fit: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_fit[line.fit].append(line)
    for order, (fit, members) in enumerate(by_fit.items()):
        key = f"cells {fit}"
        node = graph.nodes[key] = Node(Job(key, store, lines=tuple(members)), order)
        needs = {need.key: need for line in members for need in _line_needs(line, kept)}
        extras = {a.key: a for line in members for a in line.extras.values()}
        node.extras = extras.keys() - needs.keys()
        _require(node, needs | extras, graph, kept, store)
    for key, node in graph.nodes.items():
        graph.users.update(node.needs)
        for need in node.waits_for:
            graph.nodes[need].wanted_by.append(key)
    return graph


def _line_needs(line: Line, kept: set[str]) -> list[Artefact]:
    """The stored artefacts that a line's job starts from."""
    needs = [line.parts]
    if line.predictions.key not in kept:
        needs += stored_needs(line.predictions) if not line.model.stored else [line.predictions]
    if line.teacher_predictions is not None:
        needs.append(line.teacher_predictions)
    return needs


def stored_needs(artefact: Artefact) -> list[Artefact]:
    """The nearest stored artefacts that `artefact` is made from."""
    needs = []
    for parent in artefact.parents():
        needs += [parent] if parent.stored else stored_needs(parent)
    return needs


def _require(
    node: Node, needs: dict[str, Artefact], graph: Graph, kept: set[str], store: Store
) -> None:
    for key, need in needs.items():
        node.needs.add(key)
        if need.step == "fold_teacher":
            graph.passing.add(key)
        if key in kept:
            continue
        node.waits_for.add(key)
        if key not in graph.nodes:
            made = graph.nodes[key] = Node(Job(key, store, need), node.order)
            inner = {parent.key: parent for parent in stored_needs(need)}
            _require(made, inner, graph, kept, store)
