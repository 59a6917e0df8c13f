"""Teacher dropout: the teacher answers as it was trained, with some of its units dropped."""

from __future__ import annotations

from tscbench import Array, Predictor, Rng, Rows, query


@query(
    source="the released code of Liu, Fusi & Mackey, 2018, Teacher-Student Compression with GANs",
    needs={"dropout"},
)
def teacher_dropout(teacher: Predictor, rows: Rows, rng: Rng) -> Array:
    """In-bag answers with the teacher's dropout left on, at the share that its fit dropped.

    The authors' teacher and student share one switch, so that the teacher's logits are noisy while
    the student learns, and anew in each epoch. Here training rows are asked once, and the synthetic
    rows of a mix `stream` as they are drawn. The teacher's own scores are those without dropout.
    """
    return teacher.predict_dropout(rows.unlabelled(), rng)
