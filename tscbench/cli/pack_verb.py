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
    from tscbench.results.commands import plugin_files
    from tscbench.results.pack import axes_of
    from tscbench.results.pack_file import save_pack
    from tscbench.results.published import SUFFIX
    from tscbench.results.run import Run
    from tscbench.results.sources import find_run

    run = Run(find_run(run_folder))
    pack = whole_pack(run)
    asked = run.asked()
    own = not asked.get("packed")
    here = planned_here(pack, plugin_files(asked)[0], own=own, offline=True)
    finished = [record for record in pack.records if record["status"] == "ok"]
    current = [line for line, record in here.finished if record["key"] == line.key]
    if here.unknown:
        say(f"not here: {', '.join(here.unknown)}; their records are taken as they are")
    if stale := sum(map(here.knows, finished)) - len(current):
        old = f"{stale} of {len(finished)} finished cells are out of date"
        say(f"{old}: made by other code, settings or versions than are here")
    arrays: dict[str, Any] = {}
    if predictions:
        store, known = here.session.store, {axes_of(record) for record in finished}
        arrays = _predictions(store, current)
        of = f"{len(arrays) // 2} of {len(finished)} finished cells that the store keeps"
        lines = here.session.plan.teachers  # some metrics set a student beside its own
        taken = [line for line in lines if tuple(map(str, line.cell.axes)) not in known]
        arrays |= _predictions(store, taken)
        size = sum(array.nbytes for array in arrays.values())
        say(f"predictions: of {of}, {size / 1e6:.1f} MB before they are compressed")
    lock = {**make_lock(here.session), "suite": here.suite}
    target = Path(out or f"{pack.name}{SUFFIX}")
    file = save_pack(replace(pack, lock=lock), target, predictions=arrays)
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
