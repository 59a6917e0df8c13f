"""How a plugin treats what it is offered, and whether what it gives can be kept."""

from __future__ import annotations

import pickle
import time
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from tscbench.contracts.kinds import KINDS
from tscbench.line.busy import watched
from tscbench.testing.check import FITTED, check
from tscbench.testing.data import make
from tscbench.testing.digest import digest
from tscbench.testing.failure import NotTried, line_of_error, say
from tscbench.testing.fixture import fixture
from tscbench.testing.trial import Attempt, Trial, ask, try_once

SHARE = 0.2
"""Of its computing, what other threads may do before they are looked at."""

WATCHED = 0.3
"""Seconds of computing for which they are then watched."""


@check(*KINDS, after=("works",))
def inputs_unchanged(trial: Trial) -> None:
    """What is offered is shared with every other plugin of the run: nothing of it may change."""
    for attempt in trial.sound():
        if attempt.changed:
            raise trial.failed(
                f"on {attempt.tiny.name}, {attempt.changed[0]} was changed; work on a copy",
                _line_of_change(trial, attempt),
            )


def _line_of_change(trial: Trial, attempt: Attempt) -> str:
    """Where the plugin fails on arrays that cannot be written into."""
    tiny = make(attempt.tiny.name)
    trial.prepare(tiny)
    offered = fixture(trial.bound, tiny, 0, trial.offline)
    for value in offered.values():
        _lock(value)
    error = try_once(trial.bound, tiny, offered, 0).error
    return line_of_error(error, trial.bound.plugin) if error is not None else ""


def _lock(value: Any) -> None:
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, tuple | list):
        for item in value:
            _lock(item)
    elif is_dataclass(value):
        for f in fields(value):
            _lock(getattr(value, f.name))


@check(*FITTED, after=("works",))
def threads_kept(trial: Trial) -> None:
    """A library that takes every core makes the workers of a run wait for each other, and what is
    said of seconds untrue: a step has a number of threads, here 1."""
    own, computed = time.thread_time(), time.process_time()
    trial.new(trial.base)
    own, computed = time.thread_time() - own, time.process_time() - computed
    if computed - own < SHARE * computed:
        return
    with watched(0.0) as busy:
        until = time.process_time() + WATCHED
        while time.process_time() < until:
            trial.new(trial.base)
    if beyond := busy.beyond(1):
        raise trial.failed(
            f"it kept {beyond:g} threads busy, and has 1; have its library compute with "
            "`tscbench.n_threads()` of them, by `n_jobs` or what it calls them"
        )


@check(*FITTED, "network", after=("works", "result_type", "same_rng_same_bytes"))
def pickles(trial: Trial) -> None:
    """A fitted model is kept in the store and sent between processes."""
    import cloudpickle

    attempt = trial.attempt(trial.base)
    if attempt.value is None:
        raise NotTried("it makes no rows")
    try:
        revived = pickle.loads(cloudpickle.dumps(attempt.value))
    except Exception as error:
        raise trial.failed(
            f"what it returned does not pickle ({say(error)}); keep files, locks and handles out "
            "of it, and open them when they are used",
            line_of_error(error, trial.bound.plugin),
            error,
        ) from error
    try:
        answer = ask(revived, attempt.tiny, 0)
    except Exception as error:
        came = (
            f"what it returned, pickled and read back, raised {say(error)}; keep all that it needs"
        )
        raise trial.failed(came, line_of_error(error, trial.bound.plugin), error) from error
    if digest(answer) != digest(attempt.answer):
        came = "what it returned, pickled and read back, answers otherwise; keep all that it needs"
        raise trial.failed(came)
