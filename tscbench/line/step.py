"""Steps that declare themselves: a function whose arguments are its inputs, and what follows."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from tscbench.line.artefact import Artefact, artefact
from tscbench.line.keys import stream
from tscbench.line.mix import Mix
from tscbench.registry import Bound

if TYPE_CHECKING:
    from tscbench.line.splits import SplitRule

Given: TypeAlias = "Callable[[Here], Mapping[str, Any]]"

STEPS: dict[str, Step] = {}
"""Every declared step by its name."""


@dataclass(frozen=True, eq=False)
class Step:
    """A declared step.

    body: called with what its arguments name: values of other steps, plugins that it binds, what
    `given` says, `rng` and `artefact`. version: goes up whenever the same inputs would give another
    value. binds: the kinds of plugin of the cell that it calls. stream: a template that names its
    random numbers, and so says what redraws it. given: further inputs, plugins and plain values of
    a cell, by argument. stored: whether the value rests in the store, or is made again wherever it
    is needed.
    """

    name: str
    body: Callable[..., Any]
    version: int
    binds: tuple[str, ...]
    stream: str
    given: Given
    stored: Callable[[Here], bool]

    @cached_property
    def takes(self) -> Mapping[str, inspect.Parameter]:
        """Its arguments by name."""
        return inspect.signature(self.body).parameters

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The steps whose values it always takes: its arguments of their names, without default."""
        must = [name for name, a in self.takes.items() if a.default is a.empty]
        steps = {"data", *STEPS} - {*self.binds}
        return tuple(name for name in must if name in steps)

    def stream_of(self, here: Here) -> tuple[str | int, ...]:
        """What names its random numbers in a cell."""
        return tuple(here[part] if is_axis else part for part, is_axis in self._stream)

    @cached_property
    def _stream(self) -> list[tuple[str, bool]]:
        """The parts of its stream's template: names of axes, and words that stay as they are."""
        parts = self.stream.split("/") if self.stream else []
        return [(part.strip("{}"), part.startswith("{")) for part in parts]

    def make(self, artefact: Artefact, values: Mapping[str, Any]) -> Any:
        """The value of an artefact, from those of its inputs."""
        given = {**artefact.params, **artefact.plugins, **values}
        given.pop("threads", None)
        if not any(argument.kind is argument.VAR_KEYWORD for argument in self.takes.values()):
            given = {name: value for name, value in given.items() if name in self.takes}
        known = {"artefact": artefact, "rng": stream(*artefact.stream)}
        return self.body(**given, **{a: v for a, v in known.items() if a in self.takes})


def step(
    *,
    name: str = "",
    version: int = 1,
    binds: tuple[str, ...] = (),
    stream: str = "",
    given: Given = lambda here: {},
    stored: bool | Callable[[Here], bool] = True,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declares a step, which is called what its function is called where it has no other name."""

    def declare(body: Callable[..., Any]) -> Callable[..., Any]:
        rests = stored if callable(stored) else lambda here: bool(stored)
        called = name or body.__name__
        STEPS[called] = Step(called, body, version, binds, stream, given, rests)
        return body

    return declare


class Here:
    """A cell while an artefact of it is put together: it remembers what was read of it, which is
    all that tells the artefact from those of other cells."""

    def __init__(self, assembly: Assembly, place: Mapping[str, Any]) -> None:
        self.assembly, self.place, self.read = assembly, place, set[str]()

    def __getitem__(self, axis: str) -> Any:
        self.read.add(axis)
        return self.place[axis]

    def bound(self, kind: str) -> Bound:
        """The cell's plugin of a kind."""
        choice = self[kind]
        return choice if isinstance(choice, Bound) else self.assembly.resolver.bound(kind, choice)

    @property
    def mix(self) -> Mix:
        return self.assembly.resolver.mix(self["mix"])

    @property
    def rule(self) -> SplitRule:
        return self.assembly.resolver.rule(self["dataset"])

    @property
    def asks(self) -> bool:
        """Whether the objective asks the teacher."""
        return "outputs" in self.bound("objective").plugin.takes

    def of(self, step: str, **places: Any) -> Artefact:
        """The artefact of a step in this cell, or where `places` differ from it."""
        place = {**self.place, **places} if places else self.place
        made, read = self.assembly.find(step, place)
        self.read |= read - places.keys() if places else read
        return made


class Resolver(Protocol):
    """What labels of a suite stand for."""

    threads: int
    judged: int

    def bound(self, kind: str, label: str) -> Bound: ...

    def mix(self, label: str) -> Mix: ...

    def rule(self, dataset: str) -> SplitRule: ...


NOWHERE = {
    **dict.fromkeys(("folds", "fold_seed", "fold", "block", "probe"), None),
    "without": (),
}
"""What of a place no cell has, until a step says so of what it asks for."""


@dataclass(frozen=True, eq=False)
class Known:
    """The artefacts of a step that are told apart by the same axes, by their choices there."""

    read: frozenset[str]
    look: Callable[[Mapping[str, Any]], Any]
    at: dict[Any, Artefact] = field(default_factory=dict)


class Assembly:
    """The artefacts of cells, each put together once. data: of each dataset, by its label."""

    def __init__(self, resolver: Resolver, data: Mapping[str, Artefact]) -> None:
        self.resolver, self.data = resolver, data
        self.memo: dict[str, list[Known]] = defaultdict(list)

    def at(self, cell: Any) -> Here:
        """A cell, whose artefacts it gives."""
        return Here(self, {**NOWHERE, **vars(cell)})

    def find(self, name: str, place: Mapping[str, Any]) -> tuple[Artefact, frozenset[str]]:
        """The artefact of a step at a place, and what of the place tells it from others."""
        for known in self.memo[name]:
            if (made := known.at.get(known.look(place))) is not None:
                return made, known.read
        here = Here(self, place)
        made = self.data[here["dataset"]] if name == "data" else self._put_together(name, here)
        read = frozenset(here.read)
        alike = [known for known in self.memo[name] if known.read == read]
        if not alike:
            alike = [Known(read, itemgetter(*read))]
            self.memo[name] += alike
        alike[0].at[alike[0].look(place)] = made
        return made, read

    def _put_together(self, name: str, here: Here) -> Artefact:
        step = STEPS[name]
        plugins = {kind: here.bound(kind) for kind in step.binds}
        inputs: dict[str, Any] = {}
        params: dict[str, Any] = {"threads": self.resolver.threads}
        for argument, value in step.given(here).items():
            of = plugins if isinstance(value, Bound) else inputs if _is_input(value) else params
            of[argument] = value
        inputs |= {a: here.of(a) for a in step.inputs if a not in inputs}
        return artefact(
            name,
            inputs,
            plugins,
            params,
            step.stream_of(here),
            version=step.version,
            stored=step.stored(here),
        )


def _is_input(value: Any) -> bool:
    one = value[0] if isinstance(value, tuple) and value else value
    return isinstance(one, Artefact)
