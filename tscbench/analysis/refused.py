"""Numbers that are not given: a value in their place, which says why."""

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
    "no baseline",
    "no sizes",
    "a size",
    "worked out",
    "other rows",
    "no validation rows",
    "cells without a size",
    "no common size",
    "no whole method",
    "one method",
    "many pairs",
]


ZERO = "the denominator cannot be told from zero"

SAID: dict[Why, str] = {
    "missing differences": "{} of {} differences are missing",
    "few splits": "too few splits for a test: {} of at least {}",
    "few pairs": "too few pairs for an interval: {} of at least {}",
    "zero denominator": ZERO,
    "one split of one dataset": "one split of one dataset has no interval: "
    "two of either are needed",
    "few datasets": "too few datasets for a test: {} of at least {}",
    "few datasets drawn": "too few datasets to draw from: {} of at least {}",
    "no baseline": "no method has all its partners on real rows alone",
    "a size": "it is a size itself",
    "worked out": "validation rows have no such score to choose students by",
    "other rows": "validation rows choose students, and are not what they are compared by",
    "no sizes": "the records say no sizes of students",
    "no validation rows": "there are no validation rows to choose students by",
    "cells without a size": "some cells have no score, or no size",
    "no common size": "a method's smallest student is larger than another's largest",
    "no whole method": "no method has all its cells",
    "one method": "one method alone has nothing to be tested against",
    "many pairs": "no scores could tell {} pairs of methods apart on {} datasets: with Holm's "
    "correction p is {:.2g} at the least; {} datasets are needed",
}
"""In words."""


@dataclass(frozen=True)
class Refused:
    """A number that is not given. facts: the numbers that say why, in the order of its sentence."""

    why: Why
    facts: tuple[float, ...] = ()

    def __str__(self) -> str:
        return SAID[self.why].format(*self.facts)
