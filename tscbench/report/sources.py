"""Datasets of one source, in words."""

from __future__ import annotations

from tscbench.analysis.sources import Sources


def said_of(sources: Sources) -> list[str]:
    """What a reader of a statistic over datasets must know of them, a sentence for each group."""
    return [
        f"{group} are of one source and count as one." for group in dict.fromkeys(sources.values())
    ]
