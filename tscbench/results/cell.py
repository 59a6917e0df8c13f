"""A cell: one choice on each axis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tscbench.contracts.kinds import AXES
from tscbench.line.keys import digest

ALONE = ("teacher", "generator")
"""The students of cells that have none: what a teacher, or a generator, comes to by itself."""


@dataclass(frozen=True)
class Cell:
    """One choice on each axis, as labels; "-" where an axis cannot reach."""

    dataset: str
    split: int | str
    teacher: str
    query: str
    generator: str
    mix: str
    objective: str
    student: str
    seed: int | str

    def __hash__(self) -> int:
        return hash((self.dataset, self.generator, self.student, self.seed, self.split, self.mix))

    @property
    def axes(self) -> list[str | int]:
        """The choices in the order of `AXES`."""
        return [getattr(self, axis) for axis in AXES]

    @cached_property
    def id(self) -> str:
        """The name of its record, worked out once: plans ask for it often."""
        return digest(self.axes)

    def __str__(self) -> str:
        return " · ".join(map(str, self.axes))
