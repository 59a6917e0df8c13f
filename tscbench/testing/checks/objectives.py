"""What an objective gives: targets for every row that has one, with weights."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tscbench.contracts.types import Array, Targets
from tscbench.testing.check import check
from tscbench.testing.fixture import mixed, random_outputs
from tscbench.testing.trial import Attempt, Trial

SHAPED = ("works", "result_type", "shape")


@check("objective", after=("works",))
def result_type(trial: Trial) -> None:
    """Objectives are data, `Targets` or a tuple of them, so that any student can take them."""
    for attempt in trial.sound():
        value = attempt.value
        terms = value if isinstance(value, tuple) else (value,)
        wrong = [type(t).__name__ for t in terms if not isinstance(t, Targets)]
        if wrong or not terms:
            came = f"on {attempt.tiny.name}, it returned {wrong[0] if wrong else 'nothing'}"
            raise trial.failed(f"{came}; it must return Targets(values, loss), or a tuple of them")


def _terms(trial: Trial) -> Iterator[tuple[Attempt, Targets, str]]:
    for attempt in trial.sound():
        value = attempt.value
        for i, term in enumerate(value if isinstance(value, tuple) else (value,)):
            which = f"targets {i}" if isinstance(value, tuple) else "targets"
            yield attempt, term, f"on {attempt.tiny.name}, {which} have "


@check("objective")
def shape(trial: Trial) -> None:
    """Values and weights are aligned with the rows."""
    for attempt, term, on in _terms(trial):
        m = len(attempt.offered["outputs"])
        wanted = (m, *attempt.tiny.schema.outputs)
        if np.shape(term.values) != wanted:
            came = f"{on}values of shape {np.shape(term.values)}"
            raise trial.failed(f"{came}; they must be {wanted}, row for row")
        if np.shape(term.weight) not in ((), (m,)):
            came = f"{on}a weight of shape {np.shape(term.weight)}"
            raise trial.failed(f"{came}; it must be one number, or ({m},)")


@check("objective", after=SHAPED)
def weights(trial: Trial) -> None:
    """A negative weight rewards a student for being wrong; a temperature divides its logits."""
    for _, term, on in _terms(trial):
        least = float(np.min(term.weight))
        if not np.isfinite(term.weight).all() or least < 0:
            raise trial.failed(f"{on}the weight {least:.6g}; weights must be finite and ≥ 0")
        if not term.temperature > 0:
            raise trial.failed(f"{on}the temperature {term.temperature}; it must be above 0")


@check("objective", after=SHAPED)
def finite(trial: Trial) -> None:
    """A row without a target is NaN and left out, which only a row without a label may be."""
    for attempt, term, on in _terms(trial):
        values = np.asarray(term.values)
        if np.isinf(values).any():
            raise trial.failed(f"{on}an infinite value; raise probabilities to a floor first")
        holes = np.isnan(values.reshape(len(values), -1)).any(axis=1)
        if "labels" not in trial.bound.plugin.takes and holes.any():
            came = f"{on}NaN where the teacher answered"
            raise trial.failed(f"{came}; give every row a target that has an answer")
        if (holes & _known(attempt)).any():
            came = f"{on}NaN where the label is known"
            raise trial.failed(f"{came}; give every row a target that has a label")


def _known(attempt: Attempt) -> Array:
    """Rows whose label is known: the training rows."""
    return np.asarray(mixed(attempt.tiny).id >= 0)


@check("objective", after=SHAPED)
def needs_as_declared(trial: Trial) -> None:
    """A plan gives an objective to the students that offer what it needs: its losses, targets
    outside [0, 1], logits among them, a temperature other than 1, and batches to draw noise in."""
    for _, term, on in _terms(trial):
        if term.loss.value not in trial.bound.needs:
            cure = f"declare needs={{{term.loss.value!r}}}"
            raise trial.failed(f"{on}the loss {term.loss.value}; {cure}")
        values = np.asarray(term.values)
        beyond = np.abs(np.nan_to_num(values, nan=0.5) - 0.5) > 0.5 + 1e-9
        if beyond.any() and "signed_targets" not in trial.bound.needs:
            raise trial.failed(f"{on}values outside [0, 1]; add 'signed_targets' to needs")
        if term.temperature != 1 and "temperature" not in trial.bound.needs:
            raise trial.failed(f"{on}a temperature other than 1; add 'temperature' to needs")
        if term.changes and "streaming" not in trial.bound.needs:
            raise trial.failed(f"{on}noise, which batches alone draw; add 'streaming' to needs")


def _given(trial: Trial, n: int) -> None:
    tiny = trial.attempt(trial.base).tiny
    rows = mixed(tiny).take(np.arange(n))
    outputs = random_outputs(n, tiny.schema)
    attempt = trial.with_offer(trial.base, outputs=outputs, labels=rows.y, real=rows.id >= 0)
    terms = attempt.value if isinstance(attempt.value, tuple) else (attempt.value,)
    for term in terms:
        if np.shape(term.values) != outputs.shape:
            came = f"of {n} rows, targets have values of shape {np.shape(term.values)}"
            raise trial.failed(f"{came}; they must be {outputs.shape}")


@check("objective", after=SHAPED)
def n_zero(trial: Trial) -> None:
    """No row may be left to aim at, in a batch of a streaming set for one."""
    _given(trial, 0)


@check("objective", after=SHAPED)
def n_one(trial: Trial) -> None:
    """One row is a table of one row: an axis must not be lost."""
    _given(trial, 1)
