"""Axis options: a comma list stands for an axis, by name, glob, spec or `no:`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fnmatch import fnmatchcase

from tscbench.contracts.errors import NothingSelected, SpecError
from tscbench.contracts.kinds import AXES, KINDS, SERVES
from tscbench.contracts.spec import parse, split
from tscbench.harness.specs import check_spec, refuse_file_name
from tscbench.harness.suite import SPEC_AXES, Grid, Suite
from tscbench.registry import Registry, near
from tscbench.results.cell import Cell


def select(
    suite: Suite, options: Mapping[str, str], registry: Registry, *, join: bool = True
) -> tuple[Suite, frozenset[str]]:
    """The suite narrowed and widened by axis options, and the datasets that joined it.

    Raises:
        SpecError: a name that no entry has and, with `join`, no plugin either.
        NothingSelected: an axis is left empty.
    """
    joined: set[str] = set()
    changes: dict[str, list[int]] = {}
    grids = list(suite.grid)
    for axis in AXES:
        if axis not in options:
            continue
        if axis in ("split", "seed"):
            changes[f"{axis}s"] = _pick_numbers(
                axis, options[axis], getattr(suite, f"{axis}s"), join
            )
            continue
        entries = list(dict.fromkeys(e for grid in suite.grid for e in getattr(grid, axis)))
        if axis == "generator" and "none" not in entries:
            entries.append("none")  # cells on real rows alone have it, whatever their grid says
        wanted, new = _pick(axis, options[axis], entries, suite, registry, join)
        if axis == "dataset":
            joined.update(new)
        grids = [_narrow(grid, axis, wanted, new) for grid in grids]
        grids = [grid for grid in grids if getattr(grid, axis)]
    if not grids or any(not numbers for numbers in changes.values()):
        raise NothingSelected(
            "nothing is selected: no grid of the suite has an entry left on every axis"
        )
    return suite.model_copy(update={"grid": grids, **changes}), frozenset(joined)


def fitting(
    cells: Sequence[Cell], options: Mapping[str, str], suite: Suite, registry: Registry
) -> list[Cell]:
    """Those of some cells that axis options leave; what an axis cannot reach fits any.

    Raises:
        SpecError: a name that none of the cells has.
        NothingSelected: none is left.
    """
    left = list(cells)
    for axis in (axis for axis in AXES if axis in options):
        has = list(dict.fromkeys(getattr(cell, axis) for cell in cells))
        wanted: Collection[int | str]
        if axis in ("split", "seed"):
            wanted = _pick_numbers(axis, options[axis], sorted(map(int, has)), join=False)
        else:
            labels = [label for label in has if label != "-"]
            wanted = ["-", *_pick(axis, options[axis], labels, suite, registry, join=False)[0]]
        left = [cell for cell in left if getattr(cell, axis) in wanted]
    if not left:
        raise NothingSelected("nothing is selected: no cell of the run fits these options")
    return left


def _narrow(grid: Grid, axis: str, wanted: list[str], new: list[str]) -> Grid:
    kept = [entry for entry in getattr(grid, axis) if entry in wanted]
    if axis == "generator" and "none" in wanted and not kept and not new:
        kept = ["none"]
    return grid.model_copy(update={axis: kept + new})


def _pick_numbers(axis: str, option: str, has: list[int], join: bool) -> list[int]:
    items = split(option)
    numbers = [item.removeprefix("no:") for item in items]
    for number in numbers:
        if not number.isdigit():
            raise SpecError(f"--{axis} {number}: must be whole numbers, such as 0,1,2")
        if int(number) not in has and (not join or f"no:{number}" in items):
            raise SpecError(f"--{axis} {number}: not in this run{near(number, map(str, has))}")
    leave = {int(i[3:]) for i in items if i.startswith("no:")}
    wanted = [int(i) for i in items if not i.startswith("no:")] or has
    return [number for number in dict.fromkeys(wanted) if number not in leave]


def _pick(
    axis: str, option: str, entries: list[str], suite: Suite, registry: Registry, join: bool
) -> tuple[list[str], list[str]]:
    """Entries that `option` names, and specs that join in."""
    wanted, new, leave = [], [], []
    items = split(option)
    for item in items:
        name = item.removeprefix("no:")
        if axis == "dataset" and name not in entries:
            refuse_file_name(name, look=True)
        _check_single(axis, name, suite, registry)
        matching = [entry for entry in entries if matches(axis, name, entry, suite, registry)]
        if item.startswith("no:"):
            leave += matching or [_unknown(axis, name, entries, suite, registry)]
        elif matching:
            wanted += matching
        elif join and _is_plugin(axis, suite.spec(name), registry):
            new.append(name)
        else:
            _unknown(axis, name, entries, suite, registry)
    if all(item.startswith("no:") for item in items):
        wanted = entries
    return [e for e in wanted if e not in leave], [n for n in new if n not in leave]


def _check_single(axis: str, name: str, suite: Suite, registry: Registry) -> None:
    """Refuses a bare name that several distributions have: a suite's own comes first in the suite
    alone."""
    bare = name.partition("(")[0].strip()
    if name not in suite.alias and len(registry.called(axis, bare)) > 1:
        registry.at_home("").entry(axis, bare)


def matches(axis: str, pattern: str, entry: str, suite: Suite, registry: Registry) -> bool:
    """Whether an entry is meant by a name, a glob, an alias or a spec."""
    spec = suite.spec(entry)
    names = {entry, spec, spec.partition("(")[0], entry.partition("(")[0]}
    if entry in suite.alias:
        names = {entry}
    if any(fnmatchcase(name, pattern) for name in names):
        return True
    if "(" not in pattern and ("/" not in pattern or "*" in pattern):
        return False
    return _canonical(axis, pattern, registry) == _canonical(axis, spec, registry)


def _canonical(axis: str, text: str, registry: Registry) -> str:
    return str(check_spec(axis, text, registry))


def _is_plugin(axis: str, text: str, registry: Registry) -> bool:
    """Whether this is a spec of a known plugin; a mistake in its parameters is an error."""
    name = text if "*" in text.partition("(")[0] else parse(text).name
    known = set(registry.names(axis)) if axis != "mix" else set()
    if axis == "mix" or name.rpartition("/")[2] in known:
        check_spec(axis, text, registry)
        return True
    return False


def _unknown(axis: str, name: str, entries: list[str], suite: Suite, registry: Registry) -> str:
    short = name.partition("(")[0]
    elsewhere = [
        role.kind
        for entry in registry.entries
        if entry.name == short and axis not in (role.kind for role in entry.roles)
        for role in entry.roles
        if role.kind in KINDS and role.kind not in SERVES
    ]
    elsewhere += [
        other
        for other in SPEC_AXES
        if other != axis
        for grid in suite.grid
        for entry in getattr(grid, other)
        if short in (entry, entry.partition("(")[0])
    ]
    if elsewhere:
        raise SpecError(f"{name} is a {elsewhere[0]}: --{elsewhere[0]} {name}")
    if any(e.name == short or e.kind == "-" for e in registry.entries if e.kind not in KINDS):
        registry.entry(axis, short)  # says what is wrong with the one that was meant
    known = [entry.partition("(")[0] for entry in entries] + registry.names(axis)
    raise SpecError(f"no {axis} {name!r} here{near(name, dict.fromkeys(known))}")
