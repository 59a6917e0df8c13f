"""A plan: the suite's product made into cells, each a straight line of shared artefacts."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np

from tscbench.contracts.errors import DataError, Unavailable
from tscbench.contracts.kinds import ROOM_FACTS
from tscbench.contracts.types import Data
from tscbench.harness.suite import Grid, Suite
from tscbench.line.artefact import Artefact, Workshop, artefact
from tscbench.line.fetch import Fetch, locate
from tscbench.line.mix import Mix, parse_mix
from tscbench.line.recipe import content, digest, ingredients
from tscbench.line.splits import Parts
from tscbench.line.steps import STEPS, VERSIONS, load_data
from tscbench.line.store import Store
from tscbench.registry import Bound, Registry
from tscbench.results import Cell


@dataclass(frozen=True, eq=False)
class Line:
    """A cell with the artefacts that its record is made from."""

    cell: Cell
    answers: Artefact
    family: str
    rank: float
    teacher_answers: Artefact | None
    parts: Artefact
    metrics: tuple[Bound, ...]

    @property
    def recipe(self) -> str:
        """Says everything that determines the cell's scores, metrics aside."""
        return self.answers.key


@dataclass(frozen=True, eq=False)
class Source:
    """A dataset of the plan: its label, its artefact, and what its data says of itself."""

    label: str
    data: Artefact
    facts: frozenset[str]
    digest: str


@dataclass
class Plan:
    """Every combination accounted for: product = runnable + skipped + joined (- excluded before)."""

    suite: Suite
    lines: list[Line] = field(default_factory=list)
    teachers: list[Line] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    product: int = 0
    excluded: int = 0
    joined: int = 0
    parts: dict[tuple[str, int], Artefact] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def artefacts(self, lines: Iterable[Line] | None = None) -> dict[str, Artefact]:
        """Every distinct artefact behind `lines` (all of them), inputs before what needs them."""
        found: dict[str, Artefact] = {}
        for line in self.all_lines() if lines is None else lines:
            _collect(line.answers, found)
            if line.teacher_answers is not None:
                _collect(line.teacher_answers, found)
        return found

    def all_lines(self) -> Iterator[Line]:
        """The teachers' own lines, then the cells'."""
        yield from self.teachers
        yield from self.lines


def _collect(root: Artefact, found: dict[str, Artefact]) -> None:
    if root.key in found:
        return
    for parent in root.parents():
        _collect(parent, found)
    found[root.key] = root


def make_plan(suite: Suite, registry: Registry, store: Store, fetch: Fetch) -> Plan:
    """The plan of a suite. Datasets are read (once per store) because their facts decide what fits."""
    return _Planner(suite, registry, store, fetch).plan()


class _Planner:
    """Builds a plan; remembers each artefact by the labels that determine it."""

    def __init__(self, suite: Suite, registry: Registry, store: Store, fetch: Fetch) -> None:
        self.suite, self.registry, self.store, self.fetch = suite, registry, store, fetch
        self.memo: dict[tuple[Any, ...], Any] = {}
        self.metrics = tuple(registry.bind("metric", m) for m in suite.metrics)
        self.result = Plan(suite)
        self.absent: dict[Bound, str] = {}

    def once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    def plan(self) -> Plan:
        seen: dict[Cell, bool] = {}
        for grid in self.suite.grid:
            for cell in self.combinations(grid):
                self.result.product += 1
                reason, cell = self.judge(cell)
                if cell in seen:
                    self.result.joined += 1
                elif reason:
                    self.result.skipped[reason] += 1
                else:
                    seen[cell] = True
                    self.add(cell)
        return self.result

    def combinations(self, grid: Grid) -> Iterator[Cell]:
        """The product of a grid, less what it excludes; what shares artefacts lies together."""
        for dataset, split, seed, generator, mix, teacher, query, objective, student in (
            itertools.product(
                grid.dataset,
                self.suite.splits,
                self.suite.seeds,
                grid.generator,
                grid.mix,
                grid.teacher,
                grid.query,
                grid.objective,
                grid.student,
            )
        ):
            cell = Cell(
                dataset, split, teacher, query, generator, mix, objective, student, seed
            )
            if any(self.excludes(rule, cell) for rule in grid.exclude):
                self.result.excluded += 1
            else:
                yield cell

    def excludes(self, rule: Mapping[str, str], cell: Cell) -> bool:
        return all(
            fnmatchcase(str(getattr(cell, axis)), pattern)
            or fnmatchcase(str(getattr(cell, axis)).partition("(")[0], pattern)
            for axis, pattern in rule.items()
        )

    # What a label means ------------------------------------------------------------------

    def bound(self, kind: str, label: str) -> Bound:
        """A plugin with its parameters, paths located; a path that is not here is remembered."""

        def make() -> Bound:
            bound = self.registry.bind(kind, self.suite.spec(label))
            try:
                return located(bound)
            except Unavailable as error:
                self.absent[bound] = str(error)
                return bound

        return self.once(("bound", kind, label), make)

    def mix(self, label: str) -> Mix:
        return self.once(("mix", label), lambda: parse_mix(self.suite.spec(label)))

    def label(self, kind: str, label: str) -> str:
        """One label for all spellings of a spec: an alias as it is, else the canonical spec."""
        if label in self.suite.alias:
            return label
        return self.once(
            ("label", kind, label),
            lambda: str(self.mix(label)) if kind == "mix" else str(self.bound(kind, label)),
        )

    def source(self, label: str) -> Source | str:
        """The dataset, or the reason why this machine does not have it."""
        return self.once(("source", label), lambda: self.open(label))

    # Judging a combination ---------------------------------------------------------------

    def judge(self, cell: Cell) -> tuple[str, Cell]:
        """The reason to skip a combination (or none), and its canonical cell."""
        source = self.source(cell.dataset)
        mix = self.mix(cell.mix)
        objective = self.bound("objective", cell.objective)
        asks = "outputs" in objective.plugin.takes
        canonical = Cell(
            dataset=self.label("dataset", cell.dataset),
            split=cell.split,
            teacher=self.label("teacher", cell.teacher) if asks else "-",
            query=self.label("query", cell.query) if asks else "-",
            generator=self.label("generator", cell.generator) if mix.synthetic else "none",
            mix=self.label("mix", cell.mix),
            objective=self.label("objective", cell.objective),
            student=self.label("student", cell.student),
            seed=cell.seed,
        )
        if isinstance(source, str):
            return source, canonical
        key = (
            "reason",
            canonical.dataset,
            canonical.teacher,
            canonical.query,
            canonical.generator,
            canonical.mix,
            canonical.objective,
            canonical.student,
        )
        return self.once(key, lambda: self.reason(source, canonical)), canonical

    def reason(self, source: Source, cell: Cell) -> str:
        """Why a canonical cell cannot be run; empty when it can."""
        mix = self.mix(cell.mix)
        if mix.synthetic and cell.generator == "none":
            return f"generator none makes no rows for mix {mix.name}"
        rooms = {
            kind: self.bound(kind, getattr(cell, kind))
            for kind in ("teacher", "query", "generator", "objective", "student")
            if getattr(cell, kind) != "-"
        }
        for kind, bound in rooms.items():
            if bound in self.absent:
                return f"{kind} {bound}: {self.absent[bound]}"
            lacking = sorted(bound.needs - self.offered(kind, rooms, source.facts))
            if lacking:
                giver = _giver(kind, lacking[0], rooms, source.label)
                return f"{kind} {bound} needs {lacking[0]}, which {giver} does not offer"
        if "teacher" in rooms["student"].plugin.takes and "teacher" not in rooms:
            return f"student {rooms['student']} asks the teacher, which {cell.objective} has not"
        if mix.live and "live" not in rooms["student"].offers:
            return f"mix {mix.name} needs live, which student {rooms['student']} does not offer"
        if mix.synthetic and "teacher" not in rooms and (
            "class_labels" not in rooms["generator"].offers
        ):
            return (
                f"objective {rooms['objective']} needs class_labels, "
                f"which generator {rooms['generator']} does not offer"
            )
        return ""

    def offered(
        self, kind: str, rooms: Mapping[str, Bound], facts: frozenset[str]
    ) -> frozenset[str]:
        """What a room may count on: the data, and the room that it works with."""
        partner = {"query": "teacher", "objective": "student"}.get(kind)
        return facts | (rooms[partner].offers if partner in rooms else frozenset())

    # Data --------------------------------------------------------------------------------

    def open(self, label: str) -> Source | str:
        bound = self.bound("dataset", label)
        if bound in self.absent:
            return f"dataset {label}: {self.absent[bound]}"
        try:
            recipe = artefact(
                "data", {}, {"dataset": bound}, stream=("data",), version=VERSIONS["data"]
            )
            facts = self.store.facts(recipe.key)
            if facts is None or "digest" not in facts:
                data = load_data(bound, self.fetch)
                facts = {
                    "facts": sorted(data.schema.facts),
                    "digest": data_digest(data),
                    "n": len(data.rows),
                    "d": int(data.rows.x[0].size),
                    "k": int(np.prod(data.schema.outputs)),
                }
                self.store.write(recipe.key, data, facts)
        except Unavailable as error:
            return f"dataset {label}: {error}"
        except DataError as error:
            error.add_note(f"leave it out with --dataset no:{label}")
            raise
        # Downstream recipes stand on the data's content, wherever it came from.
        key = digest({"data": facts["digest"]})
        value = Artefact("data", recipe.key, {}, {"dataset": bound})
        found = Source(label, value, frozenset(facts["facts"]), key)
        self.result.sources[label] = found
        return found

    # The line ----------------------------------------------------------------------------

    def step(
        self, step: str, inputs: Mapping[str, Any], *, stored: bool = True, **rest: Any
    ) -> Artefact:
        params = {"threads": self.suite.threads, **rest.pop("params", {})}
        return artefact(
            step, inputs, params=params, version=VERSIONS[step], stored=stored, **rest
        )

    def parts(self, cell: Cell) -> Artefact:
        def make() -> Artefact:
            source = self.source(cell.dataset)
            assert isinstance(source, Source)
            rule = self.suite.rule
            params = {
                "test": rule.test,
                "valid": rule.valid,
                "n_train": rule.n_train,
                "split": cell.split,
            }
            key = digest({"parts": VERSIONS["parts"], "data": source.digest, **params})
            found = Artefact("parts", key, {"data": source.data}, params=params)
            self.result.parts[(cell.dataset, cell.split)] = found
            return found

        return self.once(("parts", cell.dataset, cell.split), make)

    def teacher(self, cell: Cell) -> Artefact:
        return self.once(
            ("teacher", cell.dataset, cell.split, cell.teacher),
            lambda: self.step(
                "teacher",
                {"parts": self.parts(cell)},
                plugins={"teacher": self.bound("teacher", cell.teacher)},
                stream=("teacher", cell.split),
            ),
        )

    def fold_teachers(self, cell: Cell, folds: int, fold_seed: int) -> tuple[Artefact, ...]:
        return self.once(
            ("folds", cell.dataset, cell.split, cell.teacher, folds, fold_seed),
            lambda: tuple(
                self.step(
                    "fold_teacher",
                    {"parts": self.parts(cell)},
                    plugins={"teacher": self.bound("teacher", cell.teacher)},
                    params={"folds": folds, "fold_seed": fold_seed, "fold": fold},
                    stream=("teacher", cell.split, "fold", fold),
                )
                for fold in range(folds)
            ),
        )

    def teachers(self, cell: Cell) -> tuple[dict[str, Any], dict[str, Any]]:
        """The inputs of a query, and the parameters that say how its folds are drawn."""
        query = self.bound("query", cell.query)
        inputs: dict[str, Any] = {}
        params: dict[str, Any] = {}
        if "teacher" in query.plugin.takes:
            inputs["teacher"] = self.teacher(cell)
        if query.plugin.fits is not None:
            params["fold_seed"] = query.params.get("fold_seed", 0)
            folds = query.params[query.plugin.fits]
            inputs["fold_teachers"] = self.fold_teachers(cell, folds, params["fold_seed"])
        return inputs, params

    def real_outputs(self, cell: Cell) -> Artefact:
        def make() -> Artefact:
            inputs, params = self.teachers(cell)
            return self.step(
                "real_outputs",
                {"parts": self.parts(cell), **inputs},
                plugins={"query": self.bound("query", cell.query)},
                params=params,
                stream=("real_outputs", cell.split),
            )

        return self.once(("real", cell.dataset, cell.split, cell.teacher, cell.query), make)

    def sampler(self, cell: Cell) -> Artefact:
        return self.once(
            ("sampler", cell.dataset, cell.split, cell.generator),
            lambda: self.step(
                "sampler",
                {"parts": self.parts(cell)},
                plugins={"generator": self.bound("generator", cell.generator)},
                stream=("sampler", cell.split),
            ),
        )

    def synthetic(self, cell: Cell, block: int) -> Artefact:
        return self.once(
            ("synthetic", cell.dataset, cell.split, cell.generator, cell.seed, block),
            lambda: self.step(
                "synthetic",
                {"parts": self.parts(cell), "sampler": self.sampler(cell)},
                stream=("synthetic", cell.split, cell.seed, block),
            ),
        )

    def synthetic_outputs(self, cell: Cell, block: int) -> Artefact:
        def make() -> Artefact:
            inputs, params = self.teachers(cell)
            return self.step(
                "synthetic_outputs",
                {"parts": self.parts(cell), "rows": self.synthetic(cell, block), **inputs},
                plugins={"query": self.bound("query", cell.query)},
                params=params,
                stream=("synthetic_outputs", cell.split, cell.seed, block),
            )

        key = (cell.dataset, cell.split, cell.teacher, cell.query, cell.generator, cell.seed, block)
        return self.once(("labels", *key), make)

    def compression_set(self, cell: Cell) -> Artefact:
        def make() -> Artefact:
            mix = self.mix(cell.mix)
            asks = cell.teacher != "-"
            inputs: dict[str, Any] = {"parts": self.parts(cell)}
            plugins = {"objective": self.bound("objective", cell.objective)}
            params: dict[str, Any] = {"mix": str(mix)}
            if asks and mix.real:
                inputs["real_outputs"] = self.real_outputs(cell)
            if mix.live and mix.synthetic:
                inputs["sampler"] = self.sampler(cell)
                if asks:
                    teachers, folds = self.teachers(cell)
                    inputs |= teachers
                    params |= folds
                    plugins["query"] = self.bound("query", cell.query)
            elif mix.synthetic:
                blocks = range(mix.blocks)
                inputs["blocks"] = tuple(self.synthetic(cell, b) for b in blocks)
                if asks:
                    inputs["block_outputs"] = tuple(self.synthetic_outputs(cell, b) for b in blocks)
            return self.step(
                "compression_set",
                inputs,
                plugins=plugins,
                params=params,
                stream=("compression_set", cell.split, cell.seed),
                stored=False,
            )

        key = (getattr(cell, axis) for axis in Cell.__dataclass_fields__ if axis != "student")
        return self.once(("set", *key), make)

    def student(self, cell: Cell, bound: Bound) -> Artefact:
        inputs: dict[str, Any] = {
            "parts": self.parts(cell),
            "compression_set": self.compression_set(cell),
        }
        if "teacher" in bound.plugin.takes:
            inputs["teacher"] = self.teacher(cell)
        return self.step(
            "student",
            inputs,
            plugins={"student": bound},
            stream=("student", cell.split, cell.seed),
            stored=False,
        )

    def teacher_line(self, cell: Cell) -> Line:
        """The teacher's own answers and scores, as a line of its own."""

        def make() -> Line:
            answers = self.step(
                "answers", {"parts": self.parts(cell), "model": self.teacher(cell)}
            )
            own = Cell(
                cell.dataset, cell.split, cell.teacher, "-", "-", "-", "-", "teacher", "-"
            )
            line = Line(own, answers, answers.key, 0, None, self.parts(cell), self.metrics)
            self.result.teachers.append(line)
            return line

        return self.once(("teacher line", cell.dataset, cell.split, cell.teacher), make)

    def add(self, cell: Cell) -> None:
        """Adds a canonical cell's line to the plan."""
        bound = self.bound("student", cell.student)
        student = self.student(cell, bound)
        prefix = bound.plugin.prefix
        family, rank = student.key, 0.0
        if prefix is not None:
            others = {k: v for k, v in bound.params.items() if k != prefix}
            rest = self.once(("family", cell.student), lambda: _digest_params(bound, others))
            family = digest([rest, student.inputs["compression_set"].key, cell.seed, cell.split])  # type: ignore[union-attr]
            rank = float(bound.params[prefix])
        answers = self.step(
            "answers",
            {
                "parts": self.parts(cell),
                "model": student,
                "compression_set": self.compression_set(cell),
            },
        )
        teacher = None if cell.teacher == "-" else self.teacher_line(cell).answers
        self.result.lines.append(
            Line(cell, answers, family, rank, teacher, self.parts(cell), self.metrics)
        )


def _digest_params(bound: Bound, params: Mapping[str, Any]) -> str:
    return ingredients(Bound(bound.plugin, params, bound.spec))


def _giver(kind: str, fact: str, rooms: Mapping[str, Bound], dataset: str) -> str:
    partner = {"query": "teacher", "objective": "student"}.get(kind)
    if fact in ROOM_FACTS and partner in rooms:
        return f"{partner} {rooms[partner]}"
    return f"dataset {dataset}"


def located(bound: Bound) -> Bound:
    """The same with every path parameter located on this machine.

    Raises:
        Unavailable: a file is not there.
    """
    params = {k: locate(v) if isinstance(v, Path) else v for k, v in bound.params.items()}
    return replace(bound, params=params)


def data_digest(data: Data) -> str:
    """Names data by its content: rows, labels, official test rows and schema."""
    schema = data.schema
    rows = data.rows
    return digest(
        [
            content(rows.x, rows.y, rows.id, rows.privileged, rows.truth, data.test),
            content(schema.numeric, schema.cardinality),
            [list(schema.inputs), list(schema.outputs), str(schema.link), schema.missing],
            list(schema.classes),
        ]
    )


def parts_of(plan: Plan, store: Store, key: tuple[str, int]) -> Parts:
    """The parts of one (dataset, split) of a plan, made now if they are not kept."""
    return Workshop(store, STEPS).get(plan.parts[key])
