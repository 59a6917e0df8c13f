"""tscbench run: makes what is missing, one record per cell, then shows the board."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click

from tscbench.cli import say
from tscbench.cli.completion import of_suites
from tscbench.cli.how import How, how_options
from tscbench.cli.options import (
    against_option,
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
@click.argument("suite", default="quick", shell_complete=of_suites)
@click.option("--out", metavar="DIR", help="The run's folder (default runs/<suite>).")
@how_options
@axis_options
@against_option
@plugin_option
@offline_option
@strict_option
@json_option
@verbose_option
def verb(
    suite: str,
    out: str | None,
    against: tuple[str, ...],
    plugins: tuple[str, ...],
    offline: bool,
    strict: bool,
    as_json: bool,
    verbose: bool,
    **options: Any,
) -> None:
    """Runs SUITE (a name or a .toml file). The same command goes on where it stopped."""
    how = How(**{field.name: options.pop(field.name) for field in fields(How)})
    with _planning(suite):
        from tscbench.cli.time_verb import first_look
        from tscbench.harness.against import note_again
        from tscbench.harness.session import open_session
        from tscbench.harness.shard import shard
        from tscbench.results.packed import pack_of
        from tscbench.results.run import Run

        session = open_session(
            suite, chosen(options), plugins=plugins, offline=offline, strict=strict, notice=say
        )
    run = Run(Path(out or f"runs/{session.source.suite.name}"))
    asked = _less(session, against) if against else None
    session = asked.session if asked else session
    plan, part = session.plan, shard(how.shard)
    for reason, n in plan.skipped.most_common():
        say(f"{n} combinations skipped: {reason}")
    for notice in session.notices:
        say(f"notice: {notice}")
    if not plan.lines:
        raise _nothing(asked)
    signal.signal(signal.SIGTERM, _interrupt)
    pending = session.pending(run, how.again, part)
    _execute(session, run, pending, how)
    if asked is not None:
        note_again(asked, run)
    pack = pack_of(run)
    failed = _tell_trouble(filter(part.has, plan.lines), pack, run, set(pending), verbose)
    if part.of > 1:
        say(f"shard {part}: make the others too; `tscbench merge` unites runs of several folders")
        sys.exit(1 if failed else 0)
    first_look(session, run)
    if as_json:
        click.echo(json.dumps(_summary(session, run, failed), indent=1))
    else:
        _show(run, replace(pack, speeds=run.speeds()))
    sys.exit(1 if failed else 0)


def _nothing(asked: Any) -> NothingSelected:
    """Why no cell is left to run."""
    taken = asked is not None and asked.cells > 0
    why = f"all {asked.cells} cells are taken" if taken else "every combination is skipped"
    return NothingSelected(f"nothing can be run: {why}")


def _less(session: Any, names: tuple[str, ...]) -> Any:
    """The session less what is there; says how much that is."""
    from tscbench.harness.against import against

    asked = against(session, names)
    new = len(asked.session.plan.lines)
    say(f"against {', '.join(names)}: {asked.cells} cells taken, {new} new")
    if asked.other_recipes:
        say(f"{asked.other_recipes} of those taken have another recipe here (code or versions)")
    return asked


def _execute(session: Any, run: Any, pending: list[Any], how: How) -> None:
    """Makes what is missing, and shows how far it is."""
    from tscbench.cli.progress import Best, Progress
    from tscbench.harness.lower import is_lower
    from tscbench.harness.session import run_session, workers

    cells = len(session.plan.lines)
    waiting = sum(line.cell.student != "teacher" for line in pending)
    if pending:
        say(f"cells: {cells}, done before: {cells - waiting}; records in {run.folder}")
    jobs = how.jobs or workers(session)
    headline = session.source.suite.headline
    best = Best(headline, "lower" if is_lower(session.registry, headline) else "higher")
    with Progress(session, pending, jobs, best) as progress:
        run_session(
            session,
            run,
            pending,
            jobs=jobs,
            allowance=how.allowance(session.source.suite),
            tell=progress.tell,
            look=progress.look,
            start=how.start(),
        )
    if not pending:
        say(f"nothing to do: {cells} of {cells} cells are done")


def _planning(suite: str) -> AbstractContextManager[Any]:
    """Says on a terminal, at once, that something is happening."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(f"planning {suite}")


def _interrupt(number: int, frame: object) -> None:
    """A polite kill ends a run as Ctrl-C does: workers stop, records stay."""
    raise KeyboardInterrupt


def _tell_trouble(
    lines: Iterable[Any], pack: Any, run: Any, tried: set[Any], verbose: bool
) -> list[Any]:
    """Says which of these lines failed, each failure once, and returns them. tried: those that this
    command has tried."""
    from tscbench.cli.status_verb import notes_of
    from tscbench.results.frames import failure_of
    from tscbench.results.pack import axes_of

    known = {axes_of(record): record for record in pack.records}
    records = {line: known[tuple(map(str, line.cell.axes))] for line in lines}
    failed = [line for line in records if records[line].get("status") != "ok"]
    alike: dict[str, list[Any]] = {}
    for line in failed:
        alike.setdefault(failure_of(records[line]), []).append(line)
    for what, lines in list(alike.items())[:10]:
        more = f" and {len(lines) - 1} more cells" if len(lines) > 1 else ""
        say(f"{_cause(records[lines[0]])}: {lines[0].cell}{more}: {what}")
        if verbose:
            click.echo(records[lines[0]].get("traceback", ""), err=True)
    if len(alike) > 10:
        say(f"failed: {len(alike) - 10} other failures; see: tscbench status {run.folder}")
    left = Counter(map(_cause, (records[line] for line in failed if line not in tried)))
    if left:
        told = ", ".join(f"{n} {status}" for status, n in left.items())
        say(f"known and not tried again: {told}; --retry {','.join(left)} does")
    for note, n in notes_of(pack.records).items():
        say(f"noted in {n} records: {note}")
    return failed


def _cause(record: Any) -> str:
    """What became of a cell, or of what it stands on."""
    return str(record.get("cause", record.get("status", "missing")))


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


def _show(run: Any, pack: Any) -> None:
    """The first screen of what there is now."""
    from tscbench.analysis.study import study_of
    from tscbench.report.boards import is_of_probes, short_board
    from tscbench.report.first_screen import first_screen
    from tscbench.report.formats import FORMATS
    from tscbench.results.packed import pack_at
    from tscbench.results.sources import called, packs_of, sources_of

    [shown] = packs_of(
        sources_of([str(run.folder)]), lambda path: pack if path == run.folder else pack_at(path)
    )
    study = study_of(shown, run=called([str(run.folder)]))
    if is_of_probes(study):
        click.echo(FORMATS["text"](short_board(study)))
    else:
        click.echo(first_screen(study))
    for notice in study.notices:
        say(f"notice: {notice}")
