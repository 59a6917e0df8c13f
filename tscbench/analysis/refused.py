"""Numbers that are not given: a value in their place, for a board to say why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Why = Literal[
    "missing differences",
    "few splits",
    "few pairs",
    "zero denominator",
    "one split of one dataset",
    "few datasets",
    "few datasets drawn",
    "few methods",
    "no whole method",
    "one method",
    "many pairs",
    "no spread",
    "one split",
    "one seed a split",
    "no two seeds",
]


@dataclass(frozen=True)
class Refused:
    """A number that is not given. facts: the numbers that say why, in the order of the sentence
    that tells it."""

    why: Why
    facts: tuple[float, ...] = ()
