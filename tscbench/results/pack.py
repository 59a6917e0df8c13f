"""A pack: all that is known of a run, from its folder or from files that were published."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from tscbench.contracts.errors import StoreError
from tscbench.contracts.kinds import AXES
from tscbench.results.commands import NOTHING, Command, in_words
from tscbench.results.frames import SPEEDS, scores_in

SCHEMA = 2
"""The layout of packs. Earlier files are brought to it by `tscbench migrate`; see `migrations`."""

LOCK = "lock.json"
ABOUT, CELLS, SPEEDS_FILE, SUITE = "about.json", "cells.parquet", "speeds.parquet", "suite.toml"


@dataclass(frozen=True, eq=False)
class Pack:
    """A run as boards and pages show it.

    name: names its folder; title: its question. home: the distribution whose suite it is, "" of a
    file. commands: what was asked for, its files by their bare names. suite: the text of the suite
    file. records: one mapping a cell, in the order of their axes. speeds: as `Run.speeds` gives
    them. lower: the metrics that are better where they are less. plugins: what is known of the
    plugins, by "kind/name": docstring, source, parameters, bibtex. data: what is known of the
    datasets, by label: rows, columns, classes, test, and source where several are of one. origins:
    of several packs made one, where each arm comes from, by `arm_of`. lock: digests of the suite,
    its datasets and splits.
    """

    name: str
    title: str
    headline: str
    home: str
    commands: Sequence[Command]
    suite: str
    records: Sequence[Mapping[str, Any]]
    speeds: pd.DataFrame
    notices: Sequence[str] = ()
    lower: Sequence[str] = ()
    plugins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    data: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    lock: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """What its records score; see `scores_in`."""
        return scores_in(self.records)

    @cached_property
    def suite_says(self) -> dict[str, Any]:
        """What the suite file says; nothing where it does not read."""
        try:
            return tomllib.loads(self.suite)
        except tomllib.TOMLDecodeError:
            return {}

    @property
    def suite_name(self) -> str:
        """What its suite is called, whatever its folder is."""
        return str(self.suite_says.get("name", self.name))

    @property
    def command(self) -> str:
        """What makes it again, such as `tscbench run quick --seed 0`."""
        return in_words(self._runs, self.commands)

    @property
    def bare_command(self) -> str:
        """What runs its suite, with the plugin files that it had and no other option."""
        files = dict.fromkeys(name for one in self.commands for name in one["plugins"])
        return in_words(self._runs, [{**NOTHING, "plugins": list(files)}])

    @property
    def _runs(self) -> str:
        """What a command line calls its suite."""
        return self.suite_name if self.home else f"{self.suite_name}.toml"

    @property
    def sources(self) -> dict[str, str]:
        """The datasets that share their source with others here, by label: see `Sources`."""
        return {label: about["source"] for label, about in self.data.items() if "source" in about}


OWN_FILES = ("records", "speeds", "suite", "lock")
TEXTS = [f.name for f in fields(Pack) if f.name not in OWN_FILES]


def axes_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """A record's cell as text, in the order of `AXES`."""
    return tuple(str(record["cell"][axis]) for axis in AXES)


def save_pack(pack: Pack, folder: Path) -> list[Path]:
    """Writes a pack as files that any tool reads, parquet and JSON; `load_pack` reads them. The
    same pack gives the same tables."""
    folder.mkdir(parents=True, exist_ok=True)
    records = sorted(pack.records, key=axes_of)
    cells = pd.DataFrame([axes_of(record) for record in records], columns=list(AXES))
    texts = [json.dumps(record, ensure_ascii=False, sort_keys=True) for record in records]
    cells["record"] = pd.Series(texts, dtype=str)
    cells.to_parquet(folder / CELLS, index=False)
    speeds = pack.speeds.reindex(columns=list(SPEEDS)).astype(SPEEDS)
    order = [*AXES, "batch", "hardware"]
    speeds.sort_values(order, kind="stable").to_parquet(folder / SPEEDS_FILE, index=False)
    about = {"schema": SCHEMA, **{name: getattr(pack, name) for name in TEXTS}}
    write_text(folder / ABOUT, json.dumps(about, indent=1, ensure_ascii=False, sort_keys=True))
    write_text(folder / SUITE, pack.suite)
    write_text(folder / LOCK, json.dumps(pack.lock, indent=1, sort_keys=True))
    return sorted(folder / name for name in (ABOUT, CELLS, LOCK, SPEEDS_FILE, SUITE))


def write_text(path: Path, text: str) -> None:
    """Writes text that ends with one newline, the same on every system."""
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def is_pack(path: Path) -> bool:
    """Whether a folder holds a pack, or a file may be one."""
    return path.is_file() or (path / ABOUT).is_file()


def load_pack(folder: Path) -> Pack:
    """A pack in one file, or as `save_pack` has written it.

    Raises:
        StoreError: it is none, or a part of it does not read.
    """
    if not folder.exists():
        raise StoreError(f"{folder} holds no pack: nothing is there")
    if (folder / "run.json").is_file():
        raise StoreError(f"{folder} is a run, no pack: make one of it with tscbench pack {folder}")
    if folder.is_file():
        from tscbench.results.pack_file import read_pack_file

        return read_pack_file(folder)
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        if (schema := about.get("schema")) != SCHEMA:
            raise ValueError(f"it is of schema {schema}, and schema {SCHEMA} is read here")
        records = pd.read_parquet(folder / CELLS)["record"].map(json.loads).tolist()
        return Pack(
            **{name: about[name] for name in TEXTS},
            suite=(folder / SUITE).read_text(encoding="utf-8"),
            lock=json.loads((folder / LOCK).read_text(encoding="utf-8")),
            records=records,
            speeds=pd.read_parquet(folder / SPEEDS_FILE),
        )
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"{folder} holds no pack: {type(error).__name__}: {error}") from error
