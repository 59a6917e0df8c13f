"""What a plugin may see: the one law, on every way of rows to a plugin.

Labels reach whoever is fitted on them; `privileged` the teacher, and nobody else; `truth` metrics
alone. Rows that a model is asked about come without labels, in an order drawn anew and with ids
that say nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tscbench.contracts.errors import ContractError
from tscbench.contracts.types import Array, Predictor, Rng, Rows, Schema


def to_fit(rows: Rows, kind: str) -> Rows:
    """Rows as a plugin of this kind is fitted on them."""
    return replace(rows, truth=None, privileged=rows.privileged if kind == "teacher" else None)


def to_predict(rows: Rows, kind: str) -> Rows:
    """Rows as a model of this kind is asked about them, in an order that is nobody's: without
    labels, and with ids that say nothing."""
    return replace(to_fit(rows, kind), y=None, id=np.full(len(rows), -1))


def to_ask(rows: Rows) -> Rows:
    """Training or synthetic rows as a query passes them on to teachers: their ids say which
    teacher never saw them."""
    return replace(rows, y=None, truth=None)


def ask(model: Predictor, rows: Rows, schema: Schema, rng: Rng, kind: str) -> Array:
    """A model's outputs on rows, `(m, *k)`, in the order of the rows.

    Raises:
        ContractError: outputs of another shape, or not finite.
    """
    wanted = (len(rows), *schema.outputs)
    if not len(rows):
        return np.empty(wanted)
    order = rng.permutation(len(rows))
    outputs = np.asarray(model.predict(to_predict(rows.take(order), kind)), dtype=np.float64)
    if outputs.shape != wanted:
        raise ContractError(f"predict: gave outputs {outputs.shape}, expected {wanted}")
    if not np.isfinite(outputs).all():
        raise ContractError("predict: gave outputs that are not finite")
    answered = np.empty(wanted)
    answered[order] = outputs
    return answered
