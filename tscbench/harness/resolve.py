"""Labels of a suite resolved: bound plugins, mixes, and one label for all spellings."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from tscbench.contracts.errors import Unavailable
from tscbench.contracts.spec import parse
from tscbench.harness.specs import cap_of, check_spec
from tscbench.harness.suite import Suite
from tscbench.line.fetch import locate
from tscbench.line.mix import Mix, parse_mix
from tscbench.line.splits import SplitRule
from tscbench.registry import Bound, Registry


class Resolver:
    """Labels of a suite looked up, each once.

    absent: plugins whose files this machine lacks, with the reason. said: what plugins say of the
    datasets that they do not fit, by plugin and dataset.
    """

    def __init__(self, suite: Suite, registry: Registry) -> None:
        self.suite, self.registry = suite, registry
        self.threads, self.judged = suite.threads, suite.judged
        self.absent: dict[Bound, str] = {}
        self.said: dict[tuple[Bound, str], str] = {}
        self.bound, self.mix = cache(self._bound), cache(self._mix)
        self.rule, self.label = cache(self._rule), cache(self._label)

    def _bound(self, kind: str, label: str) -> Bound:
        """A plugin with its parameters, paths located; a path that is not here is remembered."""
        spec = parse(self.suite.spec(label))
        bound = self.registry.bind(kind, cap_of(spec)[0] if kind == "dataset" else spec)
        try:
            return located(bound)
        except Unavailable as error:
            self.absent[bound] = str(error)
            return bound

    def _mix(self, label: str) -> Mix:
        """The mix that a label stands for."""
        return parse_mix(self.suite.spec(label))

    def _rule(self, dataset: str) -> SplitRule:
        """How the rows of a dataset are parted: it may have a cap of its own on training rows."""
        cap = cap_of(parse(self.suite.spec(dataset)))[1]
        return self.suite.rule if cap is None else replace(self.suite.rule, n_train=cap)

    def _label(self, kind: str, label: str) -> str:
        """One label for all spellings of a spec: an alias as it is, else the canonical spec."""
        return label if label in self.suite.alias else str(check_spec(kind, label, self.registry))


def located(bound: Bound) -> Bound:
    """The same with every path parameter located on this machine.

    Raises:
        Unavailable: a file is not there.
    """
    params = {k: locate(v) if isinstance(v, Path) else v for k, v in bound.params.items()}
    return replace(bound, params=params)
