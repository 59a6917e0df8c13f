"""The contract: one hookspec per kind says what a plugin is offered, one decorator declares it.

A plugin is a function. Its positional arguments are what it takes of what the harness offers, its
keyword-only arguments are its parameters. `needs=` and `offers=` come from the closed lists here,
fixed or as a function of the bound parameters.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pluggy

from tscbench.contracts.training import meanings

if TYPE_CHECKING:
    from tscbench.contracts.types import Schema

PROJECT = "tscbench"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

Facts = Iterable[str] | Callable[[Mapping[str, Any]], Iterable[str]]
Check = Callable[[Mapping[str, Any], "Schema"], str]
"""Says why these parameters cannot serve data of this schema; empty where they can."""
Folds = str | Callable[[Mapping[str, Any]], int] | None
Direction = Literal["higher", "lower"]
"""Which way a score is better."""

DATA_FACTS = frozenset(
    [
        "tabular",
        "images",
        "numeric",
        "complete",
        "single_label",
        "multi_label",
        "two_classes",
        "multi_class",
        "privileged",
    ]
)
"""What data may offer: see `Schema.facts`. A plugin that needs none takes any data."""

PLUGIN_FACTS = frozenset(
    [
        "class_labels",
        "oob",
        "streaming",
        "squared",
        "cross_entropy",
        "signed_targets",
        "temperature",
        "deterministic",
        "dropout",
        "features",
        "unknown_training_rows",
        "reads_privileged",
        "labels_only",
    ]
)
"""What plugins offer each other: a sampler class labels, a teacher out-of-bag answers, a student
the losses it minimises, targets outside [0, 1], logits among them, a temperature other than 1,
and a streaming compression set; that a fit does not depend on its rng; that a model can answer with
its dropout left on; that it is a torch module whose layers can be read; that nobody here knows
which rows it was trained on; that a teacher reads `privileged`, which synthetic rows have not; and
that a student learns from labels alone."""

AXES = (
    "dataset",
    "split",
    "teacher",
    "query",
    "generator",
    "mix",
    "objective",
    "student",
    "seed",
)
"""The choices that make a cell, in the order of every table."""


class Contract:
    """One method per kind; its arguments are everything that a plugin of the kind may ask for."""

    @hookspec
    def dataset(self, fetch: Any, rng: Any) -> Any:
        """Returns `Data`. `fetch` finds files and downloads; see `tscbench.Fetch`."""

    @hookspec
    def teacher(
        self, train: Any, valid: Any, schema: Any, rng: Any, progress: Any, fitted: Any
    ) -> Any:
        """Returns a `Predictor` fitted on `train`; `valid` serves early stopping, may be empty.

        `fitted` is what the teacher or student that a parameter names gave, see `generator`.
        """

    @hookspec
    def query(
        self,
        teacher: Any,
        fold_teachers: Any,
        fold: Any,
        train: Any,
        rows: Any,
        schema: Any,
        rng: Any,
    ) -> Any:
        """Returns outputs `(m, *k)` for `rows`; an all-NaN row cannot be answered.

        `fold_teachers[i]` never saw the training rows with `fold[id] == i`; `fold` is -1 elsewhere.
        There are as many as `fits=` says; of a share below 1 there is one, fitted on that share.
        """

    @hookspec
    def generator(
        self, train: Any, valid: Any, schema: Any, rng: Any, progress: Any, fitted: Any
    ) -> Any:
        """Returns a `Sampler` fitted on `train`, or None when it makes no rows.

        `fitted` is the fit of the plugin that a parameter annotated `Spec` names, made once for all
        that go on from it: on the training rows, of a student by objective `labels`. Where several
        parameters name one it is a mapping by their names.
        """

    @hookspec
    def objective(self, outputs: Any, labels: Any, real: Any, schema: Any, rng: Any) -> Any:
        """Returns `Targets` or a tuple of them; one that takes no `outputs` asks no teacher.

        `real`, `(m,)` bool, says which rows are training rows; a generator may label the others.
        """

    @hookspec
    def student(
        self,
        compression_set: Any,
        valid: Any,
        schema: Any,
        rng: Any,
        teacher: Any,
        train: Any,
        progress: Any,
        fold: Any,
        fold_outputs: Any,
        fitted: Any,
    ) -> Any:
        """Returns a `Predictor` fitted on `compression_set`.

        `fitted` is the fit of the plugin that a parameter names, see `generator`.

        `fold_outputs[i]` are outputs of teachers that never saw the training rows with
        `fold[id] == i`, on the others; by row id, NaN elsewhere. Both are empty without `fits=`.
        """

    @hookspec
    def network(self, schema: Any, inputs: Any, outputs: Any) -> Any:
        """Returns an untrained `torch.nn.Module` from inputs `(b, *inputs)` to logits
        `(b, *outputs)`; its weights are drawn by torch, which is seeded.

        `inputs` is `(c, h, w)` of images, and of a table `(width,)` of its encoded rows.
        """

    @hookspec
    def metric(
        self, labels: Any, outputs: Any, schema: Any, teacher_outputs: Any, truth: Any
    ) -> Any:
        """Returns one float; NaN where it is not defined."""

    @hookspec
    def probe(
        self,
        rows: Any,
        outputs: Any,
        train: Any,
        valid: Any,
        schema: Any,
        rng: Any,
        sampler: Any,
    ) -> Any:
        """Returns a mapping from names to floats that judges a synthetic set.

        `sampler` is the fitted generator that made the rows, for what is a fact of it.
        """


def _offered(method: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(method).parameters)[1:]


OFFERED: dict[str, tuple[str, ...]] = {
    name: _offered(method) for name, method in vars(Contract).items() if not name.startswith("_")
}
KINDS = tuple(OFFERED)

GOES_ON_FROM: dict[str, tuple[str, ...]] = {
    "teacher": ("teacher", "student"),
    "generator": ("generator",),
    "student": ("student", "teacher", "generator"),
}
"""The kinds of plugin that one of a kind may go on from: whose fit it is offered as `fitted`."""
SERVES = {"network": ("student", "teacher")}
"""The kinds that plugins of another kind stand for as well, under the same name."""

CALLED = {"discriminator": "network"}
"""Parameters that take a plugin, where they are not named after its kind."""


@dataclass(frozen=True)
class Figure:
    """A number that a probe gives: which way it is better, in what unit, and what it is.

    direction: "higher", "lower", or empty where neither is better.
    """

    direction: Literal["higher", "lower", ""] = ""
    unit: str = ""
    help: str = ""


@dataclass(frozen=True, eq=False)
class Plugin:
    """A declared function: what it takes, its parameters, and what its decorator says of it.

    settings: the parameters of a network that say how it is trained; its function has the others.
    network, fit: of a student or teacher that a network is: the network, and what trains it.
    """

    kind: str
    name: str
    function: Callable[..., Any]
    takes: tuple[str, ...]
    parameters: Mapping[str, inspect.Parameter]
    source: str
    needs: Facts
    offers: Facts
    version: str | None
    requires: tuple[str, ...]
    exempt: Mapping[str, str]
    small: Mapping[str, Any] = field(default_factory=dict)
    resources: Mapping[str, float] = field(default_factory=dict)
    fits: Folds = None
    nested: str | None = None
    direction: Direction = "higher"
    unit: str = ""
    help: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    check: Check | None = None
    settings: tuple[str, ...] = ()
    network: Plugin | None = None
    fit: Callable[..., Any] | None = None
    origin: str = field(default="", compare=False)

    @property
    def text(self) -> str:
        """The docstring, and of a network what its settings mean."""
        said = inspect.getdoc(self.function) or ""
        return f"{said}\n\nTraining:\n{meanings(self.settings)}" if self.settings else said

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return self.text.partition("\n")[0]

    def folds_of(self, params: Mapping[str, Any]) -> int | float:
        """How many folds teachers are fitted without, or the share of rows that one is fitted on;
        0 for a plugin that asks for none."""
        if callable(self.fits):
            return self.fits(params)
        return 0 if self.fits is None else params[self.fits]

    def needs_of(self, params: Mapping[str, Any]) -> frozenset[str]:
        """What it needs with these parameters."""
        return frozenset(self.needs(params) if callable(self.needs) else self.needs)

    def misfit(self, params: Mapping[str, Any], schema: Schema) -> str:
        """Why it cannot serve data of this schema with these parameters; empty where it can, as far
        as it says."""
        return "" if self.check is None else self.check(params, schema)

    def offers_of(self, params: Mapping[str, Any]) -> frozenset[str]:
        """What it offers with these parameters."""
        return frozenset(self.offers(params) if callable(self.offers) else self.offers)


def place(function: Callable[..., Any]) -> str:
    """`file:line` of a function, as editors understand it."""
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else "<no source>"


def plugin_of(function: object) -> Plugin | None:
    """What a decorator has said of `function`; None for an undecorated one."""
    plugin = getattr(function, "tscbench_plugin", None)
    return plugin if isinstance(plugin, Plugin) else None
