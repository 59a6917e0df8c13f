"""Parity: what an exported file answers, beside what the student answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tscbench.contracts.errors import ContractError
from tscbench.contracts.scales import decide, to_probabilities
from tscbench.contracts.types import Array, Link, Predictor, Rows, Schema
from tscbench.export.made import Answer, Made

BLOCK = 4096
ROUNDING = 1e-12


@dataclass(frozen=True)
class Parity:
    """The file against the student, on `rows` test rows.

    other_decisions: rows that the file decides otherwise. ties: those of them in which the student
    holds two classes equally likely but for rounding, which a logarithm of another library turns.
    by_float32: rows that the student itself decides otherwise when its inputs are rounded to single
    precision, as callers may do. largest_difference: of probabilities, absolute, over all rows and
    classes.
    """

    rows: int
    other_decisions: int
    ties: int
    by_float32: int
    largest_difference: float

    def __str__(self) -> str:
        ties = f" ({self.ties} of them ties)" if self.ties else ""
        return (
            f"{self.other_decisions} of {self.rows} test rows decided otherwise{ties}, "
            f"probabilities differ by at most {self.largest_difference:.2g}; "
            f"inputs rounded to float32 would turn {self.by_float32} decisions"
        )

    def facts(self) -> dict[str, Any]:
        """For `card.json`."""
        share = self.other_decisions / self.rows if self.rows else None
        return {**asdict(self), "share_of_other_decisions": share}


def compare(student: Predictor, made: Made, file: Path, rows: Rows, schema: Schema) -> Parity:
    """The parity of `file`, which holds what was made of the student.

    Raises:
        ContractError: it does not answer these rows.
    """
    answer = made.opened(file)
    rows = rows.unlabelled()
    others = ties = turned = 0
    largest = 0.0
    for start in range(0, len(rows), BLOCK):
        block = rows.take(np.arange(start, min(start + BLOCK, len(rows))))
        ours = student.predict(block)
        p, decisions = _asked(answer, block.x)
        other = _differ(decisions, decide(ours, schema))
        others += int(other.sum())
        ties += int((other & _tied(to_probabilities(ours, schema), schema)).sum())
        turned += int(_differ(_on_float32(student, block, schema), decide(ours, schema)).sum())
        largest = max(largest, float(np.abs(p - to_probabilities(ours, schema)).max()))
    return Parity(len(rows), others, ties, turned, largest)


def _asked(answer: Answer, x: Array) -> tuple[Array, Array]:
    try:
        return answer(x)
    except Exception as error:
        said = str(error).strip().partition("\n")[0]
        raise ContractError(
            f"the exported file does not answer the test rows: {type(error).__name__}: {said}"
        ) from error


def _on_float32(student: Predictor, rows: Rows, schema: Schema) -> Array:
    rounded = rows.x.astype(np.float32).astype(rows.x.dtype)
    return decide(student.predict(Rows(rounded, None, rows.id)), schema)


def _differ(one: Array, other: Array) -> Array:
    """Whether any decision of a row differs, `(m,)`."""
    return np.asarray((one != other).reshape(len(one), -1).any(axis=1))


def _tied(p: Array, schema: Schema) -> Array:
    """Whether a row has no clear decision, or of several labels one that has none, `(m,)`."""
    if schema.link is Link.SIGMOID:
        return np.asarray((np.abs(p - 0.5) < ROUNDING).any(axis=1))
    first, second = -np.partition(-p, 1, axis=1)[:, :2].T
    return np.asarray(first - second < ROUNDING)
