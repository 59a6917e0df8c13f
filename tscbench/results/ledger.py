"""The ledger: what papers have published, number by number and claim by claim, and what it takes
to repeat it. Numbers are text as they were printed, so that their precision is known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Status = Literal["replayable", "re-implementable", "not replayable"]
"""replayable: data and settings are known and at hand, what differs is random. re-implementable:
something that the source leaves open, or that cannot be had, is chosen or built anew. not
replayable: the data or the models cannot be had, or it is no experiment."""

SPECS = ("dataset", "teacher", "query", "generator", "mix", "objective", "student")
"""The axes that say which cells a number is compared with; repeats are over split and seed."""

_PRINTED = re.compile(r"(-?(?:\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d+))?(?:[eE]-?\d+)?) ?(%|:1|M)?")


@dataclass(frozen=True)
class Printed:
    """A number in tscbench's units (shares, not percent), and half a unit of its last digit."""

    number: float
    half_unit: float


def read_printed(text: str) -> Printed:
    """A number as papers print it: `.918`, `69.6 %`, `12,652,417`, `1669:1`, `1.2M`.

    >>> read_printed("69.6 %")
    Printed(number=0.696, half_unit=0.0005)

    Raises:
        ValueError: it is not a number.
    """
    match = _PRINTED.fullmatch(text.strip())
    if match is None or not re.search(r"\d", match[1]):
        raise ValueError(f"{text!r} must be a number as printed, such as '.918' or '69.6 %'")
    places = len(match[2] or "") + {"%": 2, "M": -6}.get(match[3], 0)
    number = float(match[1].replace(",", "")) * {"%": 0.01, "M": 1e6}.get(match[3], 1)
    return Printed(round(number, places), round(0.5 * 10.0**-places, 12))


class Number(BaseModel):
    """One published number with its experiment. `value` and `spread` are as printed; an axis is
    empty where tscbench has no spec for it, and then no cell is compared. `beside` names further
    generators whose scores are set beside the number without being its experiment."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=r"^[a-z0-9][\w./-]*$")
    what: str = Field(min_length=1)
    source: str = Field(min_length=1)
    metric: str = Field(min_length=1)
    value: str
    spread: str = ""
    spread_is: str = ""
    repeats: int | None = Field(default=None, ge=1)
    n_train: int | None = Field(default=None, ge=1)
    setting: str = ""
    dataset: str = ""
    teacher: str = ""
    query: str = ""
    generator: str = ""
    mix: str = ""
    objective: str = ""
    student: str = ""
    beside: tuple[str, ...] = ()
    suite: str = ""
    status: Status
    why: str = Field(min_length=1)
    tolerance: float | Literal["redraw"] | None = None
    tolerance_from: str = ""
    note: str = ""

    @field_validator("value", "spread")
    @classmethod
    def _is_printed(cls, text: str) -> str:
        if text:
            read_printed(text)
        return text

    @model_validator(mode="after")
    def _is_whole(self) -> Number:
        if not self.value:
            raise ValueError("value is missing")
        if bool(self.spread) != bool(self.spread_is):
            raise ValueError("a spread and what it is (spread_is) must come together")
        if isinstance(self.tolerance, float) and not self.tolerance_from:
            raise ValueError("tolerance_from must say where a tolerance comes from")
        if self.cell and (self.tolerance is None or self.status == "not replayable"):
            raise ValueError(
                "a number with all its axes needs a tolerance and a status to judge by"
            )
        return self

    @property
    def printed(self) -> Printed:
        return read_printed(self.value)

    @property
    def cell(self) -> dict[str, str]:
        """The axes of the cells that it is compared with; empty where one is not known."""
        axes = {axis: str(getattr(self, axis)) for axis in SPECS}
        return axes if all(axes.values()) else {}


class Claim(BaseModel):
    """A finding, with a rule that decides it from scores.

    arms: what is compared, as axes; `every` holds the axes that they share, `each` lists over which
    the claim is decided one by one. difference: the first arm less the second. ordering: each arm
    above the next. ratio: (first - third) / (second - third). interaction: how much more the first
    is above the second than the third above the fourth. speed_up: the largest speed-up over
    the teacher among arms that are no more than `excess` below it in the metric. above and below:
    where the value lies if the claim holds. Without a rule `why` says why there is none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=r"^[a-z0-9][\w./-]*$")
    what: str = Field(min_length=1)
    source: str = Field(min_length=1)
    suite: str = ""
    status: Status
    why: str = Field(min_length=1)
    rule: Literal["difference", "ordering", "ratio", "interaction", "speed_up"] | None = None
    metric: str = ""
    every: dict[str, str] = {}
    each: dict[str, tuple[str, ...]] = {}
    arms: tuple[dict[str, str], ...] = ()
    above: float | None = None
    below: float | None = None
    excess: float | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Claim:
        if self.rule is None:
            return self
        fits = {"difference": {2}, "ratio": {3}, "interaction": {4}, "speed_up": {1}}
        if len(self.arms) not in fits.get(self.rule, range(2, 20)):
            raise ValueError(f"{self.rule} does not take {len(self.arms)} arms")
        if self.rule != "ordering" and self.above is None and self.below is None:
            raise ValueError("above or below must say where the value lies if the claim holds")
        if (self.excess is None) == (self.rule == "speed_up"):
            raise ValueError("excess goes with speed_up, and only there")
        if not self.metric or self.status == "not replayable":
            raise ValueError("a rule needs a metric and a status to judge by")
        named: list[Iterable[str]] = [self.every, self.each, *self.arms]
        for axes in named:
            if unknown := set(axes) - set(SPECS):
                raise ValueError(f"no axis {', '.join(sorted(unknown))}")
        free = {"generator", "mix", "student"} if self.rule == "speed_up" else set()
        for place, arm in enumerate(self.arms):
            if lacking := set(SPECS) - free - {*self.every, *self.each, *arm}:
                raise ValueError(f"arm {place + 1} lacks {', '.join(sorted(lacking))}")
        return self

    def cases(self) -> list[dict[str, str]]:
        """One choice of the axes in `each` per case."""
        found: list[dict[str, str]] = [{}]
        for axis, values in self.each.items():
            found = [{**case, axis: value} for case in found for value in values]
        return found

    def cell(self, arm: dict[str, str], case: dict[str, str]) -> dict[str, str]:
        """The axes of an arm in a case."""
        return {**self.every, **case, **arm}


@dataclass(frozen=True)
class Ledger:
    """All numbers and claims that are known."""

    numbers: tuple[Number, ...]
    claims: tuple[Claim, ...]

    def of(self, suite: str) -> Ledger:
        """Those that this suite is there to repeat."""
        return Ledger(
            tuple(number for number in self.numbers if number.suite == suite),
            tuple(claim for claim in self.claims if claim.suite == suite),
        )
