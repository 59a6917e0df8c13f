"""Labels of a suite resolved: bound plugins, mixes, and one label for all spellings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from tscbench.contracts.errors import Unavailable
from tscbench.contracts.spec import parse
from tscbench.harness.specs import cap_of, check_spec
from tscbench.harness.suite import Suite
from tscbench.line.fetch import locate
from tscbench.line.mix import Mix, parse_mix
from tscbench.line.splits import SplitRule
from tscbench.registry import Bound, Registry

T = TypeVar("T")


class Once:
    """Remembers what was made under a key."""

    def __init__(self) -> None:
        self.memo: dict[tuple[Any, ...], Any] = {}

    def __call__(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        if key not in self.memo:
            self.memo[key] = make()
        value: T = self.memo[key]
        return value


class Resolver:
    """Labels of a suite looked up once each. absent: plugins whose files this machine lacks."""

    def __init__(self, suite: Suite, registry: Registry) -> None:
        self.suite, self.registry = suite, registry
        self.threads, self.judged = suite.threads, suite.judged
        self.absent: dict[Bound, str] = {}
        self.once = Once()

    def bound(self, kind: str, label: str) -> Bound:
        """A plugin with its parameters, paths located; a path that is not here is remembered."""

        def make() -> Bound:
            spec = parse(self.suite.spec(label))
            bound = self.registry.bind(kind, cap_of(spec)[0] if kind == "dataset" else spec)
            try:
                return located(bound)
            except Unavailable as error:
                self.absent[bound] = str(error)
                return bound

        return self.once(("bound", kind, label), make)

    def rule(self, dataset: str) -> SplitRule:
        """How the rows of a dataset are parted: it may have a cap of its own on training rows."""
        cap = self.once(("cap", dataset), lambda: cap_of(parse(self.suite.spec(dataset)))[1])
        return self.suite.rule if cap is None else replace(self.suite.rule, n_train=cap)

    def mix(self, label: str) -> Mix:
        """The mix that a label stands for."""
        return self.once(("mix", label), lambda: parse_mix(self.suite.spec(label)))

    def label(self, kind: str, label: str) -> str:
        """One label for all spellings of a spec: an alias as it is, else the canonical spec."""
        if label in self.suite.alias:
            return label
        return self.once(
            ("label", kind, label),
            lambda: str(check_spec(kind, label, self.registry)),
        )


def located(bound: Bound) -> Bound:
    """The same with every path parameter located on this machine.

    Raises:
        Unavailable: a file is not there.
    """
    params = {k: locate(v) if isinstance(v, Path) else v for k, v in bound.params.items()}
    return replace(bound, params=params)
