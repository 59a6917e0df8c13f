"""Datasets of one source, such as two splits of the same rows: statistics over datasets count them
as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import pandas as pd

Sources: TypeAlias = Mapping[str, str]
"""From a dataset that shares its source to the name of the group; others are not in it."""


def sources_of(groups: Iterable[Sequence[str]], datasets: Iterable[str]) -> dict[str, str]:
    """The sources of those datasets that share one. groups: what a suite says as `same_source`.

    >>> sources_of([["magic", "magic_authors"], ["higgs", "higgs_1k"]], ["magic_authors", "magic"])
    {'magic': 'magic + magic_authors', 'magic_authors': 'magic + magic_authors'}
    """
    there = set(datasets)
    shared = [[name for name in group if name in there] for group in groups]
    return {name: " + ".join(group) for group in shared if len(group) > 1 for name in group}


def source_column(datasets: pd.Series, sources: Sources) -> pd.Series:
    """What each dataset counts as: itself, or its group."""
    return datasets.map(lambda name: sources.get(name, name)).astype(datasets.dtype)


def means_of_sources(values: pd.Series[float], sources: Sources) -> pd.Series[float]:
    """Means over the datasets of each source, of values that datasets are the index of."""
    return values.groupby(source_column(values.index.to_series(), sources)).mean()


def said_of(sources: Sources) -> list[str]:
    """What a reader of a statistic over datasets must know of them, a sentence for each group."""
    return [
        f"{group} are of one source and count as one." for group in dict.fromkeys(sources.values())
    ]
