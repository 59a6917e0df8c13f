"""A plugin on trial: each tiny dataset is tried once, and every check looks at what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tscbench.contracts.kinds import PLUGIN_FACTS
from tscbench.contracts.spec import Spec
from tscbench.contracts.types import Predictor, Sampler
from tscbench.registry import Bound, Registry, discover
from tscbench.testing.data import DATA, Tiny, admitted, make
from tscbench.testing.digest import digest, global_state, moved
from tscbench.testing.failure import CheckFailed, line_of_call, line_of_error, say
from tscbench.testing.fixture import fixture
from tscbench.testing.networks import before_training

N_DRAWN = 41
"""Rows that are drawn from every sampler."""


@dataclass(frozen=True, eq=False)
class Attempt:
    """What came of one call of a plugin, and of asking what it gave.

    value: what it returned. answer: of a sampler N_DRAWN rows, of a predictor its outputs on the
    validation rows, of others the value. error: what was raised on the way, by `doing`.
    changed: names of what it was offered and altered. moved: global generators that it used.
    """

    tiny: Tiny
    offered: dict[str, Any]
    value: Any = None
    answer: Any = None
    error: BaseException | None = None
    doing: str = "it"
    changed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


def nothing(tiny: Tiny) -> None:
    """What is prepared where nothing is."""


@dataclass(frozen=True, eq=False)
class Trial:
    """A bound plugin and what came of trying it; nothing is tried before it is asked for.

    registry: where specs within specs are looked up; None for every installed plugin.
    offline: whether datasets must be on this machine.
    prepare: called with tiny data before each attempt on them.
    """

    bound: Bound
    registry: Registry | None = None
    offline: bool = True
    prepare: Callable[[Tiny], None] = nothing
    attempts: dict[tuple[str, int, int], Attempt] = field(default_factory=dict)
    outcomes: dict[str, Any] = field(default_factory=dict)

    def inner(self, kind: str, spec: Spec) -> Bound:
        """The plugin that a parameter names."""
        return (self.registry or discover()).bind(kind, spec)

    @property
    def kind(self) -> str:
        """The plugin's kind."""
        return self.bound.plugin.kind

    @property
    def data(self) -> list[str]:
        """The tiny datasets that the plugin's needs admit, its base first."""
        if self.kind == "dataset":
            return ["its own data"]
        needs = self.bound.needs - PLUGIN_FACTS
        names = admitted(needs)
        if self.kind == "teacher":  # which may read what it did not say that it reads
            names += [name for name in admitted(needs | {"privileged"}) if name not in names]
        return names

    @property
    def base(self) -> str:
        """The first tiny dataset that the plugin's needs admit."""
        names = self.data
        if not names:
            needs = ", ".join(sorted(self.bound.needs - PLUGIN_FACTS))
            raise self.failed(f"its needs ({needs}) refuse every tiny dataset; leave some of them")
        return names[0]

    def attempt(self, name: str, *, seed: int = 0, turn: int = 0) -> Attempt:
        """What came of a tiny dataset and an rng from `seed`; the first `turn` or a later one."""
        key = (name, seed, turn)
        if key not in self.attempts:
            self.attempts[key] = self.new(name, seed)
        return self.attempts[key]

    def new(self, name: str, seed: int = 0, **changes: Any) -> Attempt:
        """What came of one more call; of an offer with some `changes`."""
        tiny = make(name)
        self.prepare(tiny)
        offered = {**fixture(self.bound, tiny, seed, self.offline), **changes}
        return try_once(self.bound, tiny, offered, seed)

    def with_offer(self, name: str, **changes: Any) -> Attempt:
        """What came of a tiny dataset where some of the offer is another; it must not raise."""
        attempt = self.new(name, **changes)
        if attempt.error is not None:
            raise self.raised(attempt)
        return attempt

    def sound(self) -> Iterator[Attempt]:
        """The first attempts that gave something; the others are the business of the checks that
        are named after their data."""
        for name in self.data:
            if self.ready(name) and self.attempt(name).error is None:
                yield self.attempt(name)

    def ready(self, name: str) -> bool:
        """Whether the plugin managed the simpler data that this one builds on."""
        simpler = [s for s in DATA[name].builds_on if s in self.data]
        return all(self.attempt(s).error is None for s in simpler)

    def failed(self, came: str, at: str = "", error: BaseException | None = None) -> CheckFailed:
        """A finding, at the plugin's function where no line is given."""
        return CheckFailed(
            came, at or line_of_call(self.bound.plugin.function, self.bound.plugin), error
        )

    def raised(self, attempt: Attempt, more: str = "") -> CheckFailed:
        """The finding that an attempt raised something."""
        assert attempt.error is not None
        at = line_of_error(attempt.error, self.bound.plugin)
        came = f"on {attempt.tiny.name}, {attempt.doing} raised {say(attempt.error)}{more}"
        return self.failed(came, at, attempt.error)

    def at(self, called: Any) -> str:
        """Where `called` is written, if by this author."""
        return line_of_call(called, self.bound.plugin)


def try_once(bound: Bound, tiny: Tiny, offered: dict[str, Any], seed: int) -> Attempt:
    """Calls a plugin and asks what it gave. Global generators are put back as they were."""
    before = {name: digest(value) for name, value in offered.items() if name != "rng"}
    state = global_state()
    value = answer = error = None
    doing = "it"
    try:
        value = called(bound, offered)
        doing = _ASKED.get(type(value), "it")
        answer = ask(value, tiny, seed)
    except (Exception, SystemExit) as raised:
        error = raised
    changed = tuple(name for name, was in before.items() if digest(offered[name]) != was)
    return Attempt(tiny, offered, value, answer, error, doing, changed, moved(state))


def called(bound: Bound, offered: dict[str, Any]) -> Any:
    """What a plugin returns; of a network the model that it is before it is trained."""
    if bound.plugin.kind == "network":
        return before_training(bound, offered)
    return bound(**offered)


_ASKED: dict[type, str] = {Sampler: f"sample({N_DRAWN}, rng)", Predictor: "predict"}


def ask(value: Any, tiny: Tiny, seed: int) -> Any:
    """What is compared of what a plugin returned."""
    if isinstance(value, Sampler):
        return value.sample(N_DRAWN, np.random.default_rng(seed))
    if isinstance(value, Predictor):
        return value.predict(tiny.valid.unlabelled())
    return value
