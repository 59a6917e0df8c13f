"""MAP: mean average precision of the whole ranking of tags."""

from __future__ import annotations

from typing import Literal

import numpy as np

from tscbench import Array, Schema, metric
from tscbench.tabular import mean_or_nan, ranked_hits


@metric(source="Wang et al., 2018, KDGAN, section 4.2")
def map(
    labels: Array,
    outputs: Array,
    schema: Schema,
    *,
    empty: Literal["skip", "zero"] = "skip",
) -> float:
    """Mean over rows of the precision at the place of each relevant tag, meaned over these.

    Without ties it is the label ranking average precision.

    Tags of equal outputs are in their own order. A class is one relevant tag.

    Args:
        empty: rows without a relevant tag are left out, or count 0.
    """
    hits = ranked_hits(labels, outputs, schema, empty)
    at = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
    return mean_or_nan((at * hits).sum(axis=1) / np.maximum(hits.sum(axis=1), 1))
