"""A pack as a run folder, where one is to be merged with others."""

from __future__ import annotations

from pathlib import Path

from tscbench.contracts.kinds import AXES
from tscbench.results.cell import Cell
from tscbench.results.commands import bare, remembered
from tscbench.results.merge import OF_A_RUN
from tscbench.results.pack import Pack, axes_of, is_pack
from tscbench.results.pack_file import load_pack
from tscbench.results.run import Run


def run_at(path: Path, folder: Path) -> Run:
    """The run at a path, or that of the pack there, written into a folder."""
    return unpacked(load_pack(path), folder) if is_pack(path) else Run(path)


def unpacked(pack: Pack, folder: Path) -> Run:
    """Writes a pack as a run into a folder that is new. That it is `packed` is remembered: nothing
    that it names is opened here."""
    run, cells = Run(folder), {}
    for record in pack.records:
        cell = cells[axes_of(record)] = Cell(**record["cell"])
        if record["status"] != "missing":
            run.write(cell, {name: v for name, v in record.items() if name not in OF_A_RUN})
    run.close()
    run.write_asked(
        {
            "name": pack.suite_name,
            "headline": pack.headline,
            "suite": pack.suite,
            "lower": list(pack.lower),
            "home": pack.home,
            **remembered(bare(pack.commands)),
            "notices": list(pack.notices),
            "packed": True,
            "planned": {cell.id: cell.axes for cell in cells.values()},
        }
    )
    keys = {axes_of(record): record.get("key") for record in pack.records}
    rows = []
    for row in pack.speeds.to_dict("records"):
        axes = tuple(str(row[axis]) for axis in AXES)
        if axes in cells:
            rows.append({**row, "cell": cells[axes].id, "key": keys[axes]})
    if rows:
        run.write_speeds("0-packed", rows)
    return run
