"""Running every check of a plugin, and what there is to tell of it."""

from __future__ import annotations

import time
import tracemalloc
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tscbench.contracts.spec import Spec, Value, parse
from tscbench.contracts.types import Sampler
from tscbench.line.splits import match_ids
from tscbench.line.threads import threads
from tscbench.registry import Bound, Registry
from tscbench.testing.cases import Case, Outcome, checks, select
from tscbench.testing.fixture import fixture
from tscbench.testing.hints import hints
from tscbench.testing.trial import Trial, try_once


@dataclass(frozen=True)
class Report:
    """What came of the checks of one plugin.

    outcomes: by the check's name. seconds: that all of them took. peak_bytes: most memory that one
    fit on a tiny dataset and its answers held, as far as Python allocates it. copy_rate: share of a
    generator's rows that equal a training row. The last two are None where they do not apply.
    hints: what is no mistake, and may be one. small: the parameters that were as its `small=` says.
    """

    kind: str
    name: str
    spec: str
    outcomes: dict[str, Outcome]
    seconds: float
    peak_bytes: int | None = None
    copy_rate: float | None = None
    hints: tuple[str, ...] = ()
    small: tuple[str, ...] = ()

    def having(self, status: str) -> dict[str, Outcome]:
        """The outcomes with this status, by the check's name."""
        return {name: found for name, found in self.outcomes.items() if found.status == status}

    @property
    def ok(self) -> bool:
        """Whether no check failed."""
        return not self.having("failed")

    def __str__(self) -> str:
        lines = [self.summary]
        lines += [f"  {name}: {found}" for name, found in self.having("failed").items()]
        lines += [f"  hint: {hint}" for hint in self.hints]
        return "\n".join(lines)

    @property
    def summary(self) -> str:
        """One line: how many checks passed, seconds, copy rate and memory."""
        n_passed, n_failed = len(self.having("passed")), len(self.having("failed"))
        said = [f"{_count(n_passed, 'check')} passed"]
        if n_failed:
            said = [f"{n_failed} of {_count(n_passed + n_failed, 'check')} failed"]
        if expected := self.having("expected"):
            said.append(_count(len(expected), "expected failure"))
        if skipped := self.having("skipped"):
            reasons = dict.fromkeys(found.text for found in skipped.values())
            said.append(f"{len(skipped)} not tried ({'; '.join(reasons)})")
        said.append(f"{self.seconds:.1f} s")
        if self.copy_rate is not None:
            said.append(f"copy rate {self.copy_rate:.2f}")
        if self.peak_bytes is not None:
            said.append(f"{self.peak_bytes / 1e6:.1f} MB")
        if self.small:
            said.append(f"with its small= of {', '.join(self.small)}")
        return f"{self.kind} {self.spec}: {', '.join(said)}"


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def run_checks(
    plugin: Bound | Callable[..., Any],
    *,
    selection: str = "",
    registry: Registry | None = None,
    offline: bool = True,
    tell: Callable[[str, Mapping[str, Outcome]], None] = lambda begun, outcomes: None,
) -> Report:
    """Tries every check of a plugin; a failure stops none of the others.

    Args:
        plugin: a decorated function, with the parameters that its `small=` says, or what
            `Registry.bind` gives.
        selection: a substring or glob of the checks' names; all by default.
        registry: where specs within its parameters are looked up; by default every installed
            plugin.
        offline: whether a dataset must be on this machine; where it is not, its checks are skipped.
        tell: called with the name of each check before it is tried, and the outcomes so far.

    Raises:
        ContractError: a function that is not decorated.
        SpecError: a parameter that must be given, or a selection that means no check.
    """
    wanted = select(selection)
    cases = checks(plugin, registry=registry, offline=offline)
    trial = cases[0].trial
    started = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        outcomes: dict[str, Outcome] = {}
        for case in (case for case in cases if case.check.name in wanted):
            tell(case.check.name, outcomes)
            outcomes[case.check.name] = case.outcome()
        seconds = time.perf_counter() - started
        figures = _figures(trial) if _tried(cases, outcomes) else (None, None)
    bound = trial.bound
    return Report(
        bound.plugin.kind,
        bound.plugin.name,
        str(bound),
        outcomes,
        seconds,
        *figures,
        hints(bound.plugin, caught),
        _as_declared(bound),
    )


def _as_declared(bound: Bound) -> tuple[str, ...]:
    """The parameters whose values are those of the plugin's `small=`."""
    written = dict(bound.spec.params)
    return tuple(
        name
        for name, value in sorted(bound.plugin.small.items())
        if name in written and _same(written[name], value)
    )


def _same(written: Value, said: Any) -> bool:
    return bool(written == (parse(said) if isinstance(written, Spec) else said))


def _tried(cases: list[Case], outcomes: dict[str, Outcome]) -> bool:
    """Whether the plugin was called, and gave something."""
    trial = cases[0].trial
    return bool(trial.attempts) and trial.attempt(trial.base).error is None


def _figures(trial: Trial) -> tuple[int | None, float | None]:
    """Peak memory of one more attempt, and the copy rate of what a sampler gave."""
    if tracemalloc.is_tracing():
        return None, _copy_rate(trial)
    attempt = trial.attempt(trial.base)
    offered = fixture(trial.bound, attempt.tiny, 0, trial.offline)
    trial.prepare(attempt.tiny)
    with threads(1):
        tracemalloc.start()
        try:
            try_once(trial.bound, attempt.tiny, offered, 0)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    return peak, _copy_rate(trial)


def _copy_rate(trial: Trial) -> float | None:
    attempt = trial.attempt(trial.base)
    x = attempt.answer[0] if isinstance(attempt.answer, tuple) else attempt.answer
    if not isinstance(attempt.value, Sampler) or np.shape(x)[1:] != attempt.tiny.schema.inputs:
        return None
    x = np.asarray(x)
    if x.dtype.kind not in "biuf":
        return None
    x = x.astype(attempt.tiny.train.x.dtype)
    return float(np.mean(match_ids(x, attempt.tiny.train) >= 0))
