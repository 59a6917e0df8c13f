"""A plan: the suite's product made into cells, each a straight line of shared artefacts."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache

from tscbench.contracts.errors import DataError, Unavailable
from tscbench.harness.compatibility import canonical, incompatibility
from tscbench.harness.datasets import Dataset, open_dataset
from tscbench.harness.resolve import Resolver
from tscbench.harness.suite import Grid, Suite
from tscbench.line.artefact import Artefact
from tscbench.line.fetch import Fetch
from tscbench.line.keys import digest, plugin_key
from tscbench.line.mix import Mix
from tscbench.line.step import Assembly
from tscbench.line.store import Store
from tscbench.registry import Bound, Registry
from tscbench.results import Cell


@dataclass(frozen=True, eq=False)
class Line:
    """A cell with the artefacts that its record is made from.

    fit: names the lines whose students come from one fit; size: the student's place among them.
    kept: whether the store keeps the student, for the timing pass that the run ends with.
    mix: of its rows; None on a teacher's line.
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

    @property
    def key(self) -> str:
        """Says everything that determines the cell's scores, metrics aside."""
        return self.predictions.key

    @property
    def model(self) -> Artefact:
        """The student, or the teacher on its own line."""
        inputs = self.predictions.inputs
        model = inputs["student"] if "student" in inputs else inputs["teacher"]
        assert isinstance(model, Artefact)
        return model


@dataclass(repr=False)
class Plan:
    """Every combination accounted for: product - excluded = runnable + skipped + joined.

    lines: the runnable cells; teachers: the teachers' own scores; skipped: combinations by reason;
    parts: by (dataset, split); seen: each teacher's outputs on its training rows, by query.
    """

    suite: Suite
    lines: list[Line] = field(default_factory=list)
    teachers: list[Line] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    product: int = 0
    excluded: int = 0
    joined: int = 0
    parts: dict[tuple[str, int | str], Artefact] = field(default_factory=dict)
    datasets: dict[str, Dataset] = field(default_factory=dict)
    seen: dict[str, dict[str, Artefact]] = field(default_factory=dict)

    def __repr__(self) -> str:
        made = f"{len(self.lines)} cells of {len(self.artefacts())} artefacts"
        return f"Plan({self.suite.name}: {made}, {self.skipped.total()} combinations skipped)"

    def all_lines(self) -> Iterator[Line]:
        """The teachers' own lines, then the cells'."""
        yield from self.teachers
        yield from self.lines

    def artefacts(self) -> dict[str, Artefact]:
        """Every distinct artefact by key, inputs before what is made from them."""
        found: dict[str, Artefact] = {}
        for line in self.all_lines():
            for root in (line.predictions, *line.extras.values()):
                _collect(root, found)
        return found


def _collect(root: Artefact, found: dict[str, Artefact]) -> None:
    if root.key not in found:
        for parent in root.parents():
            _collect(parent, found)
        found[root.key] = root


def make_plan(suite: Suite, registry: Registry, store: Store, fetch: Fetch) -> Plan:
    """The plan of a suite. Datasets are read, once per store: their facts decide what fits.

    Raises:
        DataError: a dataset that is here but cannot be benchmarked, and no other is.
    """
    resolver = Resolver(suite, registry)
    datasets, absent = _open_all(resolver, store, fetch)
    assembly = Assembly(resolver, {label: found.data for label, found in datasets.items()})
    metrics = tuple(registry.bind("metric", name) for name in suite.metrics)
    probes = tuple(registry.bind("probe", name) for name in suite.probes)
    plan = Plan(suite, datasets=datasets)
    seen: set[Cell] = set()
    reasons: dict[tuple[str | int, ...], str] = {}
    for combination in _combinations(plan):
        cell = canonical(combination, resolver)
        if cell in seen:
            plan.joined += 1
            continue
        plugins = (cell.dataset, cell.teacher, cell.query, cell.generator, cell.mix, cell.objective)
        key = (*plugins, cell.student)
        if key not in reasons:
            here = cell.dataset in datasets
            reasons[key] = (
                incompatibility(cell, datasets[cell.dataset], resolver)
                if here
                else absent[cell.dataset]
            )
        if reasons[key]:
            plan.skipped[reasons[key]] += 1
        else:
            seen.add(cell)
            _add(plan, cell, assembly, metrics, _probes_of(plan, cell, assembly, probes))
    return plan


def _open_all(
    resolver: Resolver, store: Store, fetch: Fetch
) -> tuple[dict[str, Dataset], dict[str, str]]:
    """The suite's datasets by canonical label, and the reasons why others are not here.

    Raises:
        DataError: of the first that cannot be benchmarked, where no other is here.
    """
    found: dict[str, Dataset] = {}
    absent: dict[str, str] = {}
    bad: list[DataError] = []
    for entry in dict.fromkeys(e for grid in resolver.suite.grid for e in grid.dataset):
        label, bound = resolver.label("dataset", entry), resolver.bound("dataset", entry)
        if bound in resolver.absent:
            absent[label] = f"dataset {label}: {resolver.absent[bound]}"
            continue
        try:
            found[label] = open_dataset(label, bound, store, fetch)
        except Unavailable as error:
            absent[label] = f"dataset {label}: {error}"
        except DataError as error:
            said = str(error)
            absent[label] = said if said.startswith("dataset ") else f"dataset {label}: {said}"
            error.add_note(f"dataset {label}: leave it out with --dataset no:{entry}")
            bad.append(error)
    if bad and not found:
        raise bad[0]
    return found, absent


def _combinations(plan: Plan) -> Iterator[Cell]:
    """The products of the grids, less what they exclude; what shares artefacts lies together."""
    suite = plan.suite
    for grid in suite.grid:
        for (
            dataset,
            split,
            teacher,
            query,
            seed,
            generator,
            mix,
            objective,
            student,
        ) in itertools.product(
            grid.dataset,
            suite.splits,
            grid.teacher,
            grid.query,
            suite.seeds,
            grid.generator,
            grid.mix,
            grid.objective,
            grid.student,
        ):
            plan.product += 1
            cell = Cell(dataset, split, teacher, query, generator, mix, objective, student, seed)
            if grid.exclude and _is_excluded(cell, grid):
                plan.excluded += 1
            else:
                yield cell


def _is_excluded(cell: Cell, grid: Grid) -> bool:
    return any(
        all(_fits(str(getattr(cell, axis)), pattern) for axis, pattern in rule.items())
        for rule in grid.exclude
    )


def _fits(label: str, pattern: str) -> bool:
    return fnmatchcase(label, pattern) or fnmatchcase(label.partition("(")[0], pattern)


def _probes_of(
    plan: Plan, cell: Cell, assembly: Assembly, probes: tuple[Bound, ...]
) -> dict[str, Artefact]:
    """The probes of a cell's first block of synthetic rows that its data allow; one that takes
    outputs needs a teacher. A streaming set has no rows to show."""
    mix, facts = assembly.resolver.mix(cell.mix), plan.datasets[cell.dataset].facts
    if mix.streaming or not mix.synthetic:
        return {}
    asked = [p for p in probes if cell.teacher != "-" or "outputs" not in p.plugin.takes]
    return {str(p): assembly.of(cell, "probe", probe=p) for p in asked if p.needs <= facts}


def _add_teacher(
    plan: Plan, cell: Cell, assembly: Assembly, metrics: tuple[Bound, ...]
) -> Artefact:
    """The predictions of a cell's teacher. Its own line is added the first time; each query that
    some cell asks about training rows is noted on it."""
    predictions, parts = assembly.of(cell, "teacher_predictions"), assembly.of(cell, "parts")
    if predictions.key not in plan.seen:
        seen = plan.seen[predictions.key] = {}
        own = Cell(cell.dataset, cell.split, cell.teacher, "-", "-", "-", "-", "teacher", "-")
        line = Line(own, predictions, predictions.key, 0.0, None, parts, metrics, extras=seen)
        plan.teachers.append(line)
    if assembly.resolver.mix(cell.mix).real:
        plan.seen[predictions.key][cell.query] = assembly.of(cell, "real_outputs")
    return predictions


def _add(
    plan: Plan,
    cell: Cell,
    assembly: Assembly,
    metrics: tuple[Bound, ...],
    extras: dict[str, Artefact],
) -> None:
    """Adds a canonical cell's line, and its teacher's own line the first time."""
    teacher = None if cell.teacher == "-" else _add_teacher(plan, cell, assembly, metrics)
    parts = plan.parts[cell.dataset, cell.split] = assembly.of(cell, "parts")
    predictions = assembly.of(cell, "predictions")
    fit, size = _fit_of(cell, assembly)
    suite = plan.suite
    first = (cell.split, cell.seed) == (suite.splits[0], suite.seeds[0])
    kept = first and suite.timing == "short"
    mix = assembly.resolver.mix(cell.mix)
    line = Line(cell, predictions, fit, size, teacher, parts, metrics, kept, extras, mix)
    plan.lines.append(line)


def _fit_of(cell: Cell, assembly: Assembly) -> tuple[str, float]:
    """Names the students that come from one fit, and the student's size among them."""
    bound = assembly.resolver.bound("student", cell.student)
    if bound.size is None:
        return assembly.of(cell, "student").key, 0.0
    made_from = assembly.of(cell, "compression_set").key
    return digest([_of_any_size(bound), made_from, cell.split, cell.seed]), float(bound.size)


@cache
def _of_any_size(bound: Bound) -> str:
    return plugin_key(bound.with_size(0))
