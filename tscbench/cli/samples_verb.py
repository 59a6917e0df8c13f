"""tscbench samples: what the generators of a run make, to be looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tscbench.cli.options import axis_options, chosen
from tscbench.contracts.errors import DataError, NothingSelected

if TYPE_CHECKING:
    from tscbench.results import Cell

DRAWN = 40
"""Synthetic images for each one that is shown, so that a rare class fills its row too."""


@click.command("samples")
@click.argument("run_folder", metavar="RUN")
@axis_options
@click.option("--columns", type=click.IntRange(min=1), default=10, help="Images in a row.")
@click.option("--out", metavar="DIR", help="A folder (default RUN/samples).")
def verb(run_folder: str, columns: int, out: str | None, **options: str | None) -> None:
    """A PNG for each generator and image dataset of RUN (a folder, or the name of a suite run in
    the default place): synthetic images, a row for each class where the generator names it.

    Nothing is picked: they are the first that the generator of the first split draws.
    """
    from tscbench.api import load
    from tscbench.cli.status_verb import find_run

    results = load(find_run(run_folder))
    folder = Path(out or results.run.folder / "samples")
    cells = _cells(results.records(), chosen(options))
    for cell in cells:
        name = re.sub(r"[^\w.=-]+", "-", f"{cell.dataset}-{cell.generator}").strip("-")
        path = folder / f"{name}.png"
        _write(path, _grid(results.sampler(cell), columns))
        click.echo(str(path))
    if not cells:
        raise NothingSelected("no cell with synthetic images fits these options")


def _cells(records: list[dict[str, Any]], options: Mapping[str, str]) -> list[Cell]:
    """The first cell of each dataset and generator."""
    import pandas as pd

    from tscbench.boards.boards import filter_scores
    from tscbench.contracts.kinds import AXES
    from tscbench.results import Cell

    cells = [Cell(**record["cell"]) for record in records]
    frame = pd.DataFrame([cell.axes for cell in cells], columns=list(AXES))
    frame = frame[~frame["generator"].isin(["none", "-"])]
    frame = filter_scores(frame, options).sort_values(list(AXES))
    return [cells[i] for i in frame.drop_duplicates(["dataset", "generator"]).index]


def _grid(sampler: Any, columns: int) -> Any:
    import numpy as np

    from tscbench.images import image_grid

    drawn = sampler.sample(DRAWN * columns, np.random.default_rng(0))
    x, y = drawn if isinstance(drawn, tuple) else (drawn[: columns**2], None)
    if x.ndim != 4:
        raise DataError("samples: the rows are a table; load(RUN).sampler(cell) in Python has them")
    return image_grid(x, y, columns=columns)


def _write(path: Path, grid: Any) -> None:
    try:
        from PIL import Image
    except ImportError as error:
        raise DataError("samples needs pillow: pip install 'tscbench[images]'") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(grid[:, :, 0] if grid.shape[2] == 1 else grid).save(path, optimize=True)
