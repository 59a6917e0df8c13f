"""How far a slow fit is: shown, kept over an interruption, and judged after each epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from tscbench.contracts.types import Predictor


def _quiet(steps: Iterable[Any]) -> Iterable[Any]:
    return steps


def _nothing(*given: Any, **named: Any) -> None:
    return None


class Judge(Protocol):
    """How a model that is being fitted is judged: the harness alone sees what comes of it."""

    def __call__(self, predictor: Predictor, name: str = "") -> None: ...


@dataclass(frozen=True, eq=False)
class Progress:
    """What a slow fit may do with its harness: `for epoch in progress(range(epochs))`.

    show: passes steps on, and shows how many are done.
    saved: what an interrupted attempt at the very same fit has kept last; None of a first attempt.
    save: `save(make)` now and then keeps the bytes that `make()` gives, from which the fit can go
    on as if it had never stopped; at other times it does nothing.
    judge: `judge(predictor, name="")` after an epoch sets validation and test scores beside the
    `history` of the fit, which never sees them; of several models of one fit each has a name.
    """

    show: Callable[[Iterable[Any]], Iterable[Any]] = _quiet
    saved: Callable[[], bytes | None] = _nothing
    save: Callable[[Callable[[], bytes]], None] = _nothing
    judge: Judge = _nothing

    def __call__(self, steps: Iterable[Any]) -> Iterable[Any]:
        return self.show(steps)
