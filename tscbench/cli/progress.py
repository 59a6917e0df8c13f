"""Progress: one live line on a terminal, one line per cell elsewhere; always on stderr."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

from tscbench.cli import say
from tscbench.cli.plan_verb import duration
from tscbench.harness.engine import Event
from tscbench.harness.estimate import estimate, read_durations
from tscbench.harness.graph import build_graph
from tscbench.harness.local import cores


class Progress:
    """Counts what ends. The time left is the expected work left, scaled by how the expectations
    have held so far; the share of jobs done stands in where nothing is expected."""

    def __init__(self, session: Any, pending: list[Any], jobs: int | None) -> None:
        graph = build_graph(pending, session.store)
        self.means = read_durations(session.store)
        self.expected = estimate(graph, self.means).seconds / (jobs or cores())
        self.n_jobs, self.jobs_done = max(1, len(graph.nodes)), 0
        self.n_cells = sum(line.cell.student != "teacher" for line in pending)
        self.cells_done = self.failed = 0
        self.start = time.monotonic()
        self.live: Any = None
        self.seen: set[str] = set()

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
        name = event.what if line is None else line.family
        self.jobs_done += line is None or name not in self.seen
        self.seen.add(name)
        if line is not None and line.cell.student != "teacher":
            self.cells_done += 1
            self.failed += event.error is not None
        if self.live is not None:
            self.live.update(self.text(event))
        elif line is not None and line.cell.student != "teacher":
            what = f"failed: {event.error}" if event.error else _scores(event)
            say(f"[{self.cells_done}/{self.n_cells}] {line.cell}  {what}  ({self.left()} left)")

    def left(self) -> str:
        """The time that is left, as people say it."""
        share = min(1.0, self.jobs_done / self.n_jobs)
        took = time.monotonic() - self.start
        if share == 0:
            return "?"
        by_jobs = took / share * (1 - share)
        return duration(max(by_jobs, 0.0) if not self.expected else self._weighed(took, share))

    def _weighed(self, took: float, share: float) -> float:
        return max(0.0, (1 - share) * max(self.expected, took / share))

    def text(self, event: Event) -> str:
        """The live line."""
        failed = f" · [red]{self.failed} failed[/red]" if self.failed else ""
        return (
            f"{self.cells_done}/{self.n_cells} cells{failed} · "
            f"{self.jobs_done}/{self.n_jobs} jobs · {event.step} · {self.left()} left"
        )


def _scores(event: Event) -> str:
    part = event.scores.get("test", {})
    return " ".join(f"{name} {part[name]:.4f}" for name in ("auc", "accuracy") if part.get(name))
