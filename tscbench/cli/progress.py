"""Progress, always on stderr: on a terminal one live line, and one for each slow fit; elsewhere one
line per cell, and one a minute while none ends."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

from tscbench.cli import say
from tscbench.cli.plan_verb import duration
from tscbench.harness.engine import Event
from tscbench.harness.estimate import Remaining, read_durations
from tscbench.harness.graph import build_graph

SAID_EVERY = 60.0
"""Seconds without a line after which a log says what is at work."""


class Progress:
    """Counts what ends, and says how long the rest should take."""

    def __init__(self, session: Any, pending: list[Any], jobs: int) -> None:
        graph = build_graph(pending, session.store)
        self.remaining = Remaining(graph, read_durations(session.store))
        self.jobs = jobs
        self.n_jobs, self.jobs_done = len(graph.nodes), 0
        self.n_cells = sum(line.cell.student != "teacher" for line in pending)
        self.cells_done = self.failed = 0
        self.start = self.last = time.monotonic()
        self.step, self.fits = "", list[str]()
        self.live: Any = None
        self.fits_seen: set[str] = set()

    def __enter__(self) -> Self:
        if self.n_cells and sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self.live = Live(console=Console(stderr=True), refresh_per_second=4, transient=True)
            self.live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.live is not None:
            self.live.stop()
        if self.n_cells and kind is None:
            took = duration(time.monotonic() - self.start)
            failed = f", {self.failed} failed" if self.failed else ""
            say(f"cells ended: {self.cells_done} in {took}{failed}")

    def tell(self, event: Event) -> None:
        """Takes note of what ended."""
        line = event.line
        if line is None or line.fit not in self.fits_seen:
            self.jobs_done += 1
            self.remaining.note(event.what, event.seconds)
        if line is not None:
            self.fits_seen.add(line.fit)
        if line is not None and line.cell.student != "teacher":
            self.cells_done += 1
            self.failed += event.error is not None
        self.step = event.step
        if self.live is not None:
            self.live.update(self.text())
        elif line is not None and line.cell.student != "teacher":
            what = "failed" if event.error else _scores(event)  # why is said once, at the end
            self.say(f"{line.cell}  {what}  ({self.left()} left)")

    def look(self, fits: list[str]) -> None:
        """Takes note of how far slow fits are."""
        changed, self.fits = fits != self.fits, fits
        if self.live is not None and changed:
            self.live.update(self.text())
        elif self.live is None and fits and time.monotonic() - self.last >= SAID_EVERY:
            self.say("; ".join(fits))

    def say(self, text: str) -> None:
        """A line of a log."""
        say(f"[{self.cells_done}/{self.n_cells}] {text}")
        self.last = time.monotonic()

    def left(self) -> str:
        """The time that is left, as people say it."""
        seconds = self.remaining.seconds()
        return "?" if seconds is None else duration(seconds / self.jobs)

    def text(self) -> str:
        """The live lines."""
        from rich.markup import escape

        words = [
            f"{self.cells_done}/{self.n_cells} cells",
            f"[red]{self.failed} failed[/red]" if self.failed else "",
            f"{self.jobs_done}/{self.n_jobs} jobs",
            self.step,
            f"{self.left()} left",
        ]
        return "\n  ".join([" · ".join(filter(None, words)), *map(escape, self.fits)])


def _scores(event: Event) -> str:
    part = event.scores.get("test", {})
    return " ".join(f"{name} {part[name]:.4f}" for name in ("auc", "accuracy") if name in part)
