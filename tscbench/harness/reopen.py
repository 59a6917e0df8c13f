"""A run opened again, as the cells that it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tscbench.contracts.errors import NothingSelected, SuiteError
from tscbench.harness.cut import cut, trusted
from tscbench.harness.session import Session, open_session
from tscbench.harness.suite import Source, parse_suite
from tscbench.line.store import Store
from tscbench.registry import discover
from tscbench.results.cell import Cell
from tscbench.results.commands import against_of, plugin_files
from tscbench.results.run import Run
from tscbench.results.sources import one_pack


def reopen(folder: str | Path, *, offline: bool = True, store: Store | None = None) -> Session:
    """The session of a run as it stands: of its cells, whatever commands asked for them, and of
    those that it was made against.

    Raises:
        NothingSelected: none of them can be planned here.
        SuiteError: its suite names plugins that are not here.
    """
    asked = Run(Path(folder)).asked()
    home = asked.get("home", "")
    files, names = plugin_files(asked)
    gone = [f"plugin file {name}" for name in names]
    registry = discover(map(Path, files)).at_home(home)
    try:
        suite = parse_suite(asked["suite"], f"{folder}/run.json", registry)
    except SuiteError as error:
        raise SuiteError("; not here: ".join([str(error), *gone])) from error
    cells = [Cell(*axes) for axes in asked["planned"].values()]
    if against_of(asked):
        cells += [Cell(**record["cell"]) for record in one_pack([str(folder)]).records]
    places = {cell.id: n for n, cell in enumerate(cells)}
    files_of = trusted(asked["suite"], own=not asked.get("packed"))
    fewer, unknown = cut(suite, cells, registry, files_of)
    unknown = [*gone, *unknown]
    if not fewer.grid:
        here = ", ".join(unknown) or "any cell"
        raise NothingSelected(f"no cell of {folder} can be planned: not here: {here}")
    session = open_session(
        Source(fewer, asked["suite"], Path(folder) / "run.json", {}, home),
        plugins=files,
        offline=offline,
        store=store,
        only=places,
    )
    session.plan.lines.sort(key=lambda line: places[line.cell.id])  # as they were planned
    return replace(session, unknown=tuple(unknown))
