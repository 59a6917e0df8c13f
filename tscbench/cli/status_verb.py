"""tscbench status: how far a run is, and what failed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from tscbench.cli.options import axis_options, chosen, json_option, table


@click.command("status")
@click.argument("run_folder", metavar="[RUN]", default="runs/quick")
@axis_options
@json_option
def verb(run_folder: str, as_json: bool, **options: str | None) -> None:
    """N of M cells of RUN (a folder, or the name of a suite run in the default place)."""
    from tscbench.harness.session import is_done, open_session, reopen
    from tscbench.results import Run

    folder = find_run(run_folder)
    run = Run(folder)
    session = reopen(folder)
    if chosen(options):
        asked = {**run.asked()["options"], **chosen(options)}
        session = open_session(
            session.source, asked, plugins=run.asked()["plugins"], offline=True, join=True
        )
    states: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    for line in session.plan.lines:
        record = run.read(line.cell)
        if is_done(line, record):
            states["ok"] += 1
        elif record is not None and record["status"] == "failed":
            states["failed"] += 1
            failures[f"{record['step']}: {record['error']}"] += 1
        else:
            states["missing" if record is None else "out of date"] += 1
    facts = {
        "run": str(folder),
        "cells": len(session.plan.lines),
        **{state: states[state] for state in ("ok", "failed", "out of date", "missing")},
        "skipped": dict(session.plan.skipped),
        "failures": dict(failures.most_common()),
    }
    if as_json:
        click.echo(json.dumps(facts, indent=1))
        return
    click.echo(
        f"{folder}: {states['ok']} of {facts['cells']} cells ok, {states['failed']} failed, "
        f"{states['out of date']} out of date, {states['missing']} missing"
    )
    if failures:
        click.echo(table([[n, what] for what, n in failures.most_common()], ["cells", "failure"]))
    for reason, n in session.plan.skipped.most_common():
        click.echo(f"skipped {n}: {reason}")


def find_run(name: str) -> Path:
    """A run folder, by its path or by the name of its suite under runs/."""
    folder = Path(name)
    return folder if (folder / "run.json").exists() else _default(name, folder)


def _default(name: str, folder: Path) -> Path:
    kept = Path("runs") / name
    return kept if (kept / "run.json").exists() else folder
