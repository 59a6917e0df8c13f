"""Assembly: the artefacts of one cell, shared with every cell that has them too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from tscbench.contracts.description import read_description
from tscbench.contracts.types import Data, Schema
from tscbench.harness.meaning import Meaning, Once
from tscbench.line.artefact import Artefact, artefact
from tscbench.line.fetch import Fetch
from tscbench.line.load import load_data
from tscbench.line.recipe import content, digest, ingredients
from tscbench.line.steps import VERSIONS
from tscbench.line.store import Store
from tscbench.registry import Bound
from tscbench.results import Cell
from tscbench.tabular.described import describe


@dataclass(frozen=True, eq=False)
class Dataset:
    """A dataset of a plan: its artefact, what its data offers, a digest of its content, the store
    that has it, and what a reader should be told of it."""

    label: str
    data: Artefact
    facts: frozenset[str]
    digest: str
    store: Store
    warnings: tuple[str, ...] = ()

    @cached_property
    def schema(self) -> Schema:
        """What one row looks like: read with the data, for those plugins alone that ask."""
        found: Data = self.store.read(self.data.key)
        return found.schema


def open_dataset(label: str, bound: Bound, store: Store, fetch: Fetch) -> Dataset:
    """A dataset with its facts; it is read now if the store has not got it.

    Raises:
        Unavailable, DataError: from the dataset's plugin.
    """
    recipe = artefact("data", {}, {"dataset": bound}, stream=("data",), version=VERSIONS["data"])
    facts = store.facts(recipe.key)
    if facts is None:
        data = load_data(bound, fetch)
        facts = {
            "facts": sorted(data.schema.facts),
            "digest": data_digest(data),
            "n": len(data.rows),
            "d": int(data.rows.x[0].size),
            "itemsize": int(data.rows.x.dtype.itemsize),
            "k": int(np.prod(data.schema.outputs)),
            "table": describe(data).as_json(),
        }
        store.write(recipe.key, data, facts)
    told = tuple(read_description(facts["table"]).all_warnings())
    return Dataset(label, recipe, frozenset(facts["facts"]), facts["digest"], store, told)


def data_digest(data: Data) -> str:
    """Names data by its content: rows, labels, official test rows, what is to be filled, and schema
    with the names of columns and levels, which a model of somebody else's may go by."""
    schema, rows = data.schema, data.rows
    return digest(
        [
            content(
                rows.x, rows.y, rows.id, rows.privileged, rows.truth, data.test, data.mean_filled
            ),
            content(schema.numeric, schema.cardinality),
            [list(schema.inputs), list(schema.outputs), str(schema.link), schema.missing],
            list(schema.classes),
            [list(schema.columns), [list(of) for of in schema.levels], list(schema.dtypes)],
            schema.target,
        ]
    )


class Assembly:
    """Makes each artefact of a plan once, under the labels that determine it.

    within: an assembly of which this one has the training rows without one fold, and which fold of
    how many.
    """

    def __init__(
        self,
        meaning: Meaning,
        datasets: Mapping[str, Dataset],
        within: tuple[Assembly, dict[str, int]] | None = None,
    ) -> None:
        self.meaning, self.datasets, self.within = meaning, datasets, within
        self.suite = meaning.suite
        self.once = Once()
        self.drawn: dict[tuple[str, int | str], Artefact] = {}

    def step(
        self,
        step: str,
        inputs: Mapping[str, Any],
        plugins: Mapping[str, Bound] | None = None,
        params: Mapping[str, Any] | None = None,
        stream: tuple[str | int, ...] = (),
        *,
        stored: bool = True,
    ) -> Artefact:
        """An artefact of a step, at its version and with the suite's threads."""
        params = {"threads": self.suite.threads, **(params or {})}
        version = VERSIONS[step]
        return artefact(step, inputs, plugins, params, stream, version=version, stored=stored)

    def parts(self, cell: Cell) -> Artefact:
        """Its recipe stands on the data's content, wherever the data came from."""

        def make() -> Artefact:
            if self.within is not None:
                outer, left = self.within
                whole = {"parts": outer.parts(cell)}
                return self.step("inner_parts", whole, params=left, stored=False)
            dataset, rule = self.datasets[cell.dataset], self.suite.rule
            params = {
                "test": rule.test,
                "valid": rule.valid,
                "n_train": self.meaning.n_train(cell.dataset),
                "split": cell.split,
            }
            params |= {} if rule.stratify else {"stratify": False}  # no new recipe where it is
            params |= {"group_identical": True} if rule.group_identical else {}  # nor where not
            key = digest({"parts": VERSIONS["parts"], "data": dataset.digest, **params})
            found = Artefact("parts", key, {"data": dataset.data}, params=params)
            self.drawn[cell.dataset, cell.split] = found
            return found

        return self.once(("parts", cell.dataset, cell.split), make)

    def without(self, folds: int, fold: int) -> Assembly:
        """What is made from the training rows without one fold."""
        return self.once(
            ("without", folds, fold),
            lambda: Assembly(self.meaning, self.datasets, (self, {"folds": folds, "fold": fold})),
        )

    def teacher(self, cell: Cell) -> Artefact:
        return self.once(
            ("teacher", cell.dataset, cell.split, cell.teacher),
            lambda: self.step(
                "teacher",
                {"parts": self.parts(cell)},
                {"teacher": self.meaning.bound("teacher", cell.teacher)},
                stream=("teacher", cell.split),
            ),
        )

    def fold_teachers(self, cell: Cell, folds: int | float, fold_seed: int) -> tuple[Artefact, ...]:
        how = {"folds": folds} if folds >= 1 else {"share": folds}
        return self.once(
            ("folds", cell.dataset, cell.split, cell.teacher, folds, fold_seed),
            lambda: tuple(
                self.step(
                    "fold_teacher",
                    {"parts": self.parts(cell)},
                    {"teacher": self.meaning.bound("teacher", cell.teacher)},
                    {**how, "fold_seed": fold_seed, "fold": fold},
                    ("teacher", cell.split, "fold", fold),
                )
                for fold in range(max(1, int(folds)))
            ),
        )

    def asked(self, cell: Cell) -> tuple[dict[str, Any], dict[str, Bound], dict[str, Any]]:
        """What a step needs to ask the teacher: inputs, the query, and how folds are drawn."""
        query = self.meaning.bound("query", cell.query)
        inputs: dict[str, Any] = {}
        params: dict[str, Any] = {}
        if "teacher" in query.plugin.takes:
            inputs["teacher"] = self.teacher(cell)
        if query.plugin.fits is not None:
            params["fold_seed"] = query.params.get("fold_seed", 0)
            if query.folds < 1:
                params["share"] = query.folds
            inputs["fold_teachers"] = self.fold_teachers(cell, query.folds, params["fold_seed"])
        return inputs, {"query": query}, params

    def real_outputs(self, cell: Cell) -> Artefact:
        def make() -> Artefact:
            inputs, query, params = self.asked(cell)
            inputs["parts"] = self.parts(cell)
            return self.step("real_outputs", inputs, query, params, ("real_outputs", cell.split))

        return self.once(("real", cell.dataset, cell.split, cell.teacher, cell.query), make)

    def sampler(self, cell: Cell) -> Artefact:
        return self.once(
            ("sampler", cell.dataset, cell.split, cell.generator),
            lambda: self.sampler_of(cell, self.meaning.bound("generator", cell.generator)),
        )

    def sampler_of(self, cell: Cell, generator: Bound) -> Artefact:
        """The fit of any generator; what it goes on from is the fit of the one within."""
        inputs = {"parts": self.parts(cell)}
        if "fitted" in generator.plugin.takes:
            inputs["fitted"] = self.sampler_of(cell, generator.params["generator"])
        plugins, stream = {"generator": generator}, ("sampler", cell.split)
        return self.step("sampler", inputs, plugins, stream=stream)

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
            inputs, query, params = self.asked(cell)
            inputs |= {"parts": self.parts(cell), "rows": self.synthetic(cell, block)}
            stream = ("synthetic_outputs", cell.split, cell.seed, block)
            return self.step("synthetic_outputs", inputs, query, params, stream)

        key = (cell.dataset, cell.split, cell.teacher, cell.query, cell.generator, cell.seed, block)
        return self.once(("labelled", *key), make)

    def probe(self, cell: Cell, bound: Bound) -> Artefact:
        """A probe of the first block of synthetic rows, shared by all cells that have them; one
        that takes no outputs is shared by all teachers."""
        asks = "outputs" in bound.plugin.takes

        def make() -> Artefact:
            inputs = {"parts": self.parts(cell), "rows": self.synthetic(cell, 0)}
            if asks:
                inputs["outputs"] = self.synthetic_outputs(cell, 0)
            return self.step(
                "probe", inputs, {"probe": bound}, stream=("probe", cell.split, cell.seed)
            )

        whom = (cell.teacher, cell.query) if asks else ()
        key = (cell.dataset, cell.split, cell.generator, cell.seed, *whom)
        return self.once(("probe", str(bound), *key), make)

    def compression_set(self, cell: Cell) -> Artefact:
        def make() -> Artefact:
            mix = self.meaning.mix(cell.mix)
            asks = cell.teacher != "-"
            inputs: dict[str, Any] = {"parts": self.parts(cell)}
            plugins = {"objective": self.meaning.bound("objective", cell.objective)}
            params: dict[str, Any] = {"mix": str(mix)}
            if asks and mix.real:
                inputs["real_outputs"] = self.real_outputs(cell)
            if mix.live and mix.synthetic:
                inputs["sampler"] = self.sampler(cell)
                if asks:
                    teachers, query, folds = self.asked(cell)
                    inputs, plugins, params = inputs | teachers, plugins | query, params | folds
            elif mix.synthetic:
                blocks = range(mix.blocks)
                inputs["blocks"] = tuple(self.synthetic(cell, b) for b in blocks)
                if asks:
                    inputs["block_outputs"] = tuple(self.synthetic_outputs(cell, b) for b in blocks)
            stream = ("compression_set", cell.split, cell.seed)
            return self.step("compression_set", inputs, plugins, params, stream, stored=False)

        but_student = replace(cell, student="-")
        return self.once(("set", but_student), make)

    def student(self, cell: Cell) -> Artefact:
        bound = self.meaning.bound("student", cell.student)
        inputs: dict[str, Any] = {
            "parts": self.parts(cell),
            "compression_set": self.compression_set(cell),
        }
        if "teacher" in bound.plugin.takes:
            inputs["teacher"] = self.teacher(cell)
        if bound.folds and self.meaning.mix(cell.mix).real:
            folds = int(bound.folds)
            inputs["fold_outputs"] = tuple(
                self.without(folds, fold).real_outputs(cell) for fold in range(folds)
            )
        stream = ("student", cell.split, cell.seed)
        return self.step("student", inputs, {"student": bound}, stream=stream, stored=False)

    def answers(self, cell: Cell, student: Artefact) -> Artefact:
        inputs = {
            "parts": self.parts(cell),
            "model": student,
            "compression_set": self.compression_set(cell),
        }
        return self.step("answers", inputs)

    def teacher_answers(self, cell: Cell) -> Artefact:
        return self.once(
            ("teacher answers", cell.dataset, cell.split, cell.teacher),
            lambda: self.step("answers", {"parts": self.parts(cell), "model": self.teacher(cell)}),
        )

    def family(self, cell: Cell, student: Artefact) -> tuple[str, float]:
        """Names the students that come from one fit, and the student's size among them."""
        bound = self.meaning.bound("student", cell.student)
        size = bound.size
        if size is None:
            return student.key, 0.0
        others = self.once(("family", cell.student), lambda: ingredients(bound.with_size(0)))
        made_from = self.compression_set(cell).key
        return digest([others, made_from, cell.split, cell.seed]), float(size)
