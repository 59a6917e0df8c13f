"""A run as a pack."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import StoreError
from tscbench.results.commands import bare, commands_of
from tscbench.results.pack import Pack, axes_of, is_pack
from tscbench.results.pack_file import load_pack
from tscbench.results.run import Run


def pack_at(path: Path) -> Pack:
    """The pack at a path, or that of the run there.

    Raises:
        StoreError: neither is there.
    """
    return load_pack(path) if is_pack(path) else pack_of(Run(path))


def pack_of(run: Run) -> Pack:
    """A run as a pack, without what is known of its plugins and data but for shared sources.

    Raises:
        StoreError: the folder holds no run, or one of an earlier version.
    """
    asked = run.asked()
    if "lower" not in asked:
        raise StoreError(
            f"{run.folder} was written by an earlier version: issue its run command again, which "
            "keeps what is finished and notes what is missing here"
        )
    suite = _read(asked["suite"])
    records = sorted(run.records(), key=axes_of)
    datasets = {str(record["cell"]["dataset"]) for record in records}
    return Pack(
        name=run.folder.resolve().name,
        title=suite.get("title") or f"Suite {asked['name']}",
        headline=asked["headline"],
        home=asked.get("home", ""),
        commands=bare(commands_of(asked)),
        suite=asked["suite"],
        records=records,
        speeds=run.speeds(),
        notices=tuple(asked.get("notices", ())),
        lower=tuple(asked["lower"]),
        data={
            name: {"source": source}
            for name, source in sources_of(suite.get("same_source", ()), datasets).items()
        },
    )


def sources_of(groups: Iterable[Sequence[str]], datasets: Iterable[str]) -> dict[str, str]:
    """The sources of those datasets that share one. groups: what a suite says as `same_source`.

    >>> sources_of([["magic", "magic_authors"], ["higgs", "higgs_1k"]], ["magic_authors", "magic"])
    {'magic': 'magic + magic_authors', 'magic_authors': 'magic + magic_authors'}
    """
    there = set(datasets)
    shared = [[name for name in group if name in there] for group in groups]
    return {name: " + ".join(group) for group in shared if len(group) > 1 for name in group}


def _read(suite: str) -> dict[str, Any]:
    try:
        return tomllib.loads(suite)
    except tomllib.TOMLDecodeError:
        return {}
