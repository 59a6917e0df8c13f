"""F@n: precision and recall of the first n tags in one."""

from __future__ import annotations

from typing import Literal

from tscbench import Array, Schema, metric
from tscbench.tabular import mean_or_nan, ranked_hits


@metric(
    source="Wang et al., 2018, KDGAN, section 4.2",
    exempt={"direction": "of no more than n tags all are recommended, right and wrong alike"},
)
def f_at_n(
    labels: Array,
    outputs: Array,
    schema: Schema,
    *,
    n: int = 3,
    empty: Literal["skip", "zero"] = "skip",
) -> float:
    """Mean over rows of 2PR/(P + R) of the n tags of highest output; 0 where both are 0.

    Tags of equal outputs are in their own order. A class is one relevant tag.

    Args:
        n: how many tags of each row are recommended.
        empty: rows without a relevant tag are left out, or count 0.
    """
    hits = ranked_hits(labels, outputs, schema, empty)
    found, relevant = hits[:, :n].sum(axis=1), hits.sum(axis=1)
    return mean_or_nan(2 * found / (n + relevant))
