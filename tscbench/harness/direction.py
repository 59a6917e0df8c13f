"""The plugins of a run, and whether more of a metric is better, as its plugin says."""

from __future__ import annotations

from pathlib import Path

from tscbench.contracts.errors import TscbenchError
from tscbench.registry import Registry, discover
from tscbench.results import Run


def registry_of(run: Run) -> Registry:
    """The plugins that a run was made with, but for files that are gone."""
    asked = run.asked()
    files = [path for path in map(Path, asked["plugins"]) if path.exists()]
    return discover(files).at_home(asked.get("home", ""))


def higher_is_better(run: Run, metric: str) -> bool:
    """Whether methods of a run are better where they score higher. A metric whose plugin is not at
    hand, for its file is gone or it comes from another tool, is taken to be so.

    metric: a label such as `auc` or `log_loss(base=2)`.
    """
    try:
        return registry_of(run).load("metric", metric.partition("(")[0]).higher_is_better
    except TscbenchError:
        return True
