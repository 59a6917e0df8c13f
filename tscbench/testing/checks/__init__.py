"""Every check, by the kind of plugin that it holds."""

from __future__ import annotations

from tscbench.testing.check import Check
from tscbench.testing.checks import (
    data,
    datasets,
    declaration,
    handling,
    metrics,
    models,
    networks,
    objectives,
    predictors,
    probes,
    queries,
    randomness,
    samplers,
)

_MODULES = (
    declaration,
    data,
    datasets,
    samplers,
    predictors,
    models,
    networks,
    queries,
    objectives,
    metrics,
    probes,
    handling,
    randomness,
)

CHECKS: tuple[Check, ...] = tuple(
    value for module in _MODULES for value in vars(module).values() if isinstance(value, Check)
)
"""Every check, in the order in which they are tried and told."""


def checks_of(kind: str) -> dict[str, Check]:
    """The checks of a kind by name."""
    return {check.name: check for check in CHECKS if kind in check.kinds}
