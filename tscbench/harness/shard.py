"""A part of a run for one of several machines that know nothing of each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tscbench.contracts.errors import SpecError
from tscbench.harness.lines import Line
from tscbench.line.keys import digest


@dataclass(frozen=True)
class Shard:
    """One of so many parts, counted from 1. Students of one fit are in one part; which one that is
    hangs on the fit alone, whatever else is planned."""

    number: int = 1
    of: int = 1

    def has(self, line: Line) -> bool:
        """Whether a line is in this part."""
        return self.of == 1 or int(digest([line.fit]), 16) % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def shard(text: str) -> Shard:
    """A part as it is written: `2/8`.

    Raises:
        SpecError: it is none.
    """
    match = re.fullmatch(r"(\d+)/(\d+)", text.strip())
    if match and 1 <= int(match[1]) <= int(match[2]):
        return Shard(int(match[1]), int(match[2]))
    raise SpecError(f"shard {text!r}: write the part and their number, such as 1/8 up to 8/8")
