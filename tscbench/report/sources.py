"""Datasets of one source, in words."""

from __future__ import annotations

from tscbench.analysis.comparison_groups import ComparisonGroup
from tscbench.analysis.sources import Sources
from tscbench.report.quantities import count


def said_of(sources: Sources) -> list[str]:
    """What a reader of a statistic over datasets must know of them, a sentence for each group."""
    return [
        f"{group} are of one source and count as one." for group in dict.fromkeys(sources.values())
    ]


def datasets_of(group: ComparisonGroup) -> str:
    """How many datasets of a group count, in a caption."""
    as_one = ", ".join(dict.fromkeys(group.sources.values()))
    return count(group.n_sources, "dataset") + f" ({as_one} as one)" * bool(as_one)
