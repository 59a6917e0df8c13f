"""Sources of results: run folders, packs, and those that are published with tscbench."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import SpecError, StoreError, did_you_mean
from tscbench.contracts.kinds import AXES
from tscbench.results.commands import against_of
from tscbench.results.joined import YOURS, Part, joined
from tscbench.results.pack import Pack, is_pack
from tscbench.results.packed import pack_at
from tscbench.results.published import PUBLISHED, SUFFIX, is_published, published_packs
from tscbench.results.run import Run


@dataclass(frozen=True)
class Source:
    """One run folder or pack. called: by what words a command line names it. published: whether it
    came with tscbench. brought: whether another one brought it along: a run that was made against
    it, or a board that it was submitted to. origin: what marks a submission."""

    path: Path
    called: str
    published: bool = False
    brought: bool = False
    origin: str = ""


STATUSES = {
    "self-reported": "nobody has looked at more than the layout of the pack",
    "rescored": "the scores come again, to the last bit, from the predictions in the pack",
    "rerun": "cells drawn at random were made again, and are equal to the last bit",
}
"""How far a submission has been looked at, as its card says."""


def _submitted(suite: str, pack: Path) -> Iterator[Source]:
    """What was submitted to a published board: `submissions/SUITE/NAME/` beside `packs/`."""
    for file in sorted(pack.parents[1].glob(f"submissions/{suite}/*/*{SUFFIX}")):
        card = file.with_name("README.md")
        text = card.read_text(encoding="utf-8") if card.is_file() else ""
        said = re.search(r"^\*\*([a-z-]+)\*\*:", text, re.MULTILINE)
        status = said[1] if said and said[1] in STATUSES else "self-reported"
        origin = f"{file.stem}, {status}"
        yield Source(file, f"{PUBLISHED}:{suite}", brought=True, origin=origin)


def sources_of(names: Sequence[str]) -> list[Source]:
    """What these names stand for: `published` for all that came along, `published:SUITE` for one
    of them, any other for a folder or a file, or a suite run in the default place. A run that was
    made against others brings them along.

    Raises:
        StoreError: no such suite is published.
    """
    found = [source for name in names for source in _of_name(name)]
    brought = [source for one in found for source in _against(one)]
    every: dict[Path, Source] = {}
    for source in (*found, *brought):  # what is named itself is not brought
        path = source.path.resolve()
        if path not in every or (every[path].brought and not source.brought):
            every[path] = source
    return list(every.values())


def _nowhere(name: str, packs: Iterable[str]) -> str:
    """What is said of a name that stands for nothing."""
    here = sorted(path.parent.name for path in Path("runs").glob("*/run.json"))
    meant = did_you_mean(name, [PUBLISHED, *(f"{PUBLISHED}:{suite}" for suite in packs), *here])
    suite = name.removeprefix("runs/")
    make = f"; it is made by: tscbench run {shlex.quote(suite)}" if suite != name else meant
    return f"{name} holds no run: it is not there{make}"


def _of_name(name: str) -> Iterator[Source]:
    packs = published_packs()
    if not is_published(name):
        path = find_run(name)
        if not path.exists():
            raise StoreError(_nowhere(name, packs))
        came_along = path.suffix == SUFFIX and path.resolve() in packs.values()
        yield Source(path, name, came_along)
        return
    suite = name.partition(":")[2]
    if suite and suite not in packs:
        has = ", ".join(packs) or "none"
        meant = did_you_mean(suite, packs)
        raise StoreError(f"no suite {suite!r} is published{meant} (has: {has})")
    for one in [suite] if suite else packs:
        yield Source(packs[one], f"{PUBLISHED}:{one}", published=True)
        yield from _submitted(one, packs[one])


def _against(source: Source) -> list[Source]:
    """What a run was made against: of several published suites its own."""
    if is_pack(source.path) or not (source.path / "run.json").is_file():
        return []
    asked = Run(source.path).asked()
    names = against_of(asked)
    if PUBLISHED in names:
        names = [f"{PUBLISHED}:{asked['name']}" if n == PUBLISHED else n for n in names]
    if asked.get("packed"):  # what others have said is no more than a wish
        here = [f"{PUBLISHED}:{suite}" for suite in published_packs()]
        names = [name for name in names if name in here or not is_published(name)]
    return [replace(one, brought=True) for name in names for one in _of_name(name)]


def find_run(name: str) -> Path:
    """The folder of a run, or a pack, by its path or by the name of its suite under runs/."""
    places = (Path(name), Path("runs") / name)
    return next((p for p in places if (p / "run.json").exists() or is_pack(p)), places[0])


def called(names: Sequence[str]) -> str:
    """These names as a shell reads them: of a run in the default place its own alone."""
    found = [(name, find_run(name)) for name in names]
    return shlex.join(
        path.name if path == Path("runs") / path.name else name for name, path in found
    )


def packs_of(sources: Sequence[Source], load: Callable[[Path], Pack] = pack_at) -> list[Pack]:
    """A pack for each suite that the sources are of, in their order; several of one suite are
    joined. load: reads one.

    Raises:
        StoreError: nothing is where one should be, or sources of one suite cannot be one table.
    """
    groups: dict[str, list[tuple[Source, Pack]]] = {}
    for source in sources:
        pack = load(source.path)
        groups.setdefault(pack.suite_name, []).append((source, pack))
    return [_one_of(group) for group in groups.values()]


def one_pack(names: Sequence[str]) -> Pack:
    """What these names stand for as one pack.

    Raises:
        SpecError: they are of several suites.
        StoreError: nothing is where one should be.
    """
    packs = packs_of(sources_of(names))
    if len(packs) > 1:
        has = ", ".join(pack.suite_name for pack in packs)
        raise SpecError(f"{called(names)} is of several suites: name one, as {PUBLISHED}:"
                        f"{packs[0].suite_name} does (has: {has})")  # fmt: skip
    return packs[0]


def _one_of(group: Sequence[tuple[Source, Pack]]) -> Pack:
    """The pack of one suite, called like the first of those that were named."""
    if len(group) == 1:
        return group[0][1]
    group = sorted(group, key=lambda one: (not one[0].published, not one[0].brought))
    mine = [source for source, _ in group if not source.published and not source.brought]
    cells = [r["cell"] for source, pack in group if source in mine for r in pack.records]
    parts = []
    for source, pack in group:
        pack = _beside(pack, cells) if source.brought and cells else pack
        own = YOURS if [source] == mine else source.origin or _mark(source.path)
        parts.append(Part(PUBLISHED if source.published else own, source.called, pack))
    named = next((pack for source, pack in group if not source.brought), group[0][1])
    return replace(joined(parts), name=named.name)


def _mark(file: Path) -> str:
    """What marks the methods of a pack: the name of its file, and never what stands for others."""
    return file.name if file.stem in (PUBLISHED, YOURS) else file.stem


def _beside(pack: Pack, cells: Sequence[Mapping[str, Any]]) -> Pack:
    """Of what a run was made against, the datasets, splits, students and seeds that the run has
    itself, so that methods are ranked over what all have."""
    asked = {
        axis: {str(cell[axis]) for cell in cells} | {"-", "teacher"}
        for axis in ("dataset", "split", "student", "seed")
    }

    def kept(cell: Mapping[str, Any]) -> bool:
        return all(str(cell[axis]) in has for axis, has in asked.items())

    rows = pack.speeds[list(AXES)].to_dict("records")
    speeds = [place for place, row in enumerate(rows) if kept(row)]
    records = [record for record in pack.records if kept(record["cell"])]
    return replace(pack, records=records, speeds=pack.speeds.iloc[speeds])
