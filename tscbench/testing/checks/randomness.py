"""Randomness: it comes from the rng that is offered, and from nowhere else."""

from __future__ import annotations

from typing import Any

from tscbench.contracts.kinds import KINDS
from tscbench.contracts.types import Predictor, Sampler
from tscbench.registry import Bound
from tscbench.testing.check import FITTED, check
from tscbench.testing.digest import digest
from tscbench.testing.failure import GLOBAL, HASH, OWN, NotTried, line_of_text
from tscbench.testing.fresh import Job, in_fresh_processes
from tscbench.testing.trial import Attempt, Trial, ask


@check(*KINDS, after=("works",))
def global_state(trial: Trial) -> None:
    """A plugin that uses or seeds a global generator changes the results of every other."""
    for attempt in trial.sound():
        # The first turn does not count: a library may draw once, while it is imported.
        attempt = trial.attempt(attempt.tiny.name, turn=1)
        if attempt.moved:
            raise trial.failed(
                f"on {attempt.tiny.name}, the global generator of {attempt.moved[0]} is not as it "
                "was; draw from the rng that is offered, and seed nothing",
                line_of_text(GLOBAL, trial.bound.plugin),
            )


@check(*KINDS, after=("works", "result_type", "global_state"))
def same_rng_same_bytes(trial: Trial) -> None:
    """A result that cannot be made again cannot be resumed, shared between cells or checked."""
    for attempt in trial.sound():
        name, gives = attempt.tiny.name, _GIVES.get(type(attempt.value), "values")
        again = trial.attempt(name, turn=1)
        if again.error is not None:
            raise trial.raised(again, " when it was called a second time")
        if digest(attempt.answer) != digest(again.answer):
            raise trial.failed(
                f"on {name}, the same rng gave other {gives}; draw from the rng that is offered, "
                "and from nothing else",
                line_of_text(OWN, trial.bound.plugin),
            )
        if digest(ask(attempt.value, attempt.tiny, 0)) != digest(attempt.answer):
            came = _TWICE[type(attempt.value)]
            raise trial.failed(f"on {name}, {came}", _line_of(trial, attempt))


_GIVES: dict[type, str] = {Sampler: "rows", Predictor: "outputs"}

_TWICE: dict[type, str] = {
    Sampler: "sample(n, rng) called twice with the same rng gave other rows; draw from the rng "
    "that sample is given, not from that of the fit",
    Predictor: "predict called twice gave other outputs; keep no state between calls, and switch "
    "off what is random in training",
}


def _line_of(trial: Trial, attempt: Attempt) -> str:
    """Where the author's `sample` or `predict` is."""
    value = attempt.value
    if isinstance(value, Sampler):
        return trial.at(value.sample)
    return trial.at(value.predict) if isinstance(value, Predictor) else ""


@check(*KINDS, after=("works", "result_type", "same_rng_same_bytes"))
def fresh_process(trial: Trial) -> None:
    """Cells are run by several processes, and again on other days: bytes that hang on the order of
    a set or the hash of a text differ from one to the next."""
    attempt = trial.attempt(trial.base)
    trial.prepare(attempt.tiny)
    found = in_fresh_processes(Job(trial.bound, trial.base, trial.offline))
    for error in (reply.error for reply in found if reply.error):
        came = f"in a fresh process it does not work: {error}"
        raise trial.failed(f"{came}; let it stand on what its own file defines and imports")
    if {reply.digest for reply in found} != {digest(attempt.answer)}:
        raise trial.failed(
            f"on {attempt.tiny.name}, a fresh process gave other bytes; sort sets, and take no "
            "hash() or id() of anything",
            line_of_text(HASH, trial.bound.plugin),
        )


def _draws(bound: Bound) -> bool:
    return bound.plugin.kind in ("generator", "network") or "rng" in bound.plugin.takes


@check(
    *FITTED,
    "network",
    after=("works", "result_type", "finite", "same_rng_same_bytes"),
    applies=_draws,
)
def another_rng(trial: Trial) -> None:
    """Repeats of a run are to show how much chance matters; where the rng does not count they are
    one and the same, which a plugin says by offering `deterministic`."""
    if trial.attempt(trial.base).value is None:
        raise NotTried("it makes no rows")
    deterministic = "deterministic" in trial.bound.offers
    for one in trial.sound():
        other = trial.attempt(one.tiny.name, seed=1)
        if other.error is not None:
            raise trial.raised(other, " with another rng")
        if deterministic and digest(ask(other.value, one.tiny, 0)) != digest(one.answer):
            came = f"on {one.tiny.name}, another rng gave another fit, and it offers"
            raise trial.failed(f"{came} 'deterministic'; leave that out of offers")
        if not deterministic and digest(_drawn_otherwise(one, other)) != digest(one.answer):
            return
    if trial.kind == "network":
        raise trial.failed(
            "another rng gave the same weights; let torch draw them, and seed nothing",
            line_of_text(OWN, trial.bound.plugin),
        )
    if not deterministic:
        one = trial.attempt(trial.base)
        used = "that sample is given" if isinstance(one.value, Sampler) else "that is offered"
        raise trial.failed(
            f"another rng gave the same {_GIVES[type(one.value)]} on all data; draw from the rng "
            f"{used}, or add 'deterministic' to offers",
            line_of_text(OWN, trial.bound.plugin) or _line_of(trial, one),
        )


def _drawn_otherwise(one: Attempt, other: Attempt) -> Any:
    """What another rng gives: of a sampler in drawing, which its fit need not use, of a model in
    fitting."""
    return ask(one.value, one.tiny, 1) if isinstance(one.value, Sampler) else other.answer
