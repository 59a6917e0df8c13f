"""Datasets of one source, such as two splits of the same rows: statistics over datasets count them
as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import pandas as pd

Sources: TypeAlias = Mapping[str, str]
"""From a dataset that shares its source to the name of the group; others are not in it."""


def source_column(datasets: pd.Series, sources: Sources) -> pd.Series:
    """What each dataset counts as: itself, or its group."""
    return datasets.map(lambda name: sources.get(name, name)).astype(datasets.dtype)


def means_of_sources(values: pd.DataFrame, sources: Sources) -> pd.DataFrame:
    """Means over the datasets of each source, of values that datasets are the index of."""
    return values.groupby(source_column(values.index.to_series(), sources)).mean()
