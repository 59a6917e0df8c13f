"""TagVote: votes of neighbours, less those that a tag gets anywhere."""

from typing import Literal

from tscbench import Array, CompressionSet, Predictor, Rows, Schema, student
from tscbench.tabular import neighbourhood, tagged_rows


@student(
    source="Li, Snoek & Worring, 2009, Learning social tag relevance by neighbor voting",
    needs={"numeric", "complete"},
    offers={"labels_only", "deterministic"},
)
def tagvote(
    compression_set: CompressionSet,
    schema: Schema,
    *,
    k: int = 20,
    distance: Literal["cosine", "euclidean"] = "cosine",
) -> Predictor:
    """How many of the k nearest training rows carry a tag, less the number expected of any k rows.

    Outputs are these scores, which rank and are no probabilities. Every row is a user of its own.

    Args:
        k: neighbours; all where there are fewer.
        distance: of standardised columns, or of such rows of length 1.
    """
    x, tags = tagged_rows(compression_set, schema)
    points, prior = neighbourhood(x, distance), tags.mean(axis=0)

    def predict(rows: Rows) -> Array:
        near = points.nearest(rows.x, k)
        return tags[near].sum(axis=1) - near.shape[1] * prior

    return Predictor(predict, size={"numbers": points.points.size + tags.size})
