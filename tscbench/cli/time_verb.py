"""tscbench time: how fast a run's students are, measured in a pass of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from tscbench.cli import say
from tscbench.cli.completion import of_runs
from tscbench.cli.options import axis_options, chosen, json_option


def _counts(ctx: click.Context, option: click.Parameter, text: str | None) -> tuple[int, ...]:
    """A comma list of positive whole numbers."""
    items = text.replace("_", "").split(",") if text else []
    if not all(item.strip().isdigit() and int(item) for item in items):
        raise click.BadParameter(f"{text}: must be rows in a call, such as 1,1000,30000")
    return tuple(dict.fromkeys(map(int, items)))


@click.command("time")
@click.argument("run_folder", metavar="[RUN]", default="runs/quick", shell_complete=of_runs)
@axis_options
@click.option(
    "--batch", metavar="LIST", callback=_counts, help="Rows in a call (default 1,1000,30000)."
)
@click.option("--repeats", type=click.IntRange(1), help="Turns that each model has (default 9).")
@click.option("--quick", is_flag=True, help="A first look: batch 1 and 1,000, short repeats.")
@click.option("--again", is_flag=True, help="Time also what has been timed on this hardware.")
@json_option
def verb(
    run_folder: str,
    batch: tuple[int, ...],
    repeats: int | None,
    quick: bool,
    again: bool,
    as_json: bool,
    **options: str | None,
) -> None:
    """Rows per second of the students of RUN (a folder, or the name of a suite run in the default
    place) and of their teachers, on one thread.

    Of every dataset the first split and seed, unless --split and --seed say otherwise. Of a run
    made against others the options may also name what was taken from there. A run keeps no
    students, so they are fitted again. What has been timed on this hardware, undisturbed and as
    thoroughly, stays as it is: the same command goes on where it stopped.
    """
    from dataclasses import replace

    from tscbench.cli.speeds_table import as_text, of_lines
    from tscbench.harness.reopen import reopen
    from tscbench.harness.repeats import SHORT, Protocol
    from tscbench.harness.timing import choose, ready, untimed
    from tscbench.results.run import Run
    from tscbench.results.sources import find_run
    from tscbench.results.surroundings import hardware

    run = Run(find_run(run_folder))
    session = reopen(run.folder)
    protocol = SHORT if quick else Protocol()
    protocol = replace(
        protocol, batches=batch or protocol.batches, repeats=repeats or protocol.repeats
    )
    if session.unknown:
        say(f"not here: {', '.join(session.unknown)}")
    lines = choose(session, run, chosen(options))
    students = ready(run, lines)
    if len(students) < len(lines):
        say(f"{len(lines) - len(students)} cells are not finished, or out of date: not timed")
    speeds = run.speeds()
    pending = students if again else untimed(speeds[~speeds["contended"]], students, protocol)
    if len(pending) < len(students):
        say(f"{len(students) - len(pending)} students are timed already (--again times them anew)")
    failed = measure(session, run, pending, protocol) if pending else 0
    speeds = of_lines(run.speeds(), students)
    if as_json:
        click.echo(speeds.to_json(orient="records", indent=1))
    else:
        click.echo(as_text(speeds[speeds["hardware"] == hardware()]))
    sys.exit(1 if failed else 0)


def measure(session: Any, run: Any, lines: Sequence[Any], protocol: Any) -> int:
    """Times lines, saying how long it should take and how far it is; returns how many failed."""
    from tscbench.cli.plan_verb import duration
    from tscbench.harness.timing import TimingPass, expected_seconds

    begun = time.monotonic()
    about = duration(expected_seconds(session, run, lines, protocol))
    sizes = ", ".join(f"{n:,}" for n in protocol.batches)
    say(f"timing {len(lines)} students at batch {sizes}: about {about}")
    timing = TimingPass(session, run, protocol, say)
    timing.execute(lines)
    contended = [row for row in timing.rows if row["contended"]]
    if contended:
        say(
            f"{len(contended)} of {len(timing.rows)} measurements were contended and enter no "
            f"ranking ({contended[0]['why']}); the same command measures them again"
        )
    say(f"timed in {duration(time.monotonic() - begun)}; {run.folder}/speeds")
    return len(timing.failed)


def first_look(session: Any, run: Any) -> None:
    """What a run ends with: a short pass where its suite asks for one, or a word on how to."""
    from tscbench.contracts.errors import TscbenchError
    from tscbench.harness.repeats import SHORT
    from tscbench.harness.timing import choose, finished, untimed

    if session.plan.suite.timing == "short":
        pending = untimed(run.speeds(), finished(run, choose(session, run, {})), SHORT)
        try:
            if pending:
                measure(session, run, pending, SHORT)
        except TscbenchError as error:
            say(f"not timed: {error}")
            return
    if run.speeds().empty and not session.plan.suite.probes_only:
        say(not_timed(run.folder))


def not_timed(folder: Path) -> str:
    """What stands where speeds would."""
    return f"not timed: tscbench time {folder}"
