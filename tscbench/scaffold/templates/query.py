"""Query mine: in-bag answers, less sure of themselves on the teacher's own training rows."""

from tscbench import Array, Predictor, Rows, Schema, query, to_logits, to_probabilities


@query(source="who, year, title")
def mine(
    teacher: Predictor, train: Rows, rows: Rows, schema: Schema, *, shrink: float = 0.1
) -> Array:
    """Answers on training rows, on which a teacher is too sure, move towards its mean answer.

    Args:
        shrink: share of the mean answer in them, 0 to 1.
    """
    p = to_probabilities(teacher.predict(rows), schema)
    mean = to_probabilities(teacher.predict(train), schema).mean(axis=0)
    own = rows.id >= 0  # the teacher was fitted on these rows; on the others it was not
    # Ask your own way here: p has one row of probabilities for each of rows.
    p[own] = (1 - shrink) * p[own] + shrink * mean
    return to_logits(p, schema)
