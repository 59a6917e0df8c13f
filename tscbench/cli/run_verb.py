"""tscbench run: makes what is missing, one record per cell, then shows the board."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import click

from tscbench.cli import say
from tscbench.cli.options import (
    axis_options,
    chosen,
    json_option,
    offline_option,
    plugin_option,
    strict_option,
    verbose_option,
)
from tscbench.contracts.errors import NothingSelected


@click.command("run")
@click.argument("suite", default="quick")
@click.option("--out", metavar="DIR", help="The run's folder (default runs/<suite>).")
@click.option("--jobs", type=click.IntRange(1), help="Worker processes (default: cores).")
@axis_options
@plugin_option
@offline_option
@strict_option
@json_option
@verbose_option
def verb(
    suite: str,
    out: str | None,
    jobs: int | None,
    plugins: tuple[str, ...],
    offline: bool,
    strict: bool,
    as_json: bool,
    verbose: bool,
    **options: str | None,
) -> None:
    """Runs SUITE (a name or a .toml file). The same command goes on where it stopped."""
    from tscbench.cli.progress import Progress
    from tscbench.cli.time_verb import first_look
    from tscbench.harness.session import open_session, run_session, workers
    from tscbench.results import Run

    session = open_session(
        suite, chosen(options), plugins=plugins, offline=offline, strict=strict, notice=say
    )
    plan = session.plan
    run = Run(Path(out or f"runs/{session.source.suite.name}"))
    for reason, n in plan.skipped.most_common():
        say(f"{n} combinations skipped: {reason}")
    for notice in session.notices:
        say(f"notice: {notice}")
    if not plan.lines:
        raise NothingSelected("nothing can be run: every combination is skipped")
    pending = session.pending(run)
    cells = len(plan.lines)
    waiting = sum(line.cell.student != "teacher" for line in pending)
    if pending:
        say(f"cells: {cells}, done before: {cells - waiting}; records in {run.folder}")
    signal.signal(signal.SIGTERM, _interrupt)
    jobs = jobs or workers(session)
    with Progress(session, pending, jobs) as progress:
        run_session(session, run, jobs=jobs, tell=progress.tell, look=progress.look)
    if not pending:
        say(f"nothing to do: {cells} of {cells} cells are done")
    failed = _tell_trouble(plan, run, verbose)
    first_look(session, run)
    if as_json:
        click.echo(json.dumps(_summary(session, run, failed), indent=1))
    else:
        _show(session, run)
    sys.exit(1 if failed else 0)


def _interrupt(number: int, frame: object) -> None:
    """A polite kill ends a run as Ctrl-C does: workers stop, records stay."""
    raise KeyboardInterrupt


def _tell_trouble(plan: Any, run: Any, verbose: bool) -> list[Any]:
    """Says what failed, each failure once, and returns the cells' lines that did."""
    from tscbench.cli.status_verb import notes_of
    from tscbench.results import failure_of

    records = {line: run.read(line.cell) or {} for line in plan.all_lines()}
    failed = [line for line in plan.lines if records[line].get("status") != "ok"]
    alike: dict[str, list[Any]] = {}
    for line in failed:
        alike.setdefault(failure_of(records[line]), []).append(line)
    for what, lines in list(alike.items())[:10]:
        more = f" and {len(lines) - 1} more cells" if len(lines) > 1 else ""
        say(f"failed: {lines[0].cell}{more}: {what}")
        if verbose:
            click.echo(records[lines[0]].get("traceback", ""), err=True)
    if len(alike) > 10:
        say(f"failed: {len(alike) - 10} other failures; see: tscbench status {run.folder}")
    for note, n in notes_of(records.values()).items():
        say(f"noted in {n} records: {note}")
    return failed


def _summary(session: Any, run: Any, failed: list[Any]) -> dict[str, Any]:
    cells = len(session.plan.lines)
    return {
        "run": str(run.folder),
        "cells": cells,
        "ok": cells - len(failed),
        "failed": len(failed),
        "skipped": dict(session.plan.skipped),
        "notices": session.notices,
    }


def _show(session: Any, run: Any) -> None:
    from tscbench.boards.partners import baselines_of
    from tscbench.boards.relations import relations
    from tscbench.boards.standard import standard
    from tscbench.boards.synthetic import synthetic
    from tscbench.boards.tables import as_text
    from tscbench.harness.direction import direction_of
    from tscbench.results import scores_in

    records, headline = list(run.records()), session.source.suite.headline
    frame = scores_in(records)
    if session.source.suite.probes_only and (frame["part"] == "synthetic").any():
        boards = synthetic(frame)
    elif (frame["metric"] == headline).any():
        direction = direction_of(run, headline)
        related = relations(frame, baselines_of(records))
        boards = standard(frame, run.speeds(), headline, related=related, direction=direction)
    else:
        say(f"no board: no cell has a result for the headline metric {headline}")
        return
    for board in boards:
        click.echo(as_text(board))
        click.echo()
    for notice in run.asked().get("notices", ()):
        say(f"notice: {notice}")
