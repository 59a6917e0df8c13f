"""How far slow fits are: each worker process says so in a small file, for whoever watches them.

Nothing of this is needed: what cannot be written or read is left unsaid.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Iterator, Sized
from pathlib import Path
from typing import Any

SAID_EVERY = 0.5
"""Seconds between two steps that are said."""

_FOLDER: list[Path] = []


def say_in(folder: Path | None) -> None:
    """From now on this process says in `folder` how far its fits are; None: nowhere."""
    _FOLDER[:] = [] if folder is None else [folder]


def said(folder: Path) -> list[str]:
    """What the worker processes say, those that fit nothing being silent."""
    with contextlib.suppress(OSError):
        return sorted(filter(None, (file.read_text("utf-8") for file in folder.iterdir())))
    return []


def shown(steps: Iterable[Any], what: str) -> Iterable[Any]:
    """The steps; while they are done, this process says how many of them are.

    A range that begins later than at 0 is the rest of all steps up to its end.
    """
    return _told(steps, what, _FOLDER[0]) if _FOLDER else steps


def _told(steps: Iterable[Any], what: str, folder: Path) -> Iterator[Any]:
    start = steps.start if isinstance(steps, range) else 0
    whole = f" of {start + len(steps)}" if isinstance(steps, Sized) else ""
    file, last = folder / str(os.getpid()), -SAID_EVERY
    try:
        for n, step in enumerate(steps, start + 1):
            if time.monotonic() - last >= SAID_EVERY:
                _write(file, f"{what}: epoch {n}{whole}")
                last = time.monotonic()
            yield step
    finally:
        _write(file, "")


def _write(file: Path, text: str) -> None:
    with contextlib.suppress(OSError):
        file.write_text(text, "utf-8")
