"""MRR: how early the first relevant tag comes."""

from __future__ import annotations

from typing import Literal

from tscbench import Array, Schema, metric
from tscbench.tabular import mean_or_nan, ranked_hits


@metric(source="Wang et al., 2018, KDGAN, section 4.2")
def mrr(
    labels: Array,
    outputs: Array,
    schema: Schema,
    *,
    empty: Literal["skip", "zero"] = "skip",
) -> float:
    """Mean over rows of 1 over the rank of the first relevant tag; 0 where there is none.

    Tags of equal outputs are in their own order. A class is one relevant tag.

    Args:
        empty: rows without a relevant tag are left out, or count 0.
    """
    hits = ranked_hits(labels, outputs, schema, empty)
    return mean_or_nan(hits.any(axis=1) / (hits.argmax(axis=1) + 1))
