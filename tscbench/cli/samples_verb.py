"""tscbench samples: what the generators of a run make, as tables and pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tscbench.cli.completion import of_runs
from tscbench.cli.options import axis_options, chosen
from tscbench.contracts.errors import DataError, NothingSelected, SpecError

if TYPE_CHECKING:
    from tscbench.api.results import Results
    from tscbench.results.cell import Cell

DRAWN = 40
"""Synthetic images for each one that is shown, so that a rare class fills its row too."""


@click.command("samples")
@click.argument("run_folder", metavar="RUN", shell_complete=of_runs)
@click.argument("cell_id", metavar="[CELL]", required=False, default="")
@axis_options
@click.option("--rows", type=click.IntRange(min=1), help="Rows of a table (default: of training).")
@click.option("--columns", type=click.IntRange(min=1), default=10, help="Images in a row.")
@click.option("--out", metavar="PATH", help="A .csv or .parquet, or a folder (RUN/samples).")
def verb(
    run_folder: str,
    cell_id: str,
    rows: int | None,
    columns: int,
    out: str | None,
    **options: str | None,
) -> None:
    """What each generator of RUN (a folder, or the name of a suite run in the default place) makes
    for each dataset: a table with the dataset's own names and levels, labels where the generator
    gives them; of images a PNG, with a row for each class where it names it.

    Axis options, or the beginning of a cell's id as CELL, choose. Nothing is picked: they are the
    first rows that the generator of the first split draws.
    """
    from tscbench.api.verbs import load
    from tscbench.export.tables import SUFFIXES
    from tscbench.results.sources import find_run

    results = load(find_run(run_folder))
    cells = _cells(results.records(), chosen(options), cell_id)
    if not cells:
        raise NothingSelected("no cell with synthetic rows fits these options")
    path = Path(out or results.run.folder / "samples")
    one = path.suffix.lower() in SUFFIXES
    if one and len(cells) > 1:
        made = ", ".join(f"{cell.generator} for {cell.dataset}" for cell in cells[:3])
        raise SpecError(
            f"{len(cells)} generators fit, and {path} takes one: narrow --dataset and --generator, "
            f"or name a folder (has: {made}{', …' if len(cells) > 3 else ''})"
        )
    for cell in cells:
        name = re.sub(r"[^\w.=-]+", "-", f"{cell.dataset}-{cell.generator}").strip("-")
        click.echo(_written(results, cell, path if one else path / name, rows, columns))


def _written(results: Results, cell: Cell, path: Path, rows: int | None, columns: int) -> str:
    """Writes what a cell's generator draws; the file."""
    from tscbench.export.tables import SUFFIXES, write_frame

    if len(results.schema(cell).inputs) == 1:
        path = path if path.suffix.lower() in SUFFIXES else path.with_name(f"{path.name}.csv")
        write_frame(results.synthetic(cell, rows), path)
        return str(path)
    path = path.with_name(f"{path.name}.png")
    _write(path, _grid(results.sampler(cell), columns))
    return str(path)


def _cells(records: list[dict[str, Any]], options: Mapping[str, str], begin: str) -> list[Cell]:
    """The first cell of each dataset and generator, of those whose id begins so."""
    import pandas as pd

    from tscbench.analysis.selected import selected
    from tscbench.contracts.kinds import AXES
    from tscbench.results.cell import Cell

    cells = [Cell(**record["cell"]) for record in records]
    cells = [cell for cell in cells if cell.id.startswith(begin)]
    frame = pd.DataFrame([cell.axes for cell in cells], columns=list(AXES))
    frame = frame[~frame["generator"].isin(["none", "-"])]
    frame = selected(frame, options).sort_values(list(AXES))
    return [cells[i] for i in frame.drop_duplicates(["dataset", "generator"]).index]


def _grid(sampler: Any, columns: int) -> Any:
    import numpy as np

    from tscbench.images import image_grid

    drawn = sampler.sample(DRAWN * columns, np.random.default_rng(0))
    x, y = drawn if isinstance(drawn, tuple) else (drawn[: columns**2], None)
    return image_grid(x, y, columns=columns)


def _write(path: Path, grid: Any) -> None:
    try:
        from PIL import Image
    except ImportError as error:
        raise DataError("samples needs pillow: pip install 'tscbench[images]'") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(grid[:, :, 0] if grid.shape[2] == 1 else grid).save(path, optimize=True)
