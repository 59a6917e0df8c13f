"""What a library's raw values mean: found by comparing them with the student's own answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tscbench.contracts.errors import ContractError
from tscbench.contracts.scales import to_probabilities
from tscbench.contracts.types import Array, Link, Scale, Schema
from tscbench.tabular.exchange import class_names
from tscbench.tabular.regression import regressed_outputs

DIGITS = 10  # to which `regressed_outputs` rounds probabilities
TOLERANCE = 1e-4  # of probabilities: far above what single precision costs


@dataclass(frozen=True)
class Reading:
    """Raw values are `width` columns on `scale`: all classes, or the positive one of two."""

    scale: Scale
    width: int

    @property
    def alone(self) -> bool:
        """Whether they are log-probabilities of the positive class, from which the other's
        follow."""
        return self.scale is Scale.LOG_PROBABILITY and self.width == 1

    def logits(self, values: Array, schema: Schema) -> Array:
        """Logits `(m, k)` of raw values `(m, width)`."""
        return regressed_outputs(values, self.scale, schema)

    def facts(self, schema: Schema) -> dict[str, Any]:
        """What the raw values are and what follows from them, for `schema.json`."""
        shares, logs = self.scale is Scale.PROBABILITY, self.alone
        level = f"0.5, rounded to {DIGITS} digits" if shares else "log 0.5" if logs else "0"
        if schema.link is Link.SIGMOID:
            decision = f"each class whose value is at least {level}"
        elif self.width == 1:
            decision = f"the second class where the value is at least {level}, else the first"
        else:
            decision = "the class of the largest value, of equal ones the last"
        link = "softmax" if self.width > 1 and schema.link is Link.SOFTMAX else "sigmoid"
        return {
            "scale": str(self.scale),
            "of": class_names(schema)[-self.width :],
            "probabilities": "the values themselves"
            if shares
            else f"{'exp' if logs else link} of the values",
            "decision": decision,
        }


def read_values(values: Array, logits: Array, schema: Schema) -> Reading:
    """The reading under which raw `values`, `(m,)` or `(m, c)`, are the student's own `logits`.

    On nine of ten rows the probabilities must agree, so that a conversion which sends a few rows
    to other leaves is still read; the parity report counts such rows.

    Raises:
        ContractError: there is none: the model is not what the student answers with.
    """
    values = np.asarray(values, np.float64).reshape(len(logits), -1)
    width, k = values.shape[1], schema.outputs[0]
    if width != k and not (width == 1 and k == 2 and schema.link is Link.SOFTMAX):
        raise ContractError(
            f"the student's model gives {width} columns for {k} classes, in which "
            "its answers cannot be found; model= must answer from rows as they are in Rows.x"
        )
    gaps = {}
    for reading in (Reading(scale, width) for scale in Scale):
        if reading.scale is Scale.LOG_PROBABILITY and not reading.alone:
            continue  # logits, as far as anybody can see
        theirs = to_probabilities(reading.logits(values, schema), schema)
        gap = np.abs(theirs - to_probabilities(logits, schema)).max(axis=1)
        gaps[reading] = float(np.quantile(gap, 0.9))
    best = min(gaps, key=lambda reading: gaps[reading])
    if not gaps[best] <= TOLERANCE:
        raise ContractError(
            "the student's model does not give the student's answers: its probabilities differ "
            f"by up to {gaps[best]:.2g}; model= must answer from rows as they are in Rows.x"
        )
    return best
