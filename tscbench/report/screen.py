"""How wide the terminal is."""

from __future__ import annotations

import shutil


def screen() -> int:
    """Columns of the terminal, or what COLUMNS says; 80 where nobody knows."""
    return shutil.get_terminal_size((80, 24)).columns
