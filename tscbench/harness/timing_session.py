"""A session: models that take turns on the same rows with a reference kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from tscbench.contracts.kinds import AXES
from tscbench.harness.executors import cores
from tscbench.harness.lines import Line
from tscbench.harness.repeats import (
    Call,
    Clock,
    Protocol,
    Turns,
    disturbed,
    interrupted,
    quartiles,
    take_turns,
    warm_up,
)
from tscbench.harness.timed_models import TimedModel, bare_call, batches_of, size_of
from tscbench.line.splits import Parts
from tscbench.results.surroundings import hardware

Place: TypeAlias = tuple[int, str]
"""A model's place in the session, and the way in which it is asked: "predict" or "bare"."""

REFERENCE: Place = (-1, "reference")


@dataclass(frozen=True, eq=False)
class TimingSession:
    """Models that take turns on rows of these parts; a teacher stands first."""

    parts: Parts
    models: Sequence[TimedModel]
    protocol: Protocol
    clock: Clock
    fails: Callable[[Line, Exception], None]

    @property
    def has_teacher(self) -> bool:
        """Whether the first model is a teacher."""
        return bool(self.models) and self.models[0].line.cell.student == "teacher"

    def measure(self, batch: int) -> list[dict[str, Any]]:
        """One row for each model that answers, as `Run.write_speeds` keeps it."""
        calls = {REFERENCE: self._warmed([reference()]), **self._calls(batch)}
        turns = take_turns(calls, self.protocol.repeats, self.protocol.least_seconds, self.clock)
        facts = {
            "batch": batch,
            "threads": self.protocol.threads,
            "repeats": self.protocol.repeats,
            "hardware": hardware(),
            "reference_per_second": 1 / quartiles(turns.seconds(REFERENCE))[1],
        }
        why = disturbed(turns, REFERENCE, cores())
        timed = [place for place, way in calls if way == "predict"]
        return [{**self._row(place, batch, turns, why), **facts} for place in timed]

    def _calls(self, batch: int) -> dict[Place, list[Call]]:
        """The models' calls, one for each repeat's rows, warmed up, less those that raise."""
        batches = batches_of(self.parts, batch, self.protocol.repeats)
        calls: dict[Place, list[Call]] = {}
        for place, one in enumerate(self.models):
            try:
                calls[place, "predict"] = self._warmed([_asking(one, rows) for rows in batches])
            except Exception as error:
                self.fails(one.line, error)
                continue
            if self.protocol.bare and one.predictor.model is not None:
                try:
                    bare = [bare_call(one.predictor.model, rows.x) for rows in batches]
                    calls[place, "bare"] = self._warmed(bare)
                except Exception:  # not every library's model takes rows as they are
                    continue
        return calls

    def _warmed(self, calls: list[Call]) -> list[Call]:
        warm_up(calls[0], self.protocol.least_seconds, self.protocol.warm_seconds, self.clock)
        return calls

    def _row(self, place: int, batch: int, turns: Turns, why: str) -> dict[str, Any]:
        one = self.models[place]
        low, middle, high = quartiles(batch / turns.seconds((place, "predict")))
        bare = (place, "bare")
        bare_rows = quartiles(batch / turns.seconds(bare))[1] if bare in turns.repeats else None
        why = why or interrupted(turns.repeats[place, "predict"])
        if self.has_teacher and (0, "predict") in turns.repeats:
            why = why or interrupted(turns.repeats[0, "predict"])
        return {
            **dict(zip(AXES, map(str, one.line.cell.axes), strict=True)),
            "rows_per_second": middle,
            "q25": low,
            "q75": high,
            "bare_rows_per_second": bare_rows,
            "speed_up": self._speed_up(turns, place, "predict"),
            "bare_speed_up": self._speed_up(turns, place, "bare"),
            "bytes": one.bytes,
            "bare_bytes": one.bare_bytes,
            "nodes": size_of(one.predictor, "nodes"),
            "parameters": size_of(one.predictor, "parameters"),
            "contended": bool(why),
            "why": why,
            "cell": one.line.cell.id,
            "key": one.line.key,
        }

    def _speed_up(self, turns: Turns, place: int, way: str) -> float | None:
        """How many times the teacher's rows a second, the median over repeats of the ratio in one
        repeat; None where either is not timed."""
        if not self.has_teacher or not {(0, way), (place, way)} <= turns.repeats.keys():
            return None
        return quartiles(turns.seconds((0, way)) / turns.seconds((place, way)))[1]


def _asking(one: TimedModel, rows: Any) -> Call:
    return lambda: one.predictor.predict(rows)


def reference() -> Call:
    """A small matrix product: the same work in every pass, so that minutes and machines compare."""
    a = np.linspace(-1, 1, 64 * 64, dtype=np.float32).reshape(64, 64)
    out = np.empty_like(a)
    return lambda: np.dot(a, a, out=out)
