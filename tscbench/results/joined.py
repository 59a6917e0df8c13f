"""Several packs of one suite as one: methods that differ stay apart, cells that agree are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from tscbench.contracts.errors import StoreError
from tscbench.contracts.kinds import AXES
from tscbench.results.agree import differing, lower_of, metrics_of
from tscbench.results.arms import ARM
from tscbench.results.commands import united
from tscbench.results.pack import Pack, axes_of
from tscbench.results.published import PUBLISHED

YOURS = "yours"
"""Where methods come from: what came with tscbench, and the one source beside it."""

HOME = "tscbench"
"""The distribution whose plugins are told apart by their code alone, whatever its version."""

Record = Mapping[str, Any]
Identity = tuple[str, str, str]


@dataclass(frozen=True)
class Part:
    """One of the packs. origin: what marks its methods. called: by what a command line names it."""

    origin: str
    called: str
    pack: Pack


def joined(parts: Sequence[Part]) -> Pack:
    """One pack of several of one suite, titled like the first. A cell that several have finished is
    taken from the first of them, with a notice where another scores it otherwise. Plugins of one
    name that are not the same get a suffix in all packs but the first that has the name.

    Raises:
        StoreError: they are of different suites, data or splits.
    """
    first = parts[0]
    for other in parts[1:]:
        _must_be_alike(first, other)
    renamed = _renamed(parts)
    cells: dict[tuple[str, ...], Record] = {}
    owners: dict[str, list[str]] = {}
    notices: list[str] = []
    for part, names in zip(parts, renamed, strict=True):
        unlike = 0
        for record in part.pack.records:
            record = _named(record, names)
            axes = axes_of(record)
            unlike += bool(_taken(cells, axes, record))
            owners.setdefault(_arm(record["cell"]), []).append(part.origin)
        if unlike:
            are = "1 cell that is" if unlike == 1 else f"{unlike} cells that are"
            notices.append(
                f"{part.called} scores {are} in {first.called} too otherwise: shown as there"
            )
        notices += [f"{old} of {part.called} is another plugin than that of the name elsewhere: it "
                    f"is called {new}" for (_, old), new in names.items()]  # fmt: skip
    notices += _other_hardware(parts)
    speeds = [_speeds(p.pack.speeds, names) for p, names in zip(parts, renamed, strict=True)]
    return replace(
        first.pack,
        commands=united(*(part.pack.commands for part in parts)),
        records=sorted(cells.values(), key=axes_of),
        speeds=pd.concat([s for s in speeds if len(s)] or speeds[:1], ignore_index=True),
        notices=tuple(dict.fromkeys([*(n for p in parts for n in p.pack.notices), *notices])),
        lower=lower_of((metrics_of(p.pack.records), p.pack.lower) for p in parts),
        plugins=_united(part.pack.plugins for part in reversed(parts)),
        data=_united(part.pack.data for part in reversed(parts)),
        origins={arm: _origin(of) for arm, of in owners.items()},
    )


def _must_be_alike(first: Part, other: Part) -> None:
    """Refuses what cannot be one table."""
    if first.pack.suite_says != other.pack.suite_says:
        raise StoreError(
            f"{other.called} is of another version of suite {first.pack.suite_name} than "
            f"{first.called}: a changed suite is another board, give it another name"
        )
    ours, theirs = (rows_of(part.pack.records) for part in (first, other))
    for (what, name), content in theirs.items():
        if ours.get((what, name), content) != content:
            raise StoreError(
                f"{what} {name} of {other.called} is not that of {first.called}: scores on "
                "different rows are no table; see: tscbench data"
            )


def rows_of(records: Iterable[Record]) -> dict[tuple[str, str], str]:
    """The digests of data and splits that records say they were made with."""
    found: dict[tuple[str, str], str] = {}
    for record in records:
        made, cell = record.get("provenance"), record["cell"]
        if made is not None and record.get("status") == "ok":
            found["dataset", str(cell["dataset"])] = made["data"]
            found["split", f"{cell['split']} of {cell['dataset']}"] = made["split"]
    return found


def rows_said(pack: Pack) -> dict[tuple[str, str], str]:
    """The digests of data and splits that a pack was made with, by its lock, else its records."""
    found = rows_of(pack.records)
    found |= {("dataset", name): sha for name, sha in pack.lock.get("datasets", {}).items()}
    for name, sha in pack.lock.get("splits", {}).items():
        label, _, split = name.rpartition("/")
        found["split", f"{split} of {label}"] = sha
    return found


def _taken(cells: dict[tuple[str, ...], Record], axes: tuple[str, ...], record: Record) -> str:
    """Takes a record for its cell, unless there is one already that has as much; in what it differs
    from that."""
    there = cells.get(axes)
    if there is None or (there["status"] != "ok" and record["status"] == "ok"):
        cells[axes] = record
        return ""
    return differing(there, record) if record["status"] == "ok" else ""


def identity_of(record: Record, axis: str) -> Identity | None:
    """What makes the plugin on an axis of a record the one that it is: distribution, version and
    fingerprint; None where the record does not say. Parameters stand in its label."""
    made = (record.get("provenance") or {}).get("plugins", {}).get(axis)
    return None if made is None else identity(made)


def identity(made: Mapping[str, str]) -> Identity:
    """The same of a plugin as records name it."""
    version = "" if made["distribution"] == HOME else made["version"]
    return made["distribution"], version, made["fingerprint"]


def _renamed(parts: Sequence[Part]) -> list[dict[tuple[str, str], str]]:
    """Per pack what its labels become, by axis and label: nothing but where they would collide."""
    known: dict[tuple[str, str], Identity] = {}
    found: list[dict[tuple[str, str], str]] = []
    for part in parts:
        names: dict[tuple[str, str], str] = {}
        of: dict[tuple[str, str], Identity] = {}
        for record in part.pack.records:
            for axis in AXES:
                identity = identity_of(record, axis)
                if identity is not None:
                    of.setdefault((axis, str(record["cell"][axis])), identity)
        for (axis, label), identity in of.items():
            if known.setdefault((axis, label), identity) != identity:
                names[axis, label] = _free(known, axis, label, part.origin, identity)
        found.append(names)
    return found


def _free(
    known: dict[tuple[str, str], Identity], axis: str, label: str, origin: str, identity: Identity
) -> str:
    """What a label is called after its origin, with a number where another is called so already."""
    n, name = 1, _suffixed(label, origin)
    while known.setdefault((axis, name), identity) != identity:
        n += 1
        name = _suffixed(label, f"{origin}-{n}")
    return name


def _suffixed(label: str, origin: str) -> str:
    """A spec under another name.

    >>> _suffixed("mine(p=0.5)", "alice")
    'mine:alice(p=0.5)'
    """
    name, bracket, rest = label.partition("(")
    return f"{name}:{re.sub(r'[^A-Za-z0-9_.-]+', '-', origin)}{bracket}{rest}"


def _named(record: Record, names: Mapping[tuple[str, str], str]) -> Record:
    if not names:
        return record
    cell = {axis: names.get((axis, str(v)), v) for axis, v in record["cell"].items()}
    return {**record, "cell": cell}


def _other_hardware(parts: Sequence[Part]) -> list[str]:
    """Says of which packs the speeds were measured elsewhere than the first one's."""
    first, known = parts[0], set(parts[0].pack.speeds["hardware"])
    other = [p for p in parts[1:] if known and set(p.pack.speeds["hardware"]) - known]
    return [
        f"{part.called} was timed on other hardware than {first.called}: of each dataset the "
        "speeds of that hardware are shown which timed most models"
        for part in other
    ]


def _speeds(speeds: pd.DataFrame, names: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    for axis in AXES:
        of_axis = {old: new for (where, old), new in names.items() if where == axis}
        if of_axis:
            speeds = speeds.assign(**{axis: speeds[axis].replace(of_axis)})
    return speeds


def _arm(cell: Mapping[str, Any]) -> str:
    """The arm of a cell as `arm_of` has it."""
    return " · ".join(str(cell[axis]) for axis in ARM)


def _origin(of: Sequence[str]) -> str:
    """Where an arm comes from: what is published stays so, whoever repeats it."""
    every = dict.fromkeys(of)
    return PUBLISHED if PUBLISHED in every else " and ".join(every)


def _united(maps: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for one in maps for name, value in one.items()}
