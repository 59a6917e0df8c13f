"""Data that authors forget: a plugin works on it, or declares a need that refuses it."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.types import Sampler
from tscbench.registry import Bound
from tscbench.testing.check import FITTED, check
from tscbench.testing.data import CONSTANT, DATA
from tscbench.testing.trial import Attempt, Trial

ROWS = (*FITTED, "network", "query", "probe")
"""The kinds that are offered rows, or are built for them."""

OUTPUTS = (*ROWS, "objective", "metric")
"""The kinds that are offered rows or what is known of them."""


@check("dataset", *OUTPUTS, after=("facts_known",))
def works(trial: Trial) -> None:
    """A plugin that fails on the plainest data that its needs admit fails in every cell."""
    attempt = trial.attempt(trial.base)
    if attempt.error is not None:
        raise trial.raised(attempt, _other_data(trial))


def _other_data(trial: Trial) -> str:
    """The cure where the plugin wants data of another sort than it says."""
    if trial.kind == "dataset" or trial.bound.needs & {"tabular", "images"}:
        return ""
    for name, need in (("images", "images"), ("two_class_images", "images")):
        if trial.attempt(name).error is None:
            return f"; it works on images: declare needs={{{need!r}}}"
    return ""


@check(*OUTPUTS, after=("works",))
def seven_classes(trial: Trial) -> None:
    """Half of the suites have more than two classes."""
    _manages(trial, "seven_classes")


@check(*OUTPUTS, after=("works",))
def several_labels(trial: Trial) -> None:
    """Data of several labels has a y of shape (n, k) with 0, 1 and NaN in it."""
    _manages(trial, "several_labels")


@check(*OUTPUTS, after=("works",))
def one_class(trial: Trial) -> None:
    """In a small part of rare classes all training rows may be of one class."""
    _manages(trial, "one_class")


@check(*ROWS, after=("works",))
def constant_column(trial: Trial) -> None:
    """A column of one value has no spread to divide by, and made-up rows must keep its value."""
    _manages(trial, "constant_column")
    if trial.kind != "generator" or "constant_column" not in trial.data:
        return
    attempt = trial.attempt("constant_column")
    x = attempt.answer[0] if isinstance(attempt.answer, tuple) else attempt.answer
    if _is_finite_table(x, attempt) and not np.allclose(x[:, 1], CONSTANT, atol=1e-6):
        far = x[np.argmax(np.abs(x[:, 1] - CONSTANT)), 1]
        raise trial.failed(
            f"on constant_column, column 1 is {CONSTANT} in every training row and {far:.6g} in a "
            "synthetic one; where a column's spread is 0, keep its value",
            trial.at(attempt.value.sample),
        )


def _is_finite_table(x: object, attempt: Attempt) -> bool:
    """Whether it is what other checks want it to be, so that its values can be compared."""
    return (
        isinstance(attempt.value, Sampler)
        and isinstance(x, np.ndarray)
        and x.shape[1:] == attempt.tiny.schema.inputs
        and x.dtype.kind == "f"
        and bool(np.isfinite(x).all())
    )


@check(*ROWS, after=("works",))
def categorical(trial: Trial) -> None:
    """Categorical columns hold codes, whose distances and order mean nothing."""
    _manages(trial, "categorical")


@check(*ROWS, after=("works",))
def missing_values(trial: Trial) -> None:
    """Missing values are NaN, in numeric and in categorical columns."""
    _manages(trial, "missing_values")
    _manages(trial, "missing_levels")


def _takes_valid(bound: Bound) -> bool:
    return "valid" in bound.plugin.takes


@check(*FITTED, after=("works",), applies=_takes_valid)
def no_validation_rows(trial: Trial) -> None:
    """A suite may keep no validation rows (valid = 0), so that `valid` has length 0."""
    valid = trial.attempt(trial.base).tiny.valid.take(np.arange(0))
    trial.with_offer(trial.base, valid=valid)


def _manages(trial: Trial, name: str) -> None:
    """The plugin works on these data, unless its needs refuse them or it fails on simpler ones."""
    if name not in trial.data or not trial.ready(name):
        return
    attempt = trial.attempt(name)
    if attempt.error is not None:
        need = DATA[name].refused_by
        cure = f"handle it, or declare needs={{{need!r}}}" if need else "handle it: it does occur"
        raise trial.raised(attempt, f"; {cure}")
