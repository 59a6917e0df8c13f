"""A suite cut to cells that are known, whatever grids and options they came from, or to what reads
no files that a stranger names."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Container
from functools import cache

from tscbench.contracts.errors import SuiteError
from tscbench.harness.specs import is_here
from tscbench.harness.suite import SPEC_AXES, Grid, Suite
from tscbench.registry import Registry, find_suite
from tscbench.results.cell import Cell


class Everything:
    """All labels: those of one's own run."""

    def __contains__(self, label: object) -> bool:
        return True


EVERYTHING = Everything()


def trusted(text: str, *, own: bool) -> Container[str]:
    """The labels and probes whose plugins may read files and import what they name: all of one's
    own results; of others' those of a suite that is installed here just so.

    text: of the suite.
    """
    if own:
        return EVERYTHING
    try:
        told = tomllib.loads(text)
        installed = find_suite(str(told.get("name"))).file.read_text(encoding="utf-8")
    except (tomllib.TOMLDecodeError, SuiteError, OSError):
        return ()
    if installed.strip() != text.strip():
        return ()
    entries = (x for grid in told.get("grid", ()) for axis in SPEC_AXES for x in grid.get(axis, ()))
    return {*told.get("alias", ()), *told.get("probes", ()), *entries}


def known_in(suite: Suite, registry: Registry, files: Container[str]) -> Callable[[str, str], bool]:
    """Tells of an axis and a label whether what it names is here; see `is_here`."""

    @cache
    def here(axis: str, label: str) -> bool:
        return is_here(axis, suite.spec(label), registry, files=label in files)

    return here


def cut(
    suite: Suite, cells: Collection[Cell], registry: Registry, files: Container[str]
) -> tuple[Suite, list[str]]:
    """The suite with a grid for each choice of plugins among cells, and the plugins and datasets
    that are not here, whose cells it lacks; teachers' own cells come with their students'. files:
    labels that may name files, see `trusted`.
    """
    here = known_in(suite, registry, files)
    grids: dict[tuple[str, ...], None] = {}
    unknown: dict[str, None] = {}
    made = [cell for cell in cells if not {cell.student, cell.split, cell.seed} & {"teacher", "-"}]
    for cell in made:
        labels = {axis: str(getattr(cell, axis)) for axis in SPEC_AXES}
        gone = [f"{axis} {label}" for axis, label in labels.items() if not here(axis, label)]
        unknown |= dict.fromkeys(gone)
        if not gone:
            grids[tuple(labels.values())] = None
    changes = {
        "grid": [_grid(dict(zip(SPEC_AXES, labels, strict=True))) for labels in grids],
        "splits": sorted({int(cell.split) for cell in made}),
        "seeds": sorted({int(cell.seed) for cell in made}),
        "probes": _probes(suite, registry, files),
    }
    return suite.model_copy(update=changes), list(unknown)


def without_files(suite: Suite, registry: Registry, files: Container[str]) -> Suite:
    """The suite without entries and probes that name files or code, but for `files`."""
    here, grids = known_in(suite, registry, files), []
    for grid in suite.grid:
        left = {
            axis: [label for label in there if here(axis, label)]
            for axis in SPEC_AXES
            if (there := getattr(grid, axis))
        }
        if all(left.values()):
            grids.append(grid.model_copy(update=left))
    probes = _probes(suite, registry, files)
    return suite.model_copy(update={"grid": grids, "probes": probes})


def _probes(suite: Suite, registry: Registry, files: Container[str]) -> list[str]:
    """The probes of a suite that are here."""
    return [p for p in suite.probes if is_here("probe", p, registry, files=p in files)]


def _grid(labels: dict[str, str]) -> Grid:
    """The grid of one choice."""
    return Grid.model_validate({axis: [label] for axis, label in labels.items()})
