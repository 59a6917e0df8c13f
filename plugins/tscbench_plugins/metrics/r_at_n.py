"""R@n: the share of the relevant tags that are among the first n."""

from __future__ import annotations

from typing import Literal

import numpy as np

from tscbench import Array, Schema, metric
from tscbench.tabular import mean_or_nan, ranked_hits


@metric(
    source="Wang et al., 2018, KDGAN, section 4.2",
    exempt={"direction": "of no more than n tags all are recommended, right and wrong alike"},
)
def r_at_n(
    labels: Array,
    outputs: Array,
    schema: Schema,
    *,
    n: int = 3,
    empty: Literal["skip", "zero"] = "skip",
) -> float:
    """Mean over rows of the relevant tags among the n of highest output, over all relevant ones.

    Tags of equal outputs are in their own order. A class is one relevant tag.

    Args:
        n: how many tags of each row are recommended.
        empty: rows without a relevant tag are left out, or count 0.
    """
    hits = ranked_hits(labels, outputs, schema, empty)
    return mean_or_nan(hits[:, :n].sum(axis=1) / np.maximum(hits.sum(axis=1), 1))
