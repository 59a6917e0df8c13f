"""Distance to the closest record: whether synthetic rows lie nearer to training rows than real
rows do that the generator has not seen."""

import numpy as np

from tscbench import (
    Figure,
    Rng,
    Rows,
    Schema,
    probe,
)
from tscbench.tabular import at_most, closest_distances, nearest_distances


@probe(
    source="Park et al., 2018, Data synthesis based on GANs; the share: Platzer & Reutterer, 2021",
    needs={"tabular"},
    figures={
        "ratio": Figure(help="median distance to a training row, over that of validation rows"),
        "train_share": Figure(help="share nearer to a training row than to a validation row"),
    },
)
def closest_record(
    rows: Rows, train: Rows, valid: Rows, schema: Schema, rng: Rng, *, n_rows: int = 2000
) -> dict[str, float]:
    """How near synthetic rows are to training rows, beside rows that the generator has not seen.

    ratio: median distance of a synthetic row to its closest training row, over that of a
    validation row; 1 is ideal, below it rows are memorised. train_share: share of synthetic rows
    that are closer to a training row than to any of as many validation rows, a tie is half; 0.5 is
    ideal. Not defined without validation rows; the ratio neither where these are mostly copies.

    Args:
        n_rows: most synthetic and validation rows; of more rows so many are drawn.
    """
    rows, held_out = at_most(rows, n_rows, rng), at_most(valid, n_rows, rng)
    if not len(rows) or not len(held_out):
        return {"ratio": float("nan"), "train_share": float("nan")}
    ours, usual = (
        float(np.median(closest_distances(some.x, train.x, schema))) for some in (rows, held_out)
    )
    seen = at_most(train, len(held_out), rng)
    unseen = at_most(held_out, len(seen), rng)
    to_seen, to_unseen = (
        nearest_distances(rows.x, some.x, schema, train.x) for some in (seen, unseen)
    )
    return {
        "ratio": ours / usual if usual > 0 else float("nan"),
        "train_share": float(np.mean((to_seen < to_unseen) + 0.5 * (to_seen == to_unseen))),
    }
