"""What a job may take: the command line says it, else its suite and its plugins."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tscbench.contracts.amounts import amount
from tscbench.contracts.kinds import Plugin
from tscbench.processes import Limits

DEFAULT_SECONDS = 6 * 3600.0
"""How long a step may take where nobody says otherwise: a night is not lost on one of them."""

ANY = float("inf")

STORE = 50 << 30
"""Bytes that a store holds after a run where nobody says otherwise."""


@dataclass(frozen=True)
class Allowance:
    """What a step of a run may take, in seconds and bytes. A plugin may have said that it takes
    more than the suite allows; `binding` names what the command line has said, which is final."""

    seconds: float = DEFAULT_SECONDS
    memory: float = ANY
    binding: frozenset[str] = frozenset()

    def bound(self, seconds: float | str | None, memory: float | str | None) -> Allowance:
        """The same, with amounts that are final where they are given."""
        given = {"seconds": seconds, "memory": memory}
        said = {name: amount(value) for name, value in given.items() if value is not None}
        return replace(self, **said, binding=frozenset(said))

    def of(self, plugins: Iterable[Plugin]) -> Limits:
        """The limits of a job whose own work is that of these plugins."""
        asked = list(plugins)
        seconds = self._most("seconds", self.seconds, asked)
        memory = self._most("memory", self.memory, asked)
        return Limits(
            seconds=None if seconds == ANY else seconds,
            memory=None if memory == ANY else int(memory),
        )

    def _most(self, what: str, general: float, plugins: list[Plugin]) -> float:
        if what in self.binding:
            return general
        return max(general, *(plugin.resources.get(what, 0.0) for plugin in plugins), 0.0)


def wanted(plugins: Iterable[Plugin]) -> dict[str, float]:
    """What a worker of a cluster must have for these plugins, by name, such as GPU."""
    most: dict[str, float] = {}
    for plugin in plugins:
        for name, value in plugin.resources.items():
            if name not in ("seconds", "memory"):
                most[name] = max(value, most.get(name, 0.0))
    return most


def store_limit() -> int:
    """Bytes the store may hold after a run: `TSCBENCH_STORE_LIMIT` in GiB, or 50."""
    given = os.environ.get("TSCBENCH_STORE_LIMIT")
    return int(float(given) * (1 << 30)) if given else STORE
