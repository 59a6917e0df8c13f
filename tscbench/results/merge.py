"""Runs of parts of one suite made one: what is finished in any of them is finished in the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from tscbench.contracts.errors import StoreError
from tscbench.results.agree import (
    lower_of,
    metrics_of,
    numbers_by_name,
    scores_by_name,
    unlike,
    words,
)
from tscbench.results.cell import Cell
from tscbench.results.commands import commands_of, remembered, united
from tscbench.results.run import Run

Record = dict[str, Any]


@dataclass(frozen=True)
class Conflict:
    """A cell of which runs say different things; it is left out. why: what is not the same."""

    cell: Cell
    why: str


@dataclass(frozen=True)
class Merged:
    """What came of merging: cells that are planned, and by status those that have a record."""

    planned: int
    records: Mapping[str, int]
    conflicts: tuple[Conflict, ...]


def merge(runs: Sequence[Run], out: Run, names: Sequence[str] = ()) -> Merged:
    """Unites runs of one suite in `out`, which may be one of them, or hold what an earlier merge
    has united. A finished cell counts before one that has failed. The finished records of a cell
    must be of one key and have the same numbers to the last bit; where they do not, none of them is
    taken. names: what the runs are called, if not by their folders.

    Raises:
        StoreError: a folder holds no run of this version, or one of another suite; `out` holds a
            run of its own, or something else.
    """
    called = dict(zip((run.folder for run in runs), names)) | {out.folder: str(out.folder)}
    others = tuple(run for run in runs if run.folder.resolve() != out.folder.resolve())
    _must_be_free(out, is_one=len(others) < len(runs))
    there = (out.folder / "run.json").exists()
    runs = [out, *others] if there else list(others)
    asked = [run.asked() for run in runs]
    _must_be_of_one_suite([str(called.get(run.folder, run.folder)) for run in runs], asked)
    whole = reduce(_both, asked) | {"merged": True}
    counts: dict[str, int] = {}
    conflicts: list[Conflict] = []
    with out.held():
        out.write_asked(whole)
    ids = sorted(whole["planned"])
    has: list[set[str]] = [set() for _ in runs]
    for found in zip(*(run.find(ids) for run in runs), strict=True):
        cell = Cell(*whole["planned"][found[0][0]])
        records = [record for _, record in found if record is not None]
        for metrics, (_, record) in zip(has, found, strict=True):
            metrics |= metrics_of([record or {}])
        why, record = _united(records)
        if why:
            conflicts.append(Conflict(cell, why))
        if record is None:
            continue
        counts[record["status"]] = counts.get(record["status"], 0) + 1
        if not there or found[0][1] != record:
            out.write(cell, {name: v for name, v in record.items() if name not in OF_A_RUN})
    for run in others:
        out.take_speeds(run)
    out.close()
    told = zip(has, asked, strict=True)
    whole["lower"] = lower_of((names, one["lower"]) for names, one in told if "lower" in one)
    with out.held():
        out.write_asked(whole)
    return Merged(len(ids), counts, tuple(conflicts))


def _must_be_of_one_suite(names: Sequence[str], asked: Sequence[Mapping[str, Any]]) -> None:
    """Refuses runs of several. names: what they are called."""
    for name, one in zip(names, asked, strict=True):
        if one["suite"].strip() != asked[0]["suite"].strip():
            raise StoreError(
                f"{name} is of another suite than {names[0]} (or of another version of it): merge "
                "runs of one suite, and compare others with: tscbench compare"
            )


def _must_be_free(out: Run, is_one: bool) -> None:
    """Refuses a folder with a run that is none of those that are merged, or with something else."""
    if (out.folder / "run.json").exists():
        if not is_one and not out.asked().get("merged"):
            raise StoreError(
                f"{out.folder} is a run of its own: name it among those that are merged, or choose "
                "another folder"
            )
    elif out.folder.is_file() or (out.folder.exists() and any(out.folder.iterdir())):
        raise StoreError(f"{out.folder} is there, and holds no run: choose another folder")


OF_A_RUN = ("schema", "cell")
"""What a run adds to a record by itself."""


def _both(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    """What two runs of one suite ask for together."""
    notices = list(dict.fromkeys([*a.get("notices", ()), *b.get("notices", ())]))
    commands = remembered(united(commands_of(a), commands_of(b)))
    packed = bool(a.get("packed") or b.get("packed"))
    planned = {**a["planned"], **b["planned"]}
    return {**b, **a, **commands, "notices": notices, "packed": packed, "planned": planned}


def _united(records: Iterable[Record]) -> tuple[str, Record | None]:
    """Why a cell's records cannot be united, or the record that they come to."""
    records = list(records)
    finished = [record for record in records if record["status"] == "ok"]
    if not finished:
        return "", max(records, key=lambda r: str(r.get("ended", "")), default=None)
    if len({record["key"] for record in finished}) > 1:
        return f"it was made from other data, code or settings: {unlike(finished)}", None
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for record in finished:
        for at, number in numbers_by_name(record).items():
            found[at].add(number)
    if differ := [words(at) for at, numbers in sorted(found.items()) if len(numbers) > 1]:
        return f"numbers differ ({', '.join(differ)}): {unlike(finished)}", None
    return "", reduce(_one, finished)


def _one(a: Record, b: Record) -> Record:
    """Two finished records with the same scores: that with more of them, and the extras of both."""
    most, other = (a, b) if len(scores_by_name(a)) >= len(scores_by_name(b)) else (b, a)
    extras = {**other.get("extras", {}), **most.get("extras", {})}
    return {**most, "extras": extras} if extras != most.get("extras", {}) else most
