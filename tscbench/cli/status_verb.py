"""tscbench status: how far a run is, and what failed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
import pandas as pd

from tscbench.boards.boards import filter_scores
from tscbench.cli import say
from tscbench.cli.options import axis_options, chosen, json_option, table, verbose_option
from tscbench.contracts.errors import TscbenchError
from tscbench.contracts.kinds import AXES
from tscbench.harness.plan import Plan
from tscbench.harness.session import is_done, reopen
from tscbench.results import Cell, Run, failure_of

STATES = ("ok", "failed", "out of date", "missing")


@click.command("status")
@click.argument("run_folder", metavar="[RUN]", default="runs/quick")
@axis_options
@json_option
@verbose_option
def verb(run_folder: str, as_json: bool, verbose: bool, **options: str | None) -> None:
    """N of M cells of RUN (a folder, or the name of a suite run in the default place)."""
    run = Run(find_run(run_folder))
    plan = _plan(run)
    frame = filter_scores(_states(run, plan), chosen(options))
    states = frame["status"].value_counts().to_dict()
    failures = frame[frame["status"] == "failed"]["failure"].value_counts().to_dict()
    notes = notes_of(run.records())
    facts = {
        "run": str(run.folder),
        "cells": len(frame),
        **{state: int(states.get(state, 0)) for state in STATES},
        "skipped": dict(plan.skipped) if plan else {},
        "failures": failures,
        "notes": notes,
        "notices": list(run.asked().get("notices", ())),
    }
    if as_json:
        click.echo(json.dumps(facts, indent=1))
        return
    rest = ", ".join(f"{facts[state]} {state}" for state in STATES[1:])
    click.echo(f"{run.folder}: {facts['ok']} of {len(frame)} cells ok, {rest}")
    if failures:
        click.echo(table([[n, what] for what, n in failures.items()], ["cells", "failure"]))
    if verbose:
        traces = {failure_of(record): record.get("traceback", "") for record in run.records()}
        for what in failures:
            click.echo(f"{what}\n{traces[what]}")
    for notice in facts["notices"]:
        click.echo(f"notice: {notice}")
    for note, n in notes.items():
        click.echo(f"noted in {n} records: {note}")
    for reason, n in facts["skipped"].items():
        click.echo(f"skipped {n}: {reason}")


def _plan(run: Run) -> Plan | None:
    """The plan of a run; None where it cannot be made here, which is said."""
    run.asked()  # where there is no run at all, that is an error
    try:
        return reopen(run.folder).plan
    except TscbenchError as error:
        say(f"{run.folder} cannot be planned here, so records are shown as they are: {error}")
        return None


def _states(run: Run, plan: Plan | None) -> pd.DataFrame:
    """One row per planned cell: its axes, status and failure. A record of another key than the
    one planned now is out of date; where this machine cannot plan the cell, it stands as it is."""
    lines = {line.cell: line for line in plan.lines} if plan else {}
    rows = []
    for record in run.records():
        cell, status = Cell(**record["cell"]), record["status"]
        if cell.student == "teacher":
            continue
        if status == "ok" and cell in lines and not is_done(lines[cell], record):
            status = "out of date"
        failure = failure_of(record) if status == "failed" else ""
        rows.append({**record["cell"], "status": status, "failure": failure})
    return pd.DataFrame(rows, columns=[*AXES, "status", "failure"])


def notes_of(records: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """What records note, and what failed beside the scores and fails no cell, such as a probe; with
    how many of them say so."""
    records = list(records)
    notes = Counter(note for r in records for note in r.get("notes", ()))
    extras = ((name, a) for r in records for name, a in r.get("extras", {}).items())
    notes.update(_note(name, extra) for name, extra in extras if "error" in extra)
    return dict(notes)


def _note(name: str, extra: Mapping[str, Any]) -> str:
    of = f", of {extra['place']}" if extra.get("place") else ""
    return f"{name}: {extra['error']}{of}"


def find_run(name: str) -> Path:
    """A run folder, by its path or by the name of its suite under runs/."""
    folder = Path(name)
    return folder if (folder / "run.json").exists() else _default(name, folder)


def _default(name: str, folder: Path) -> Path:
    kept = Path("runs") / name
    return kept if (kept / "run.json").exists() else folder
