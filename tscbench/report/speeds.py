"""What is said of speeds: on which datasets they were timed, and how they are."""

from __future__ import annotations

import shlex

from tscbench.analysis.beside import Beside
from tscbench.analysis.comparison_groups import ComparisonGroup
from tscbench.analysis.study import Study
from tscbench.results.published import PUBLISHED, SUFFIX


def where_timed(beside: Beside, group: ComparisonGroup) -> str:
    """What a heading of speeds adds, where not all datasets were timed: which one, or how many."""
    names, n = beside.timed, len(group.datasets)
    if len(names) in (0, n):
        return ""
    return f" on {names[0]}" if len(names) == 1 else f" on {len(names)} of {n} datasets"


def to_time(study: Study, before: str = "") -> str:
    """The command that times its students, after a colon; of a pack, or of several sources, which
    have none, nothing."""
    names = shlex.split(study.called)
    no_run = len(names) > 1 or names[0].startswith(PUBLISHED) or names[0].endswith(SUFFIX)
    return "" if no_run else f"{before}: tscbench time {study.called}"
