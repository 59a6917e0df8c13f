"""Plugins are checked in a process of its own, as one of them may end it, or not end."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from tscbench.contracts.errors import TscbenchError
from tscbench.contracts.failures import short
from tscbench.processes import Child, Ended, Limits
from tscbench.processes import tell as tell_caller
from tscbench.testing.cases import Outcome, select
from tscbench.testing.find import Found, find
from tscbench.testing.fresh import HASH_SEEDS
from tscbench.testing.report import Report, run_checks

Tell = Callable[[Found, str], None]


@dataclass(frozen=True)
class Asked:
    """What `tscbench check` was asked for; see there. seconds: how long one check may take."""

    names: tuple[str, ...]
    kind: str | None
    expression: str
    plugins: tuple[str, ...]
    offline: bool
    seconds: float = 300.0

    def found(self) -> list[Found]:
        """The plugins that it means.

        Raises:
            SpecError, PluginError: see `find`.
        """
        extra = [Path(plugin) for plugin in self.plugins]
        return [one for name in self.names for one in find(name, self.kind, extra)]


@dataclass
class Begun:
    """How far the checks of a plugin are: the one that has begun, and the outcomes so far."""

    check: str = "works"
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)


def tried(asked: Asked, found: list[Found], tell: Tell) -> Iterator[Report | TscbenchError]:
    """The report of each plugin that was found, or why it does not load, as they end. One that ends
    its process, or takes too long, is reported so, and the next one has another.

    tell: called with the plugin and the name of the check that begins.
    """
    same_each_time = {"PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", HASH_SEEDS[0])}
    n_done = 0
    while n_done < len(found):
        with tempfile.TemporaryFile() as said, Child(same_each_time, said) as child:
            while n_done < len(found) and child.alive:
                yield _report(child, asked, found[n_done], n_done, tell, said)
                n_done += 1


def _report(
    child: Child, asked: Asked, one: Found, number: int, tell: Tell, said: BinaryIO
) -> Report | TscbenchError:
    begun = Begun()

    def hear(told: tuple[str, dict[str, Outcome]]) -> None:
        begun.check, begun.outcomes = told
        tell(one, begun.check)

    try:
        limits = Limits(asked.seconds)
        came: Report | TscbenchError = child.call(_came_of, asked, number, limits=limits, tell=hear)
    except Ended as ended:
        return _ended(one, begun, ended, said)
    return came


def _ended(one: Found, begun: Begun, ended: Ended, said: BinaryIO) -> Report:
    said.seek(0)
    last = said.read()[-4000:].decode(errors="replace")
    entry = one.entry
    cure = "--timeout gives it longer" if ended.status == "timeout" else "raise an error instead"
    came = f"it {ended}, so that no other check is tried; {cure}"
    failed = Outcome("failed", came, short(entry.place), last)
    outcomes = {**begun.outcomes, begun.check: failed}
    seconds = time.perf_counter() - begun.started
    return Report(entry.kind, entry.name, entry.name, outcomes, seconds)


_found = lru_cache(Asked.found)


def _came_of(asked: Asked, number: int) -> Report | TscbenchError:
    """What comes of a plugin in this process."""
    return came_of(_found(asked)[number], asked, lambda *begun: tell_caller(begun))


def came_of(
    one: Found, asked: Asked, tell: Callable[[str, Mapping[str, Outcome]], None]
) -> Report | TscbenchError:
    """The report of a plugin, or why it does not load; either way the next one has its turn."""
    select(asked.expression)
    try:
        bound = one.bound()
    except TscbenchError as error:
        return error
    return run_checks(
        bound,
        selection=asked.expression,
        registry=one.registry,
        offline=asked.offline,
        tell=tell,
    )
