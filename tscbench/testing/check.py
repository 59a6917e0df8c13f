"""A check: a named function that finds one kind of mistake, and why that mistake matters."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from tscbench.registry import Bound
from tscbench.testing.trial import Trial

FITTED = ("teacher", "generator", "student")
PREDICTORS = ("teacher", "student")
ANSWERING = (*PREDICTORS, "network")


def _always(bound: Bound) -> bool:
    return True


@dataclass(frozen=True)
class Check:
    """A check and what it is for.

    kinds: of plugin that it holds. why: what goes wrong where it does not hold, in one sentence.
    function: raises `CheckFailed` where it does not. after: checks without which it has no meaning.
    applies: whether it has something to look at in a bound plugin.
    """

    name: str
    kinds: tuple[str, ...]
    why: str
    function: Callable[[Trial], None]
    after: tuple[str, ...] = ()
    applies: Callable[[Bound], bool] = _always


def check(
    *kinds: str,
    after: tuple[str, ...] = ("works", "result_type"),
    applies: Callable[[Bound], bool] = _always,
) -> Callable[[Callable[[Trial], None]], Check]:
    """Makes a check of a function: its name is the name, its docstring says why."""

    def make(function: Callable[[Trial], None]) -> Check:
        why = " ".join((inspect.getdoc(function) or "").split())
        return Check(function.__name__, kinds, why, function, after, applies)

    return make
