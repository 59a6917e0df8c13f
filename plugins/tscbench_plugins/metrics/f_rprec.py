"""F of P@n and R-precision, which the scorer released with KDGAN prints as F@n."""

from __future__ import annotations

from typing import Literal

import numpy as np

from tscbench import Array, Schema, metric
from tscbench.tabular import mean_or_nan, ranked_hits


@metric(source="Wang et al., 2018, KDGAN, section 4.2")
def f_rprec(
    labels: Array,
    outputs: Array,
    schema: Schema,
    *,
    n: int = 3,
    empty: Literal["skip", "zero"] = "skip",
) -> float:
    """Mean over rows of the harmonic mean of P@n and the precision of the first R tags, R relevant.

    The recall of the released scorer ignores n; the published F@3 are possible by this one alone.
    It is 0 where both are 0.

    Tags of equal outputs are in their own order. A class is one relevant tag.

    Args:
        n: how many tags of each row are recommended.
        empty: rows without a relevant tag are left out, or count 0.
    """
    hits = ranked_hits(labels, outputs, schema, empty)
    relevant = hits.sum(axis=1)
    within = np.arange(hits.shape[1]) < relevant[:, None]
    p, r = hits[:, :n].sum(axis=1) / n, (hits & within).sum(axis=1) / np.maximum(relevant, 1)
    return mean_or_nan(2 * p * r / np.where(p + r > 0, p + r, 1.0))
