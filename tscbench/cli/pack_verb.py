"""tscbench pack: a run as one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tscbench.cli import say
from tscbench.cli.completion import of_runs

if TYPE_CHECKING:
    from tscbench.results.run import Run


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
    from tscbench.harness.session import make_lock, reopen
    from tscbench.results.pack_file import write_pack_file
    from tscbench.results.published import SUFFIX
    from tscbench.results.run import Run
    from tscbench.results.sources import find_run

    run = Run(find_run(run_folder))
    pack, session = whole_pack(run), reopen(run.folder)
    arrays = _predictions(session, run) if predictions else {}
    if predictions:
        size = sum(array.nbytes for array in arrays.values())
        cells = sum(record["status"] == "ok" for record in pack.records)
        of = f"{len(arrays) // 2} of {cells} finished cells that the store keeps"
        say(f"predictions: of {of}, {size / 1e6:.1f} MB before they are compressed")
    lock = make_lock(session)
    file = write_pack_file(
        replace(pack, lock=lock), Path(out or f"{pack.name}{SUFFIX}"), predictions=arrays
    )
    say(f"{len(pack.records)} records, {file.stat().st_size / 1e6:.2f} MB")
    click.echo(file)


def _predictions(session: Any, run: Run) -> dict[str, Any]:
    """What the store keeps of the outputs of finished cells, by `<id of the cell>.<part>`."""
    records = run.read_all(line.cell for line in session.plan.all_lines())
    arrays = {}
    for line in session.plan.all_lines():
        record = records.get(line.cell)
        if record is None or record["status"] != "ok" or record["key"] != line.key:
            continue
        if session.store.has(line.predictions.key):
            made = session.store.read(line.predictions.key)
            arrays[f"{line.cell.id}.valid"], arrays[f"{line.cell.id}.test"] = made.valid, made.test
    return arrays
