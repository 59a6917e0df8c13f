"""What the harness does for a slow fit: shows how far it is, keeps its state over an interruption,
judges each epoch."""

from __future__ import annotations

import contextlib
import pickle
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from tscbench.contracts.progress import Progress
from tscbench.contracts.scales import decide
from tscbench.contracts.types import Array, Link, Predictor, Rows, Schema
from tscbench.line.keys import stream
from tscbench.line.progress_file import shown
from tscbench.line.sight import ask
from tscbench.line.splits import Parts
from tscbench.line.store import write_whole

KEPT_EVERY = 60.0
"""Seconds between two states of a fit that are kept."""


@dataclass
class Checkpoint:
    """A fit under way. judged: most rows of a part on which an epoch is judged. kind: of plugin.
    what: its name for people. curves: scores of the epochs that were judged, by model and part.
    before: seconds that it took before it was interrupted, up to the state that it goes on from."""

    place: Path | None
    parts: Parts
    judged: int = 10_000
    kind: str = "student"
    what: str = "a fit"
    curves: dict[str, list[float]] = field(default_factory=dict)
    before: float = 0.0
    begun: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)

    def progress(self) -> Progress:
        """What the plugin is offered."""
        return Progress(self.show, self.saved, self.save, self.judge)

    def show(self, steps: Iterable[Any]) -> Iterable[Any]:
        """Passes steps on, and says how far they are to whoever watches this process."""
        return shown(steps, self.what)

    def saved(self) -> bytes | None:
        """What was kept last, and the curves as they were then; one that does not read is none."""
        if self.place is None:
            return None
        with contextlib.suppress(Exception), self.place.open("rb") as file:
            seconds, curves, state = pickle.load(file), pickle.load(file), pickle.load(file)
            self.before, self.curves = seconds, curves
            return bytes(state)
        return None

    def save(self, make: Callable[[], bytes]) -> None:
        """Keeps a state if the last one is old."""
        if self.place is None or time.monotonic() - self.last < KEPT_EVERY:
            return
        seconds = self.before + time.monotonic() - self.begun
        whole = b"".join(map(pickle.dumps, (seconds, self.curves, make())))
        write_whole(self.place, lambda file: file.write(whole))
        self.last = time.monotonic()

    def judge(self, predictor: Predictor, name: str = "") -> None:
        """Adds an epoch's accuracy on valid and test rows to the curves of a model of the fit."""
        of = f"{name}_" if name else ""
        for part in ("valid", "test"):
            rng = stream("judge", part)
            rows: Rows = getattr(self.parts, part)
            rows = rows.take(np.sort(rng.permutation(len(rows))[: self.judged]))
            if rows.y is None or not len(rows) or self.schema.link is Link.IDENTITY:
                continue
            outputs = ask(predictor, rows, self.schema, rng, self.kind)
            score = accuracy(rows.y, outputs, self.schema)
            if score is not None:
                self.curves.setdefault(f"{of}{part}_accuracy", []).append(score)

    def finished(self, fitted: Any) -> Any:
        """What was fitted; a model's history has the curves too."""
        if not self.curves or not isinstance(fitted, Predictor):
            return fitted
        return replace(fitted, history={**fitted.history, **self.curves})

    @property
    def schema(self) -> Schema:
        return self.parts.schema


def seconds_kept(place: Path) -> float:
    """What an interrupted fit has taken, up to the state that it goes on from; 0 of any other."""
    with contextlib.suppress(Exception), place.open("rb") as file:
        return float(pickle.load(file))
    return 0.0


def accuracy(labels: Array, outputs: Array, schema: Schema) -> float | None:
    """The share of right classes, of several labels that of right yes and no; None where no label
    is known."""
    known = labels >= 0  # NaN is not
    return float((decide(outputs, schema) == labels)[known].mean()) if known.any() else None
