"""Lines: cells with the artefacts that their records are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from tscbench.contracts.kinds import AXES, KINDS
from tscbench.harness.suite import Suite
from tscbench.line.artefact import Artefact
from tscbench.line.keys import digest, plugin_key
from tscbench.line.mix import Mix
from tscbench.line.step import Assembly
from tscbench.registry import Bound, Registry
from tscbench.results.cell import ALONE, Cell


@dataclass(frozen=True, eq=False)
class Line:
    """A cell with the artefacts that its record is made from.

    fit: names the lines whose students come from one fit; size: the student's place among them.
    kept: whether the store keeps the student, for the timing pass that the run ends with.
    plugins: what it is made with, by kind. mix: of its rows; None on a teacher's line. sampler:
    what draws its synthetic rows.
    extras: what the record says besides, by name: what probes say of the cell's synthetic rows, or
    of a teacher its outputs on training rows, by query. One that fails is noted and fails nothing.
    """

    cell: Cell
    predictions: Artefact
    fit: str
    size: float
    teacher_predictions: Artefact | None
    parts: Artefact
    metrics: tuple[Bound, ...]
    kept: bool = False
    extras: Mapping[str, Artefact] = field(default_factory=dict)
    mix: Mix | None = None
    plugins: Mapping[str, Bound] = field(default_factory=dict)
    sampler: Artefact | None = None

    @property
    def key(self) -> str:
        """Says everything that determines the cell's scores, metrics aside."""
        return self.predictions.key

    @property
    def model(self) -> Artefact:
        """The student, or the teacher or sampler on a line of its own."""
        inputs = self.predictions.inputs
        model = next(inputs[of] for of in ("student", "teacher", "sampler") if of in inputs)
        assert isinstance(model, Artefact)
        return model


@dataclass(frozen=True, eq=False)
class Choice:
    """A choice of plugins and mix: what the cells of all splits and seeds have alike.

    cell: one of them, canonical. why: the reason why none can be run; empty when they can.
    plugins: by kind. probes: those that the data allow.
    """

    cell: Cell
    why: str
    mix: Mix
    plugins: Mapping[str, Bound]
    probes: tuple[Bound, ...]


class Lines:
    """Makes the lines of a suite's canonical cells."""

    def __init__(self, suite: Suite, registry: Registry, assembly: Assembly) -> None:
        self.suite, self.assembly = suite, assembly
        self.metrics = tuple(registry.bind("metric", name) for name in suite.metrics)
        self.probes = tuple(registry.bind("probe", name) for name in suite.probes)

    def choice(self, cell: Cell, facts: frozenset[str], why: str = "") -> Choice:
        """What a canonical cell chooses; facts: those of its data."""
        mix = self.assembly.resolver.mix("fake" if self.suite.probes_only else cell.mix)
        return Choice(cell, why, mix, self._plugins(cell), self._probes(cell, mix, facts))

    def of(self, cell: Cell, choice: Choice) -> Line:
        """A cell's line. In a suite of probes it is its generator's."""
        here, alone = self.assembly.at(cell), self.suite.probes_only
        predictions = here.of("generator_facts" if alone else "predictions")
        fit, size = (predictions.key, 0.0) if alone else _fit(cell, predictions, choice)
        first = (cell.split, cell.seed) == (self.suite.splits[0], self.suite.seeds[0])
        return Line(
            cell,
            predictions,
            fit,
            size,
            None if cell.teacher == "-" else here.of("teacher_predictions"),
            here.of("parts"),
            () if alone else self.metrics,
            kept=first and self.suite.timing == "short" and not alone,
            extras={str(probe): here.of("probe", probe=probe) for probe in choice.probes},
            mix=None if alone else choice.mix,
            plugins=choice.plugins,
            sampler=here.of("sampler") if choice.mix.synthetic else None,
        )

    def of_teacher(self, cell: Cell, seen: Mapping[str, Artefact]) -> Line:
        """The line of a cell's teacher alone; seen: its outputs on training rows, by query."""
        own = Cell(cell.dataset, cell.split, cell.teacher, "-", "-", "-", "-", "teacher", "-")
        here = self.assembly.at(cell)
        told, parts = here.of("teacher_predictions"), here.of("parts")
        plugins = self._plugins(own)
        return Line(
            own, told, told.key, 0.0, None, parts, self.metrics, extras=seen, plugins=plugins
        )

    def _probes(self, cell: Cell, mix: Mix, facts: frozenset[str]) -> tuple[Bound, ...]:
        """The probes of a cell's first block of synthetic rows that its data allow; one that takes
        outputs needs a query. A streaming set has no rows to show."""
        if mix.streaming or not mix.synthetic:
            return ()
        asked = [p for p in self.probes if cell.query != "-" or "outputs" not in p.plugin.takes]
        return tuple(probe for probe in asked if probe.needs <= facts)

    def _plugins(self, cell: Cell) -> dict[str, Bound]:
        """The plugins that a canonical cell is made with, by kind."""
        labels = {kind: str(getattr(cell, kind)) for kind in KINDS if kind in AXES}
        none = {"-", "none", *{*ALONE} & {cell.student}}
        bound = self.assembly.resolver.bound
        return {kind: bound(kind, label) for kind, label in labels.items() if label not in none}


def _fit(cell: Cell, predictions: Artefact, choice: Choice) -> tuple[str, float]:
    """Names the students that come from one fit, and the student's size among them."""
    student, bound = predictions.inputs["student"], choice.plugins["student"]
    assert isinstance(student, Artefact)
    if bound.size is None:
        return student.key, 0.0
    made_from = sorted(artefact.name for artefact in student.parents())
    return digest([_of_any_size(bound), made_from, cell.split, cell.seed]), float(bound.size)


@cache
def _of_any_size(bound: Bound) -> str:
    return plugin_key(bound.with_size(0))
