"""What a generator's sampler gives: rows like those of the data, as many as were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tscbench.contracts.types import Array, Link, Sampler, Schema
from tscbench.registry import Bound
from tscbench.testing.check import check
from tscbench.testing.failure import NotTried, line_of_error, say
from tscbench.testing.trial import N_DRAWN, Attempt, Trial

TYPED = ("works", "result_type")


@check("generator", after=("works",))
def result_type(trial: Trial) -> None:
    """The harness calls `sample(n, rng)` of the `Sampler` that a generator returns."""
    for attempt in trial.sound():
        value, on = attempt.value, f"on {attempt.tiny.name}, "
        if value is not None and not isinstance(value, Sampler):
            raise trial.failed(
                f"{on}it returned {_kind(value)}; it must return Sampler(sample), or None where it "
                "makes no rows"
            )
        if value is None:
            continue
        x = _x(attempt.answer)
        if not isinstance(x, np.ndarray) or x.dtype.kind not in "fiub":
            raise trial.failed(
                f"{on}sample({N_DRAWN}, rng) gave {_kind(x)}; it must give an array of numbers, "
                f"of shape {(N_DRAWN, *attempt.tiny.schema.inputs)}",
                trial.at(value.sample),
            )


def _x(answer: Any) -> Any:
    return answer[0] if isinstance(answer, tuple) and answer else answer


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    return {"str": "a text"}.get(type(value).__name__, type(value).__name__)


def _samples(trial: Trial) -> Iterator[tuple[Attempt, Array, str, str]]:
    """(attempt, rows, what to call it, the line of `sample`) of every tiny dataset."""
    found = False
    for attempt in trial.sound():
        if attempt.value is not None:
            found = True
            on = f"on {attempt.tiny.name}, sample({N_DRAWN}, rng) gave "
            yield attempt, _x(attempt.answer), on, trial.at(attempt.value.sample)
    if not found:
        raise NotTried("it makes no rows")


@check("generator")
def shape(trial: Trial) -> None:
    """Synthetic rows are put below training rows: they must be as wide, and as many as asked."""
    for attempt, x, on, at in _samples(trial):
        wanted = (N_DRAWN, *attempt.tiny.schema.inputs)
        if x.shape != wanted:
            raise trial.failed(f"{on}x of shape {x.shape}; it must be {wanted}", at)


@check("generator")
def dtype(trial: Trial) -> None:
    """Rows of tables are float64 and images uint8: others are rounded, or compare as unequal."""
    for attempt, x, on, at in _samples(trial):
        wanted = attempt.tiny.train.x.dtype
        if x.dtype != wanted:
            cure = f"return x.astype(np.{wanted})"
            raise trial.failed(f"{on}x of {x.dtype}; it must be {wanted}: {cure}", at)


@check("generator", after=(*TYPED, "shape"))
def finite(trial: Trial) -> None:
    """Infinite cells cannot be asked of a teacher; NaN says missing, where the data has it."""
    for attempt, x, on, at in _samples(trial):
        if np.isinf(x).any():
            raise trial.failed(f"{on}an infinite value; keep x finite", at)
        if np.isnan(x).any() and not attempt.tiny.schema.missing:
            raise trial.failed(f"{on}NaN, and nothing is missing in these data; keep x finite", at)


@check("generator", after=(*TYPED, "shape", "finite"))
def codes_in_range(trial: Trial) -> None:
    """A category is a code 0…c-1: between or beyond them there is no such category."""
    for attempt, x, on, at in _samples(trial):
        column, code = wrong_code(x, attempt.tiny.schema)
        if column >= 0:
            top = attempt.tiny.schema.cardinality[column] - 1
            raise trial.failed(
                f"{on}{code:.6g} in column {column}, which is categorical; it must be a code "
                f"0…{top}: move numeric columns only (schema.numeric), or declare "
                "needs={'numeric'}",
                at,
            )


def wrong_code(x: Array, schema: Schema) -> tuple[int, float]:
    """The first column and value that is no code of a categorical column; column -1 if none is."""
    for column in np.flatnonzero(schema.cardinality):
        known = x[~np.isnan(x[:, column]), column]
        wrong = known[~np.isin(known, np.arange(schema.cardinality[column]))]
        if len(wrong):
            return int(column), float(wrong[0])
    return -1, 0.0


@check("generator")
def offers_as_declared(trial: Trial) -> None:
    """A plan joins what a sampler offers with what others need: classes come exactly where
    `class_labels` is offered."""
    labelled = "class_labels" in trial.bound.offers
    for attempt, _, on, at in _samples(trial):
        pair = isinstance(attempt.answer, tuple)
        if pair and len(attempt.answer) != 2:
            came = f"{on}{len(attempt.answer)} things; it must give x, or (x, y)"
            raise trial.failed(came, at)
        if pair and not labelled:
            cure = "declare offers={'class_labels'}, or give x alone"
            raise trial.failed(f"{on}classes beside x; {cure}", at)
        if labelled and not pair:
            cure = "give (x, y), or leave 'class_labels' out of offers"
            raise trial.failed(f"{on}no classes beside x; {cure}", at)


def _labels(bound: Bound) -> bool:
    return "class_labels" in bound.offers


@check("generator", after=(*TYPED, "offers_as_declared"), applies=_labels)
def labels_in_range(trial: Trial) -> None:
    """Classes of synthetic rows are read as those of training rows are."""
    for attempt, _, on, at in _samples(trial):
        if wrong := wrong_labels(attempt.answer[1], N_DRAWN, attempt.tiny.schema):
            raise trial.failed(f"{on}y {wrong}", at)


def wrong_labels(y: Any, n: int, schema: Schema) -> str:
    """What is wrong with the labels of n rows, "" if nothing is. Of several labels NaN says that a
    row's is unknown, of classes -1."""
    k = schema.outputs[0]
    wanted = (n,) if schema.link is Link.SOFTMAX else (n, k)
    if not isinstance(y, np.ndarray) or y.shape != wanted:
        return f"of shape {np.shape(y)}; it must be an array {wanted}"
    if schema.link is Link.SOFTMAX:
        wrong = y[~np.isin(y, np.arange(-1, k))]
        return f"holding {wrong[0]}; it must hold classes 0…{k - 1}" if len(wrong) else ""
    wrong = y[~np.isnan(y) & (y != 0) & (y != 1)]
    return f"holding {wrong[0]}; it must hold 0, 1 or NaN" if len(wrong) else ""


def _some(trial: Trial, n: int) -> None:
    """n rows can be drawn."""
    for attempt, _, _, at in _samples(trial):
        try:
            x = _x(attempt.value.sample(n, np.random.default_rng(n)))
        except (Exception, SystemExit) as error:
            came = f"on {attempt.tiny.name}, sample({n}, rng) raised {say(error)}"
            raise trial.failed(came, line_of_error(error, trial.bound.plugin), error) from error
        wanted = (n, *attempt.tiny.schema.inputs)
        if np.shape(x) != wanted:
            came = f"on {attempt.tiny.name}, sample({n}, rng) gave x of shape {np.shape(x)}"
            raise trial.failed(f"{came}; it must be {wanted}", at)


@check("generator", after=(*TYPED, "shape"))
def n_zero(trial: Trial) -> None:
    """A batch of a streaming set may hold no synthetic row."""
    _some(trial, 0)


@check("generator", after=(*TYPED, "shape"))
def n_one(trial: Trial) -> None:
    """One row is a table of one row: an axis must not be lost."""
    _some(trial, 1)


@check("generator", after=(*TYPED, "shape"))
def n_odd(trial: Trial) -> None:
    """Any number of rows may be asked for, also more than there are training rows."""
    _some(trial, 7)
    _some(trial, 2 * len(trial.attempt(trial.base).tiny.train) + 1)
