"""A plan: the suite's product made into cells, each a straight line of shared artefacts."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from tscbench.contracts.collector import uncollected
from tscbench.contracts.errors import DataError, Unavailable
from tscbench.harness.compatibility import canonical, incompatibility
from tscbench.harness.datasets import Dataset, open_dataset
from tscbench.harness.lines import Choice, Line, Lines
from tscbench.harness.resolve import Resolver
from tscbench.harness.suite import Grid, Suite
from tscbench.line.artefact import Artefact
from tscbench.line.fetch import Fetch
from tscbench.line.step import Assembly
from tscbench.line.store import Store
from tscbench.registry import Registry
from tscbench.results.cell import Cell


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
        by_key: dict[str, Artefact] = {}
        for line in self.all_lines():
            for root in (line.predictions, *line.extras.values()):
                _collect(root, by_key)
        return by_key


def _collect(root: Artefact, by_key: dict[str, Artefact]) -> None:
    if root.key not in by_key:
        for parent in root.parents():
            _collect(parent, by_key)
        by_key[root.key] = root


@uncollected()
def make_plan(
    suite: Suite,
    registry: Registry,
    store: Store,
    fetch: Fetch,
    only: Collection[str] | None = None,
) -> Plan:
    """The plan of a suite. Datasets are read, once per store: their facts decide what fits. only:
    the ids of the cells that are wanted, if not all.

    Raises:
        DataError: a dataset that is here but cannot be benchmarked, and no other is.
    """
    resolver = Resolver(suite, registry)
    datasets, absent = _open_all(resolver, store, fetch)
    assembly = Assembly(resolver, {label: opened.data for label, opened in datasets.items()})
    plan, lines = Plan(suite, datasets=datasets), Lines(suite, registry, assembly)
    seen: set[Cell] = set()

    choices: dict[tuple[str, ...], Choice] = {}
    for axes, split, seed in _combinations(plan):
        if axes not in choices:
            cell = canonical(_cell(axes, split, seed), resolver)
            opened = datasets.get(cell.dataset)
            why = incompatibility(cell, opened, resolver) if opened else absent[cell.dataset]
            choices[axes] = lines.choice(cell, opened.facts if opened else frozenset(), why)
        choice = choices[axes]
        cell = replace(choice.cell, split=split, seed=seed)
        if only is not None and cell.id not in only:
            continue
        if choice.why:
            plan.skipped[choice.why] += 1
        elif cell in seen:
            plan.joined += 1
        else:
            seen.add(cell)
            _add(plan, lines, cell, choice)
    return plan


def _open_all(
    resolver: Resolver, store: Store, fetch: Fetch
) -> tuple[dict[str, Dataset], dict[str, str]]:
    """The suite's datasets by canonical label, and the reasons why others are not here.

    Raises:
        DataError: of the first that cannot be benchmarked, where no other is here.
    """
    datasets: dict[str, Dataset] = {}
    absent: dict[str, str] = {}
    bad: list[DataError] = []
    for entry in dict.fromkeys(e for grid in resolver.suite.grid for e in grid.dataset):
        label, bound = resolver.label("dataset", entry), resolver.bound("dataset", entry)
        if bound in resolver.absent:
            absent[label] = f"dataset {label}: {resolver.absent[bound]}"
            continue
        try:
            datasets[label] = open_dataset(label, bound, store, fetch)
        except Unavailable as error:
            absent[label] = f"dataset {label}: {error}"
        except DataError as error:
            said = str(error)
            absent[label] = said if said.startswith("dataset ") else f"dataset {label}: {said}"
            error.add_note(f"dataset {label}: leave it out with --dataset no:{entry}")
            bad.append(error)
    if bad and not datasets:
        raise bad[0]
    return datasets, absent


def _combinations(plan: Plan) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """The products of the grids, less what they exclude: the choices on the other axes, split and
    seed. What shares artefacts lies together."""
    suite = plan.suite
    for grid in map(_generators_alone, suite.grid) if suite.probes_only else suite.grid:
        for dataset, split, teacher, query, seed, *others in itertools.product(
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
            axes = (dataset, teacher, query, *others)
            if grid.exclude and _is_excluded(_cell(axes, split, seed), grid):
                plan.excluded += 1
            else:
                yield axes, split, seed


def _cell(axes: tuple[str, ...], split: int, seed: int) -> Cell:
    dataset, teacher, query, generator, mix, objective, student = axes
    return Cell(dataset, split, teacher, query, generator, mix, objective, student, seed)


def _generators_alone(grid: Grid) -> Grid:
    """The same with no choice on the axes after the generator."""
    axes = ("teacher", "query", "mix", "objective")
    return grid.model_copy(update={**dict.fromkeys(axes, ["-"]), "student": ["generator"]})


def _is_excluded(cell: Cell, grid: Grid) -> bool:
    return any(
        all(_fits(str(getattr(cell, axis)), pattern) for axis, pattern in rule.items())
        for rule in grid.exclude
    )


def _fits(label: str, pattern: str) -> bool:
    return fnmatchcase(label, pattern) or fnmatchcase(label.partition("(")[0], pattern)


def _add(plan: Plan, lines: Lines, cell: Cell, choice: Choice) -> None:
    """Adds a canonical cell's line, and its teacher's own line the first time. Each query that some
    cell asks about training rows is noted on the teacher's."""
    line = lines.of(cell, choice)
    plan.lines.append(line)
    plan.parts[cell.dataset, cell.split] = line.parts
    if line.teacher_predictions is None:
        return
    key = line.teacher_predictions.key
    if key not in plan.seen:
        plan.seen[key] = {}
        plan.teachers.append(lines.of_teacher(cell, plan.seen[key]))
    if line.mix is not None and line.mix.real and cell.query != "-":
        plan.seen[key][cell.query] = lines.assembly.at(cell).of("real_outputs")
