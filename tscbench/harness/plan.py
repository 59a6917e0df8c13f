"""A plan: the suite's product made into cells, each a straight line of shared artefacts."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from tscbench.contracts.errors import DataError, Unavailable
from tscbench.harness.assembly import Assembly, Dataset, open_dataset
from tscbench.harness.fit import canonical, misfit
from tscbench.harness.meaning import Meaning
from tscbench.harness.suite import Grid, Suite
from tscbench.line.artefact import Artefact
from tscbench.line.fetch import Fetch
from tscbench.line.store import Store
from tscbench.registry import Bound, Registry
from tscbench.results import Cell


@dataclass(frozen=True, eq=False)
class Line:
    """A cell with the artefacts that its record is made from.

    family: names the lines whose students come from one fit; size: the student's place among them.
    kept: whether the store keeps the student, for the timing pass that the run ends with.
    asides: what the record says besides, by name: what probes say of the cell's synthetic rows, or
    of a teacher its outputs on training rows, by query. One that fails is noted and fails nothing.
    """

    cell: Cell
    answers: Artefact
    family: str
    size: float
    teacher_answers: Artefact | None
    parts: Artefact
    metrics: tuple[Bound, ...]
    kept: bool = False
    asides: Mapping[str, Artefact] = field(default_factory=dict)

    @property
    def recipe(self) -> str:
        """Says everything that determines the cell's scores, metrics aside."""
        return self.answers.key

    @property
    def model(self) -> Artefact:
        """The student, or the teacher on its own line."""
        model = self.answers.inputs["model"]
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
            for root in (line.answers, *line.asides.values()):
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
    meaning = Meaning(suite, registry)
    datasets, absent = _open_all(meaning, store, fetch)
    assembly = Assembly(meaning, datasets)
    metrics = tuple(registry.bind("metric", name) for name in suite.metrics)
    probes = tuple(registry.bind("probe", name) for name in suite.probes)
    plan = Plan(suite, parts=assembly.drawn, datasets=datasets)
    seen: set[Cell] = set()
    reasons: dict[tuple[str | int, ...], str] = {}
    for combination in _combinations(plan):
        cell = canonical(combination, meaning)
        if cell in seen:
            plan.joined += 1
            continue
        rooms = (cell.dataset, cell.teacher, cell.query, cell.generator, cell.mix, cell.objective)
        key = (*rooms, cell.student)
        if key not in reasons:
            here = cell.dataset in datasets
            reasons[key] = (
                misfit(cell, datasets[cell.dataset], meaning) if here else absent[cell.dataset]
            )
        if reasons[key]:
            plan.skipped[reasons[key]] += 1
        else:
            seen.add(cell)
            _add(plan, cell, assembly, metrics, _probes_of(cell, assembly, probes))
    return plan


def _open_all(
    meaning: Meaning, store: Store, fetch: Fetch
) -> tuple[dict[str, Dataset], dict[str, str]]:
    """The suite's datasets by canonical label, and the reasons why others are not here.

    Raises:
        DataError: of the first that cannot be benchmarked, where no other is here.
    """
    found: dict[str, Dataset] = {}
    absent: dict[str, str] = {}
    bad: list[DataError] = []
    for entry in dict.fromkeys(e for grid in meaning.suite.grid for e in grid.dataset):
        label, bound = meaning.label("dataset", entry), meaning.bound("dataset", entry)
        if bound in meaning.absent:
            absent[label] = f"dataset {label}: {meaning.absent[bound]}"
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


def _probes_of(cell: Cell, assembly: Assembly, probes: tuple[Bound, ...]) -> dict[str, Artefact]:
    """The probes of a cell's synthetic rows that its data allow; one that takes outputs needs a
    teacher. A live set has no rows to show."""
    mix, facts = assembly.meaning.mix(cell.mix), assembly.datasets[cell.dataset].facts
    if mix.live or not mix.synthetic:
        return {}
    asked = [p for p in probes if cell.teacher != "-" or "outputs" not in p.plugin.takes]
    return {str(p): assembly.probe(cell, p) for p in asked if p.needs <= facts}


def _add_teacher(
    plan: Plan, cell: Cell, assembly: Assembly, metrics: tuple[Bound, ...]
) -> Artefact:
    """The answers of a cell's teacher. Its own line is added the first time; each query that some
    cell asks about training rows is noted on it."""
    answers, parts = assembly.teacher_answers(cell), assembly.parts(cell)
    if answers.key not in plan.seen:
        seen = plan.seen[answers.key] = {}
        own = Cell(cell.dataset, cell.split, cell.teacher, "-", "-", "-", "-", "teacher", "-")
        line = Line(own, answers, answers.key, 0.0, None, parts, metrics, asides=seen)
        plan.teachers.append(line)
    if assembly.meaning.mix(cell.mix).real:
        plan.seen[answers.key][cell.query] = assembly.real_outputs(cell)
    return answers


def _add(
    plan: Plan,
    cell: Cell,
    assembly: Assembly,
    metrics: tuple[Bound, ...],
    asides: dict[str, Artefact],
) -> None:
    """Adds a canonical cell's line, and its teacher's own line the first time."""
    teacher = None if cell.teacher == "-" else _add_teacher(plan, cell, assembly, metrics)
    parts = assembly.parts(cell)
    student = assembly.student(cell)
    family, size = assembly.family(cell, student)
    answers = assembly.answers(cell, student)
    suite = plan.suite
    first = (cell.split, cell.seed) == (suite.splits[0], suite.seeds[0])
    kept = first and suite.timing == "short"
    line = Line(cell, answers, family, size, teacher, parts, metrics, kept, asides)
    plan.lines.append(line)
