"""Datasets of one source, in words."""

from __future__ import annotations

from collections.abc import Sequence

from tscbench.analysis.sources import Sources
from tscbench.report.quantities import count


def said_of(sources: Sources) -> list[str]:
    """What a reader of a statistic over datasets must know of them, a sentence for each group."""
    return [
        f"{group} are of one source and count as one." for group in dict.fromkeys(sources.values())
    ]


def datasets_of(datasets: Sequence[str], sources: Sources) -> str:
    """How many datasets count, in a caption."""
    n = len({sources.get(name, name) for name in datasets})
    as_one = ", ".join(dict.fromkeys(sources.values()))
    return count(n, "dataset") + f" ({as_one} as one)" * bool(as_one)
