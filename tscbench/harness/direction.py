"""The plugins of a run, and which way a metric is better, as its plugin says."""

from __future__ import annotations

from pathlib import Path

from tscbench.contracts.errors import TscbenchError
from tscbench.contracts.kinds import Direction
from tscbench.contracts.worked_out import SIZES
from tscbench.registry import Registry, discover
from tscbench.results import Run


def registry_of(run: Run) -> Registry:
    """The plugins that a run was made with, but for files that are gone."""
    asked = run.asked()
    files = [path for path in map(Path, asked["plugins"]) if path.exists()]
    return discover(files).at_home(asked.get("home", ""))


def direction_of(run: Run, metric: str) -> Direction:
    """Whether methods of a run are better where they score higher, or lower. A metric whose plugin
    is not at hand, for its file is gone or it comes from another tool, is taken to be higher.

    metric: a label such as `auc` or `log_loss(base=2)`, or what is worked out: a difference goes
    the way of its metric, a size is better where it is less.
    """
    if metric in SIZES:
        return "lower"
    metric = metric.removeprefix("difference_")
    try:
        return registry_of(run).load("metric", metric.partition("(")[0]).direction
    except TscbenchError:
        return "higher"
