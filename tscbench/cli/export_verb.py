"""tscbench export: a student as a file that others open without tscbench."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tscbench.cli.completion import of_runs
from tscbench.cli.options import axis_options, chosen
from tscbench.contracts.errors import SpecError


@click.command("export")
@click.argument("run_folder", metavar="RUN", shell_complete=of_runs)
@click.argument("cell_id", metavar="[CELL]", required=False, default="")
@axis_options
@click.option("--to", metavar="FORMAT", help="onnx or skops; without it: which the student has.")
@click.option("--out", metavar="DIR", help="A new folder (default RUN/export/<cell>-<format>).")
def verb(
    run_folder: str, cell_id: str, to: str | None, out: str | None, **options: str | None
) -> None:
    """The student of one cell of RUN (a folder, or the name of a suite run in the default place).

    Axis options, or the beginning of its id as CELL, choose the cell.
    """
    from tscbench.api.verbs import load
    from tscbench.export.formats import known_format
    from tscbench.results.sources import find_run

    if to is not None:
        known_format(to)
    results = load(find_run(run_folder))
    cell = find_cell(results.records(), chosen(options), cell_id)
    name = f"{cell.student} on {cell.dataset}"
    if to is None:
        for form, reason in results.formats(cell).items():
            click.echo(f"{name}: {f'no {form}: {reason}' if reason else form}")
        return
    folder = Path(out or results.run.folder / "export" / f"{cell.id[:12]}-{to}")
    parity = results.export(cell, to=to, out=folder)
    click.echo(f"{folder}: {name} as {to}, {(folder / f'student.{to}').stat().st_size} bytes")
    click.echo(str(parity))


def find_cell(records: list[dict[str, Any]], options: Mapping[str, str], begin: str) -> Any:
    """The one cell that fits the axis options and whose id begins with `begin`.

    Raises:
        SpecError: none fits, or several do.
    """
    import pandas as pd

    from tscbench.analysis.selected import selected
    from tscbench.contracts.kinds import AXES
    from tscbench.results.cell import Cell

    cells = [Cell(**record["cell"]) for record in records]
    cells = [cell for cell in cells if cell.student != "teacher"]
    frame = selected(pd.DataFrame([cell.axes for cell in cells], columns=list(AXES)), options)
    left = [cells[i] for i in frame.index if cells[i].id.startswith(begin)]
    if not left:
        which = f"id that begins with {begin}" if begin else "choice on all these axes"
        raise SpecError(f"no cell of the run has the {which}")
    if len(left) == 1:
        return left[0]
    several = {axis: list(dict.fromkeys(getattr(cell, axis) for cell in left)) for axis in AXES}
    narrow = [f"--{axis} {_few(found)}" for axis, found in several.items() if len(found) > 1]
    error = SpecError(
        f"{len(left)} cells fit, and one is meant; narrow {'; '.join(narrow)}; or name an id:"
    )
    for cell in left[:5]:
        error.add_note(f"{cell.id[:12]}  {cell}")
    raise error


def _few(choices: list[Any]) -> str:
    return ", ".join(map(str, choices[:3])) + (", …" if len(choices) > 3 else "")
