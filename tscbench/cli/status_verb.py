"""tscbench status: how far a run is, and what failed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tscbench.cli import say
from tscbench.cli.completion import of_runs
from tscbench.cli.options import axis_options, chosen, json_option, table, verbose_option
from tscbench.contracts.errors import TscbenchError
from tscbench.contracts.failures import STATUSES
from tscbench.contracts.kinds import AXES

if TYPE_CHECKING:
    import pandas as pd

    from tscbench.harness.plan import Plan
    from tscbench.results.run import Run

STATES = ("ok", "out of date", "missing")
"""What a cell may be besides the ways to fail."""


@click.command("status")
@click.argument("names", metavar="[SOURCE…]", nargs=-1, shell_complete=of_runs)
@axis_options
@json_option
@verbose_option
def verb(names: tuple[str, ...], as_json: bool, verbose: bool, **options: str | None) -> None:
    """N of M cells of each SOURCE: a folder with a run, the name of a suite run in the default
    place, a pack, or published."""
    from tscbench.results.pack import is_pack
    from tscbench.results.packed import pack_at
    from tscbench.results.published import is_published
    from tscbench.results.run import Run
    from tscbench.results.sources import Source, find_run, sources_of

    given = [name for name in names if is_published(name)]
    runs = [Source(find_run(name), name) for name in names or ("runs/quick",) if name not in given]
    told = []
    for source in [*runs, *sources_of(given)]:
        if is_pack(source.path):
            pack = pack_at(source.path)
            told.append(_facts(source.called, pack.records, None, chosen(options)))
            told[-1]["notices"] = list(pack.notices)
            continue
        run = Run(source.path)
        plan = _plan(run)
        told.append(_facts(str(run.folder), list(run.records()), plan, chosen(options)))
        told[-1] |= {"notices": list(run.asked().get("notices", ())), "damaged": run.damaged}
    if as_json:
        click.echo(json.dumps(told[0] if len(told) == 1 else told, indent=1))
    for facts in () if as_json else told:
        _tell(facts, verbose)


def _facts(
    name: str, records: Sequence[Mapping[str, Any]], plan: Plan | None, only: Mapping[str, str]
) -> dict[str, Any]:
    """What records say of how far a run is."""
    from tscbench.analysis.selected import selected
    from tscbench.results.frames import failure_of

    frame = selected(_states(records, plan), only)
    states = frame["status"].value_counts().to_dict()
    failing = frame[frame["status"].isin(STATUSES)]
    failures = failing["failure"].value_counts().to_dict()
    traces = {failure_of(r): r.get("traceback", "") for r in records if r["status"] in STATUSES}
    return {
        "run": name,
        "cells": len(frame),
        **{state: int(states.get(state, 0)) for state in STATES},
        "failed": len(failing),
        "statuses": {state: int(states[state]) for state in STATUSES if state in states},
        "skipped": dict(plan.skipped) if plan else {},
        "failures": failures,
        "traces": {what: traces[what] for what in failures},
        "notes": notes_of(records),
        "notices": [],
        "damaged": 0,
    }


def _tell(facts: Mapping[str, Any], verbose: bool) -> None:
    """How far a run is, for people."""
    ways = ", ".join(f"{n} {status}" for status, n in facts["statuses"].items())
    rest = ", ".join([ways or "0 failed", *(f"{facts[state]} {state}" for state in STATES[1:])])
    click.echo(f"{facts['run']}: {facts['ok']} of {facts['cells']} cells ok, {rest}")
    failures = facts["failures"]
    if failures:
        click.echo(table([[n, what] for what, n in failures.items()], ["cells", "failure"]))
    if verbose:
        for what, trace in facts["traces"].items():
            click.echo(f"{what}\n{trace}")
    if facts["damaged"]:
        click.echo(f"lines of records that are damaged, and count as missing: {facts['damaged']}")
    for notice in facts["notices"]:
        click.echo(f"notice: {notice}")
    for note, n in facts["notes"].items():
        click.echo(f"noted in {n} records: {note}")
    for reason, n in facts["skipped"].items():
        click.echo(f"skipped {n}: {reason}")


def _plan(run: Run) -> Plan | None:
    """The plan of a run; None where it cannot be made here, which is said."""
    from tscbench.harness.reopen import reopen

    run.asked()  # where there is no run at all, that is an error
    try:
        session = reopen(run.folder)
    except TscbenchError as error:
        say(f"{run.folder} cannot be planned here, so records are shown as they are: {error}")
        return None
    if session.unknown:
        say(f"not here: {', '.join(session.unknown)}; records of these are shown as they are")
    return session.plan


def _states(records: Sequence[Mapping[str, Any]], plan: Plan | None) -> pd.DataFrame:
    """One row per planned cell: its axes, status and failure. A record of another key than the
    one planned now is out of date; where this machine cannot plan the cell, it stands as it is."""
    import pandas as pd

    from tscbench.harness.settled import is_done
    from tscbench.results.cell import Cell
    from tscbench.results.frames import failure_of

    lines = {line.cell: line for line in plan.lines} if plan else {}
    rows = []
    for record in records:
        cell, status = Cell(**record["cell"]), record["status"]
        if cell.student == "teacher":
            continue
        if status == "ok" and cell in lines and not is_done(lines[cell], record):
            status = "out of date"
        failure = failure_of(record) if status in STATUSES else ""
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
