"""What a query gives: an answer for each row, or none for the whole row."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.types import Rows
from tscbench.testing.check import check
from tscbench.testing.fixture import synthetic
from tscbench.testing.trial import Trial


@check("query", after=("works",))
def result_type(trial: Trial) -> None:
    """Outputs are an array of numbers, from which objectives make targets."""
    for attempt in trial.sound():
        z = attempt.value
        if not isinstance(z, np.ndarray) or z.dtype.kind not in "fiub":
            came = f"on {attempt.tiny.name}, it returned {type(z).__name__}"
            raise trial.failed(f"{came}; it must return an array of logits (m, *schema.outputs)")


@check("query")
def shape(trial: Trial) -> None:
    """Outputs are aligned with the rows that were asked about."""
    for attempt in trial.sound():
        wanted = (len(attempt.offered["rows"]), *attempt.tiny.schema.outputs)
        if attempt.value.shape != wanted:
            came = f"on {attempt.tiny.name}, it gave shape {attempt.value.shape}"
            raise trial.failed(f"{came}; it must be {wanted}, row for row")


@check("query", after=("works", "result_type", "shape"))
def finite(trial: Trial) -> None:
    """A row that cannot be answered is NaN throughout and left out; only a training row may be."""
    for attempt in trial.sound():
        z, on = attempt.value, f"on {attempt.tiny.name}, "
        if np.isinf(z).any():
            raise trial.failed(f"{on}it gave an infinite value; logits must be finite")
        if (np.isnan(z).any(axis=1) != np.isnan(z).all(axis=1)).any():
            came = f"{on}it gave a row that is NaN in part"
            raise trial.failed(f"{came}; a row is finite, or all NaN where it has no answer")
        if np.isnan(z[attempt.offered["rows"].id < 0]).any():
            came = f"{on}it gave no answer for a synthetic row (id -1)"
            raise trial.failed(f"{came}; no teacher has seen it, so ask any, or all")


def _asked(trial: Trial, rows: Rows, what: str) -> None:
    attempt = trial.with_offer(trial.base, rows=rows)
    wanted = (len(rows), *attempt.tiny.schema.outputs)
    if np.shape(attempt.value) != wanted:
        came = f"of {what}, it gave shape {np.shape(attempt.value)}"
        raise trial.failed(f"{came}; it must be {wanted}")


@check("query", after=("works", "result_type", "shape"))
def training_or_synthetic_rows_alone(trial: Trial) -> None:
    """Training rows and synthetic rows are asked about one after the other."""
    tiny = trial.attempt(trial.base).tiny
    _asked(trial, tiny.train.unlabelled(), "training rows alone")
    _asked(trial, synthetic(tiny).unlabelled(), "synthetic rows alone")


@check("query", after=("works", "result_type", "shape"))
def n_zero(trial: Trial) -> None:
    """There may be no row to ask about."""
    tiny = trial.attempt(trial.base).tiny
    _asked(trial, tiny.train.unlabelled().take(np.arange(0)), "no rows")


@check("query", after=("works", "result_type", "shape"))
def n_one(trial: Trial) -> None:
    """One row is a table of one row: an axis must not be lost."""
    tiny = trial.attempt(trial.base).tiny
    _asked(trial, tiny.train.unlabelled().take(np.arange(1)), "one training row")
    _asked(trial, synthetic(tiny).unlabelled().take(np.arange(1)), "one synthetic row")
