"""What the reading of a table took away or changed, kept with the frame until it is described."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

NOTES = "tscbench"
"""Where a frame keeps them, among its `attrs`."""


@dataclass(frozen=True)
class Notes:
    """What reading took away: by column the words that became missing, with their cells, and what
    else a reader should be told; words: all that mean missing; decimal: what divides a number."""

    words: tuple[str, ...] = ()
    decimal: str = "."
    emptied: dict[str, dict[str, int]] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=dict)

    @property
    def found(self) -> list[str]:
        """The words that some cell held."""
        return list(dict.fromkeys(word for words in self.emptied.values() for word in words))


def notes_of(frame: pd.DataFrame) -> Notes:
    """What was noted of a frame as its text was read; nothing of another frame."""
    kept = frame.attrs.get(NOTES)
    return Notes(**kept) if isinstance(kept, dict) else Notes()
