"""Progress, always on stderr: on a terminal one bar, and a line for each slow fit; elsewhere one
line per cell, and one a minute while none ends."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from types import TracebackType
from typing import Any, Self

from tscbench.cli import say
from tscbench.cli.plan_verb import duration
from tscbench.contracts.kinds import Direction
from tscbench.harness.engine import Event
from tscbench.harness.estimate import Remaining, read_durations
from tscbench.harness.graph import build_graph

SAID_EVERY = 60.0
"""Seconds without a line after which a log says what is at work."""


class Best:
    """The method that does best so far, by the mean over its cells that have ended."""

    def __init__(self, metric: str, direction: Direction) -> None:
        self.metric, self.sign = metric, 1 if direction == "higher" else -1
        self.values: dict[str, list[float]] = defaultdict(list)

    def note(self, event: Event) -> None:
        """Takes in a cell that has ended."""
        value = event.scores.get("test", {}).get(self.metric)
        if event.line is not None and value is not None:
            cell = event.line.cell
            self.values[f"{cell.generator} · {cell.mix}"].append(value)

    def __str__(self) -> str:
        """Of methods with at least half as many cells as the one with most; empty at first."""
        most = max(map(len, self.values.values()), default=0)
        means = {
            name: sum(of) / len(of) for name, of in self.values.items() if 2 * len(of) >= most > 0
        }
        if len(means) < 2:
            return ""
        name = max(means, key=lambda name: self.sign * means[name])
        return f"best so far {self.metric} {means[name]:.4f}, {name}"


class Progress:
    """Counts what ends, and says how long the rest should take."""

    def __init__(self, session: Any, pending: list[Any], jobs: int, best: Best) -> None:
        graph = build_graph(pending, session.store)
        self.remaining = Remaining(graph, read_durations(session.store))
        self.jobs, self.best = jobs, best
        self.n_jobs, self.jobs_done = len(graph.nodes), 0
        self.n_cells = sum(line.cell.student != "teacher" for line in pending)
        self.cells_done = self.failed = 0
        self.start = self.last = time.monotonic()
        self.worked = 0.0
        self.fits = list[str]()
        self.live: Any = None
        self.fits_seen: set[str] = set()

    def __enter__(self) -> Self:
        if self.n_cells and sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            console = Console(stderr=True)
            self.live = Live(self.drawn(), console=console, refresh_per_second=4, transient=True)
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
        self.worked += event.seconds
        self.remaining.note(event.what, event.seconds)
        self.jobs_done += line is None or line.fit not in self.fits_seen
        if line is not None:
            self.fits_seen.add(line.fit)
        if line is not None and line.cell.student != "teacher":
            self.cells_done += 1
            self.failed += event.error is not None
            self.best.note(event)
        if self.live is not None:
            self.live.update(self.drawn())
        elif line is not None and line.cell.student != "teacher":
            what = "failed" if event.error else _scores(event)  # why is said once, at the end
            self.say(f"{line.cell}  {what}  ({self.left()} left)")

    def look(self, fits: list[str]) -> None:
        """Takes note of how far slow fits are."""
        changed, self.fits = fits != self.fits, fits
        if self.live is not None and changed:
            self.live.update(self.drawn())
        elif self.live is None and fits and time.monotonic() - self.last >= SAID_EVERY:
            self.say("; ".join(fits))

    def say(self, text: str) -> None:
        """A line of a log."""
        say(f"[{self.cells_done}/{self.n_cells}] {text}")
        self.last = time.monotonic()

    def left(self) -> str:
        """The time that is left, as people say it, "?" if nobody knows: what work should take,
        times what this run has taken for a second of work, since small steps wait longer than they
        work."""
        seconds = self.remaining.seconds()
        if seconds is None:
            return "?"
        passed = self.jobs * (time.monotonic() - self.start)
        waits = max(1.0, passed / self.worked) if self.worked else 1.0
        return duration(seconds * waits / self.jobs)

    def drawn(self) -> Any:
        """The live lines: a bar, what it counts, and how far slow fits are."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        words = [
            f"{self.cells_done}/{self.n_cells} cells",
            f"{self.failed} failed" if self.failed else "",
            f"{self.left()} left" if self.jobs_done else "",
            str(self.best),
        ]
        row = Table.grid(padding=(0, 1))
        said = Text(" · ".join(filter(None, words)), overflow="ellipsis", no_wrap=True)
        row.add_row(ProgressBar(self.n_jobs, self.jobs_done, width=20), said)
        return Group(row, *(Text(f"  {fit}") for fit in self.fits))


def _scores(event: Event) -> str:
    part = event.scores.get("test", {})
    return " ".join(f"{name} {part[name]:.4f}" for name in ("auc", "accuracy") if name in part)
