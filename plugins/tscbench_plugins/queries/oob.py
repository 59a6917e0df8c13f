"""Out-of-bag: training rows are answered by those members of the teacher that never saw them."""

from __future__ import annotations

import numpy as np

from tscbench import Array, Predictor, Rows, Schema, query


@query(source="Breiman, 1996, Out-of-bag estimation", needs={"oob"})
def oob(teacher: Predictor, rows: Rows, schema: Schema) -> Array:
    """Out-of-bag answers for training rows, the whole teacher's for all others.

    A training row that every member saw stays NaN.
    """
    outputs = np.empty((len(rows), *schema.outputs))
    real = rows.id >= 0
    if real.any():
        outputs[real] = teacher.predict_oob(rows.id[real])
    if not real.all():
        outputs[~real] = teacher.predict(rows.take(~real).unlabelled())
    return outputs
