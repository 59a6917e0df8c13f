"""tscbench plan: what a run would do, before it does anything."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tscbench.cli.completion import of_suites
from tscbench.cli.options import (
    against_option,
    axis_options,
    chosen,
    json_option,
    offline_option,
    plugin_option,
    strict_option,
    table,
    verbose_option,
)
from tscbench.contracts.failures import STATUSES


@click.command("plan")
@click.argument("suite", default="quick", shell_complete=of_suites)
@click.option("--out", metavar="DIR", help="The run's folder (default runs/<suite>).")
@click.option("--jobs", type=click.IntRange(1), help="Processes to reckon with (default: cores).")
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
    jobs: int | None,
    against: tuple[str, ...],
    plugins: tuple[str, ...],
    offline: bool,
    strict: bool,
    as_json: bool,
    verbose: bool,
    **options: str | None,
) -> None:
    """Accounts for every combination of SUITE (a name or a .toml file)."""
    from tscbench.harness.session import open_session
    from tscbench.results.run import Run

    session = open_session(suite, chosen(options), plugins=plugins, offline=offline, strict=strict)
    run = Run(Path(out or f"runs/{session.source.suite.name}"))
    taken: dict[str, Any] = {}
    said: Mapping[str, tuple[float, int]] = {}
    if against:
        from tscbench.harness.against import against as less

        asked = less(session, against)
        session = asked.session
        taken = {"taken": asked.cells, "other_recipes": asked.other_recipes}
        said = asked.durations.seconds
    facts = account(session, run, jobs, said) | taken
    click.echo(json.dumps(facts, indent=1) if as_json else text(facts))


def account(
    session: Any, run: Any, jobs: int | None, said: Mapping[str, tuple[float, int]] = {}
) -> dict[str, Any]:
    """The plan as plain values. said: what work takes by its name, as `Durations` has it, where
    this machine does not know."""
    from tscbench.harness.estimate import Durations, estimate, expected_bytes, read_durations
    from tscbench.harness.executors import cores
    from tscbench.harness.graph import build_graph

    plan = session.plan
    pending = session.pending(run)
    graph = build_graph(pending, session.store)
    known = Durations({**said, **read_durations(session.store).seconds})
    guess = estimate(graph, known)
    kept = session.store.keys()
    made = graph.nodes.keys() | {line.predictions.key for line in pending}  # those by their cells
    steps: dict[str, Counter[str]] = {}
    for key, artefact in plan.artefacts().items():
        if artefact.stored:
            state = "cached" if key in kept else "to make" if key in made else "not needed"
            steps.setdefault(artefact.step, Counter())[state] += 1
    cells, waiting = {line.cell for line in plan.lines}, {line.cell for line in pending}
    records = run.read_all(cells)
    failed = {cell for cell, record in records.items() if record["status"] in STATUSES}
    return {
        "suite": session.source.suite.name,
        "axes": _axes(plan),
        "product": plan.product + plan.excluded,
        "excluded": plan.excluded,
        "runnable": len(plan.lines),
        "skipped": dict(plan.skipped.most_common()),
        "joined": plan.joined,
        "notices": session.notices,
        "done": len(cells - waiting - failed),
        "failed": len(failed),
        "tried_again": len(failed & waiting),
        "missing": len((cells & waiting) - failed),
        "steps": {step: dict(counts) for step, counts in steps.items()},
        "jobs": guess.jobs,
        "seconds": round(guess.seconds / (jobs or cores()), 1)
        if guess.unknown < guess.jobs
        else None,
        "jobs_of_unknown_time": guess.unknown,
        "bytes": expected_bytes(graph, session.store),
    }


def _axes(plan: Any) -> dict[str, int]:
    from tscbench.harness.suite import SPEC_AXES

    counts = {
        axis: len({e for g in plan.suite.grid for e in getattr(g, axis)}) for axis in SPEC_AXES
    }
    return {**counts, "split": len(plan.suite.splits), "seed": len(plan.suite.seeds)}


PLURALS = {"query": "queries", "mix": "mixes"}


def text(facts: dict[str, Any]) -> str:
    """The plan for people."""
    from tscbench.report.formats import filled
    from tscbench.report.screen import screen

    axes = ", ".join(
        f"{n} {PLURALS.get(a, a + 's') if n > 1 else a}" for a, n in facts["axes"].items()
    )
    skipped = sum(facts["skipped"].values())
    lines = [
        filled(f"suite {facts['suite']}: {axes}", screen()),
        f"product {facts['product']}"
        + (f" - {facts['excluded']} excluded" if facts["excluded"] else "")
        + f" = {facts['runnable']} runnable"
        + (f" + {facts['taken']} taken" if "taken" in facts else "")
        + f" + {skipped} skipped + {facts['joined']} joined",
    ]
    lines += [f"  skipped {n}: {reason}" for reason, n in facts["skipped"].items()]
    lines += [f"  notice: {notice}" for notice in facts["notices"]]
    lines.append(
        f"cells: {facts['done']} done, {facts['missing']} to run, {facts['failed']} failed before"
        + (f", {facts['tried_again']} of them to try again" if facts["failed"] else ""),
    )
    if "taken" in facts:
        lines.append(f"against: {facts['taken']} cells taken, {facts['runnable']} new")
        if facts["other_recipes"]:
            lines.append(f"  {facts['other_recipes']} of those taken have another recipe here")
    states = ["cached", "to make", "not needed"]
    rows = [[step, *(n.get(s, 0) for s in states)] for step, n in facts["steps"].items()]
    lines += ["", table(rows, ["step", *states]), ""]
    lines.append(f"store: about {_bytes(facts['bytes'])} more, fitted models aside")
    lines.append(f"time: {_time(facts)}")
    return "\n".join(lines)


def _time(facts: dict[str, Any]) -> str:
    if not facts["jobs"]:
        return "nothing to do"
    if facts["seconds"] is None:
        return "unknown: nothing like it has been timed on these rows"
    rest, known = facts["jobs_of_unknown_time"], duration(facts["seconds"])
    about = f"about {known}" if facts["seconds"] >= 0.5 else "less than 1 s"
    if not rest:
        return about
    n = facts["jobs"]
    return f"{about} for {n - rest} of {n} jobs; the like of the others was never timed"


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.1f} h"


def _bytes(n: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if n < 1000:
            return f"{n:.0f} {unit}" if unit == "B" else f"{n:.1f} {unit}"
        n /= 1000
    return f"{n:.1f} TB"
