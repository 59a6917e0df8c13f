"""Which metrics are better where they are less, as their plugins say."""

from __future__ import annotations

from collections.abc import Iterable

from tscbench.contracts.errors import TscbenchError
from tscbench.registry import Registry


def lower_metrics(registry: Registry, metrics: Iterable[str]) -> list[str]:
    """Those of these metrics, in order."""
    return sorted(metric for metric in metrics if is_lower(registry, metric))


def is_lower(registry: Registry, metric: str) -> bool:
    """Whether a metric, such as `log_loss(base=2)`, is better where it is less; not where its
    plugin cannot be had."""
    try:
        return registry.load("metric", metric.partition("(")[0]).direction == "lower"
    except TscbenchError:
        return False
