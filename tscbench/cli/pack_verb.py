"""tscbench pack: a run as one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tscbench.cli import say
from tscbench.cli.completion import of_runs

if TYPE_CHECKING:
    from tscbench.harness.lines import Line
    from tscbench.line.store import Store


@click.command("pack")
@click.argument("run_folder", metavar="RUN", shell_complete=of_runs)
@click.option("--predictions", is_flag=True, help="With the outputs of every student kept here.")
@click.option("--out", metavar="FILE", help="The pack (default NAME.tscpack).")
def verb(run_folder: str, predictions: bool, out: str | None) -> None:
    """RUN (a folder, or the name of a suite run in the default place) as one file: records, speeds,
    suite, lock and versions, each with its digest, and nothing that is run when it is read.

    With predictions its scores can be worked out again, also by a metric that comes later.
    """
    from dataclasses import replace

    from tscbench.api.about_run import whole_pack
    from tscbench.harness.session import make_lock
    from tscbench.harness.verify import planned_here
    from tscbench.results.pack_file import write_pack_file
    from tscbench.results.published import SUFFIX
    from tscbench.results.run import Run
    from tscbench.results.sources import find_run

    run = Run(find_run(run_folder))
    pack = whole_pack(run)
    here = planned_here(pack, [file for file in run.asked()["plugins"] if Path(file).exists()])
    finished = sum(record["status"] == "ok" for record in pack.records)
    current = [line for line, record in here.finished if record["key"] == line.key]
    if len(current) < finished:
        stale = f"{finished - len(current)} of {finished} finished cells are out of date"
        say(f"{stale}: made by other code, settings or versions than are here")
    arrays: dict[str, Any] = {}
    if predictions:
        store, teachers = here.session.store, here.session.plan.teachers
        arrays = _predictions(store, current)
        of = f"{len(arrays) // 2} of {finished} finished cells that the store keeps"
        arrays |= _predictions(store, teachers)  # some metrics set a student beside its own
        size = sum(array.nbytes for array in arrays.values())
        say(f"predictions: of {of}, {size / 1e6:.1f} MB before they are compressed")
    whole = replace(pack, lock=make_lock(here.session))
    file = write_pack_file(whole, Path(out or f"{pack.name}{SUFFIX}"), predictions=arrays)
    say(f"{len(pack.records)} records, {file.stat().st_size / 1e6:.2f} MB")
    click.echo(file)


def _predictions(store: Store, lines: Sequence[Line]) -> dict[str, Any]:
    """What the store keeps of the outputs of cells, by `<id of the cell>.<part>`."""
    arrays = {}
    for line in lines:
        if store.has(line.predictions.key):
            made = store.read(line.predictions.key)
            arrays[f"{line.cell.id}.valid"], arrays[f"{line.cell.id}.test"] = made.valid, made.test
    return arrays
