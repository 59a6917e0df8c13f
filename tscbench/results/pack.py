"""A pack: all that is known of a run, from its folder or from one file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from tscbench.contracts.kinds import AXES
from tscbench.results.commands import NOTHING, Command, in_words
from tscbench.results.frames import scores_in

SCHEMA = 2
"""The layout of packs. Earlier files are brought to it by `tscbench migrate`; see `migrations`."""


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


def is_pack(path: Path) -> bool:
    """Whether a file may be a pack; a run is a folder."""
    return path.is_file()
