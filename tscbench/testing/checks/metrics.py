"""What a metric gives: one number, the same in any order, and better where it says so."""

from __future__ import annotations

from typing import Any

import numpy as np

from tscbench.contracts.types import Array
from tscbench.testing.check import check
from tscbench.testing.fixture import fixture, right_outputs
from tscbench.testing.trial import Attempt, Trial

ROWS = ("labels", "outputs", "teacher_outputs", "truth")


@check("metric", after=("works",))
def result_type(trial: Trial) -> None:
    """A score is one float: it is written down, averaged and ranked."""
    for attempt in trial.sound():
        value = attempt.value
        if not isinstance(value, float):
            what = type(value).__name__
            what = f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else what
            came = f"on {attempt.tiny.name}, it returned {what}"
            raise trial.failed(f"{came}; it must return one float: float(…) of a mean, say")


@check("metric")
def finite(trial: Trial) -> None:
    """NaN says that a metric is not defined, as where all rows are of one class; infinite values
    spoil every mean."""
    for attempt in trial.sound():
        defined = np.isnan(attempt.value) if attempt.tiny.name == "one_class" else False
        if not (np.isfinite(attempt.value) or defined):
            came = f"on {attempt.tiny.name}, it gave {attempt.value}"
            raise trial.failed(f"{came}; it must be finite, or NaN where it is not defined")


def _of(trial: Trial, attempt: Attempt, index: Array) -> Any:
    """The score of the rows at `index`."""
    offered = fixture(trial.bound, attempt.tiny)
    return trial.with_offer(attempt.tiny.name, **{n: offered[n][index] for n in ROWS}).value


@check("metric")
def row_order(trial: Trial) -> None:
    """A score may not depend on the order of the rows."""
    for attempt in trial.sound():
        backwards = np.arange(len(attempt.tiny.train))[::-1]
        score = _of(trial, attempt, backwards)
        if not np.isclose(score, attempt.value, rtol=1e-12, atol=1e-12, equal_nan=True):
            came = f"on {attempt.tiny.name}, it gave {attempt.value}, and {score} of the same rows"
            raise trial.failed(f"{came} in another order; let no order count")


@check("metric")
def n_zero(trial: Trial) -> None:
    """Of no rows there is no score: NaN, not 0 or an error."""
    attempt = trial.attempt(trial.base)
    score = _of(trial, attempt, np.arange(0))
    if not np.isnan(score):
        raise trial.failed(f"of no rows it gave {score}; it must be float('nan')")


@check("metric", after=("works", "result_type", "finite", "row_order"))
def direction(trial: Trial) -> None:
    """Boards rank by `direction`: a model that is always right must score better than one
    that is always wrong."""
    tiny = trial.attempt(trial.base).tiny
    assert tiny.train.y is not None
    right, wrong = (right_outputs(tiny.train.y, tiny.schema, sure) for sure in (8.0, -8.0))
    scores = [
        trial.with_offer(trial.base, outputs=z, teacher_outputs=right, truth=right).value
        for z in (right, wrong)
    ]
    way = trial.bound.plugin.direction
    if not (scores[0] > scores[1] if way == "higher" else scores[0] < scores[1]):
        raise trial.failed(
            f"it gave {scores[0]:.6g} where every answer is right and {scores[1]:.6g} where every "
            f'one is wrong, and says direction="{way}"; turn one of them round'
        )
