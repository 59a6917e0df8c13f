"""What a teacher or a student answers, and a network before it is trained: logits for each row,
whatever rows are beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tscbench.contracts.types import Array, Predictor, Rows
from tscbench.testing.check import ANSWERING, check
from tscbench.testing.failure import line_of_error, say
from tscbench.testing.trial import Attempt, Trial

SHAPED = ("works", "result_type", "shape")


@check(*ANSWERING, after=("works",))
def result_type(trial: Trial) -> None:
    """The harness calls `predict(rows)` of the `Predictor` that a model is."""
    for attempt in trial.sound():
        value, on = attempt.value, f"on {attempt.tiny.name}, "
        if not isinstance(value, Predictor):
            came = f"{on}it returned {type(value).__name__}"
            raise trial.failed(f"{came}; it must return Predictor(predict)")
        answer = attempt.answer
        if not isinstance(answer, np.ndarray) or answer.dtype.kind not in "fiub":
            raise trial.failed(
                f"{on}predict(rows) gave {type(answer).__name__}; it must give an array of numbers",
                trial.at(value.predict),
            )


def _answers(trial: Trial) -> Iterator[tuple[Attempt, Array, str, str]]:
    """(attempt, outputs, what to call them, the line of `predict`) of every tiny dataset."""
    for attempt in trial.sound():
        on = f"on {attempt.tiny.name}, predict(rows) gave "
        yield attempt, attempt.answer, on, trial.at(attempt.value.predict)


@check(*ANSWERING)
def shape(trial: Trial) -> None:
    """Every model speaks one scale: logits (m, k), also for two classes, and for classes that its
    training rows lacked."""
    for attempt, z, on, at in _answers(trial):
        k = attempt.tiny.schema.outputs
        wanted = (len(attempt.tiny.valid), *k)
        if z.shape != wanted:
            cure = "one column for each of schema.outputs"
            if z.shape == wanted[:1] and k == (2,):
                cure = "to_logits(p, schema) makes both columns of the positive class's p"
            raise trial.failed(f"{on}shape {z.shape}; it must be {wanted}: {cure}", at)


@check(*ANSWERING)
def dtype(trial: Trial) -> None:
    """Rankings and scores are taken in float64; shorter numbers make ties."""
    for _, z, on, at in _answers(trial):
        if z.dtype != np.float64:
            cure = "return z.astype(np.float64)"
            raise trial.failed(f"{on}{z.dtype}; it must be float64: {cure}", at)


@check(*ANSWERING)
def finite(trial: Trial) -> None:
    """A model that answers NaN or an infinite logit fails its cell."""
    for _, z, on, at in _answers(trial):
        if not np.isfinite(z).all():
            what = "NaN" if np.isnan(z).any() else "an infinite value"
            cure = "to_logits(p, schema) keeps p = 0 and 1 finite"
            raise trial.failed(f"{on}{what}; logits must be finite: {cure}", at)


def _predict(trial: Trial, attempt: Attempt, rows: Rows) -> Array:
    """Outputs of the rows, which must come one for each."""
    on = f"on {attempt.tiny.name}, predict of {len(rows)} rows"
    try:
        z: Any = attempt.value.predict(rows)
    except (Exception, SystemExit) as error:
        at = line_of_error(error, trial.bound.plugin)
        raise trial.failed(f"{on} raised {say(error)}", at, error) from error
    wanted = (len(rows), *attempt.tiny.schema.outputs)
    if np.shape(z) != wanted:
        came = f"{on} gave shape {np.shape(z)}; it must be {wanted}"
        raise trial.failed(came, trial.at(attempt.value.predict))
    return np.asarray(z)


def _some(trial: Trial, n: int) -> None:
    """n rows can be predicted."""
    for attempt in trial.sound():
        _predict(trial, attempt, attempt.tiny.valid.unlabelled().take(np.arange(n)))


@check(*ANSWERING, after=SHAPED)
def n_zero(trial: Trial) -> None:
    """There may be no row to ask about: no validation rows, or none that is synthetic."""
    _some(trial, 0)


@check(*ANSWERING, after=SHAPED)
def n_one(trial: Trial) -> None:
    """One row is a table of one row: an axis must not be lost."""
    _some(trial, 1)


@check(*ANSWERING, after=SHAPED)
def n_odd(trial: Trial) -> None:
    """Any number of rows may be asked for, not only whole batches."""
    _some(trial, 7)


@check(*ANSWERING, after=(*SHAPED, "n_one", "n_odd"))
def batch_size(trial: Trial) -> None:
    """A row's answer may not depend on which rows are asked with it: boards would change with the
    size of the test part."""
    for attempt in trial.sound():
        rows = attempt.tiny.valid.unlabelled()
        size = 7 if len(rows) > 7 else 1
        blocks = [np.arange(i, min(i + size, len(rows))) for i in range(0, len(rows), size)]
        parts = [_predict(trial, attempt, rows.take(block)) for block in blocks]
        far = _distance(trial, np.concatenate(parts), attempt.answer)
        if far > 1:
            raise trial.failed(
                f"on {attempt.tiny.name}, predict answers otherwise when rows come {size} at a "
                "time; scale rows by figures of the fit, and put networks into eval()",
                trial.at(attempt.value.predict),
            )


@check(*ANSWERING, after=(*SHAPED, "batch_size"))
def row_order(trial: Trial) -> None:
    """A row's answer may not depend on the order in which rows are asked."""
    for attempt in trial.sound():
        rows = attempt.tiny.valid.unlabelled()
        order = np.random.default_rng(0).permutation(len(rows))
        z = _predict(trial, attempt, rows.take(order))
        if _distance(trial, z, attempt.answer[order]) > 1:
            raise trial.failed(
                f"on {attempt.tiny.name}, predict answers otherwise when rows come in another "
                "order; each row's answer must follow from that row alone",
                trial.at(attempt.value.predict),
            )


def _distance(trial: Trial, one: Array, other: Array) -> float:
    """The largest difference, in units of what rounding explains. Matrix products of other sizes
    round otherwise, and networks compute in single precision."""
    if not one.size:
        return 0.0
    single = np.array_equal(other, other.astype(np.float32))
    network = any(name.startswith("torch") for name in trial.bound.plugin.requires)
    unit = 1e-5 if single or network else 1e-10
    return float(np.max(np.abs(one - other) / (unit * (1 + np.abs(other)))))
