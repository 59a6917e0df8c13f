"""tscbench merge: runs of parts of one suite, made one run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tscbench.cli.options import json_option


@click.command("merge")
@click.argument("names", metavar="RUN…", nargs=-1, required=True)
@click.option("--out", metavar="FOLDER", required=True, help="The run that they are made.")
@json_option
def verb(names: tuple[str, ...], out: str, as_json: bool) -> None:
    """One run of several of the same suite, each a folder, a pack or the name of a suite run in the
    default place. Other folders are left as they are, and the same command may be issued again.

    A finished cell counts before a failed one. Where finished records of a cell do not agree to the
    last bit none is taken: they are listed by what differs (all of them with --json), and the exit
    code is 1.
    """
    from tscbench.results.merge import merge
    from tscbench.results.run import Run
    from tscbench.results.sources import sources_of
    from tscbench.results.unpacked import run_at

    with TemporaryDirectory(prefix="tscbench-") as folder:
        sources = [source for source in sources_of(names) if not source.brought]
        places = [(one.path, Path(folder, str(nth))) for nth, one in enumerate(sources)]
        runs = [run_at(*place) for place in places]
        merged = merge(runs, Run(Path(out)), [source.called for source in sources])
    missing = merged.planned - sum(merged.records.values()) - len(merged.conflicts)
    more = {"missing": missing, "in conflict": len(merged.conflicts)}
    states = {"ok": 0, **merged.records, **more}
    if as_json:
        conflicts = [{"cell": asdict(c.cell), "why": c.why} for c in merged.conflicts]
        facts = {"run": out, "cells": merged.planned, **states, "conflicts": conflicts}
        click.echo(json.dumps(facts, indent=1))
    else:
        rest = ", ".join(f"{n} {state}" for state, n in states.items() if state != "ok")
        click.echo(f"{out}: {states['ok']} of {merged.planned} cells ok, {rest}")
        alike: dict[str, list[object]] = {}
        for conflict in merged.conflicts:
            alike.setdefault(conflict.why, []).append(conflict.cell)
        for reason, cells in alike.items():
            others = f" and {len(cells) - 1} more" if len(cells) > 1 else ""
            click.echo(f"left out: {cells[0]}{others}: {reason}")
    raise SystemExit(1 if merged.conflicts else 0)
