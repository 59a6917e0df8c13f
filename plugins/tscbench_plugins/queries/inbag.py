"""In-bag: the teacher is asked about every row, its own training rows included."""

from __future__ import annotations

from tscbench import Array, Predictor, Rows, query


@query(source="Bucila, Caruana & Niculescu-Mizil, 2006, Model compression")
def inbag(teacher: Predictor, rows: Rows) -> Array:
    """The teacher's own answers; on training rows they are as confident as its fit was close."""
    return teacher.predict(rows.unlabelled())
