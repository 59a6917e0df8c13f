"""k nearest neighbours: tags by the votes of the most similar training rows."""

from typing import Literal

from tscbench import Array, CompressionSet, Predictor, Rows, Schema, student, to_logits
from tscbench.tabular import neighbourhood, tagged_rows


@student(
    source="the baseline KNN of Wang et al., 2018, KDGAN; the survey: Li et al., 2016, Socializing "
    "the semantic gap",
    needs={"numeric", "complete"},
    offers={"labels_only", "deterministic"},
)
def knn(
    compression_set: CompressionSet,
    schema: Schema,
    *,
    k: int = 20,
    distance: Literal["cosine", "euclidean"] = "cosine",
    smooth: float = 1.0,
) -> Predictor:
    """The share of the k nearest training rows that carry a tag, in standardised columns.

    Args:
        k: neighbours; all where there are fewer.
        distance: of the columns, or of rows of length 1.
        smooth: so many votes more, shared as the tags are in all training rows, which parts ties;
            0 has none, as published.
    """
    x, tags = tagged_rows(compression_set, schema)
    points, prior = neighbourhood(x, distance), tags.mean(axis=0)

    def predict(rows: Rows) -> Array:
        near = points.nearest(rows.x, k)
        votes = tags[near].sum(axis=1)
        return to_logits((votes + smooth * prior) / (near.shape[1] + smooth), schema)

    return Predictor(predict, size={"numbers": points.points.size + tags.size})
