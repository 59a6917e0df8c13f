"""The evaluator makes artefacts, each at most once."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tscbench.contracts.errors import StoreError
from tscbench.contracts.threads import granted
from tscbench.contracts.types import Sampler
from tscbench.line.artefact import Artefact
from tscbench.line.busy import step_watched
from tscbench.line.predictions import facts_of
from tscbench.line.step import Step
from tscbench.line.steps import STEPS
from tscbench.line.store import Store


@dataclass(frozen=True)
class Lazily(Sequence[Any]):
    """Several inputs, each fetched when it is looked at: fold teachers can be large."""

    artefacts: tuple[Artefact, ...]
    get: Callable[[Artefact], Any]

    def __len__(self) -> int:
        return len(self.artefacts)

    def __getitem__(self, index: Any) -> Any:
        return self.get(self.artefacts[index])


@dataclass
class Evaluator:
    """Makes artefacts, or takes them from memory or the store. One per process.

    steps: by name. memory: bytes of values kept in memory. seconds: per key, of what was made here
    since they were last cleared. busy: per key, the threads that were busy, where that is more than
    the step was given.
    doing: what is being made, or has failed to be.
    """

    store: Store
    steps: Mapping[str, Step] = field(default_factory=lambda: STEPS)
    memory: int = 1 << 30
    seconds: dict[str, float] = field(default_factory=dict)
    busy: dict[str, float] = field(default_factory=dict)
    doing: Artefact | None = None
    _memory: OrderedDict[str, tuple[Any, int]] = field(default_factory=OrderedDict)

    def get(self, artefact: Artefact) -> Any:
        """The value of an artefact."""
        if artefact.key in self._memory:
            self._memory.move_to_end(artefact.key)
            return self._memory[artefact.key][0]
        if artefact.stored and self.store.has(artefact.key):
            try:
                value = self.store.read(artefact.key)
            except (StoreError, FileNotFoundError):
                if artefact.step not in self.steps:
                    raise
                return self.make(artefact)
            self.remember(artefact.key, value, self.store.path(artefact.key).stat().st_size)
            return value
        return self.make(artefact)

    def make(self, artefact: Artefact) -> Any:
        """Makes the value now, and keeps it."""
        inputs = {
            name: self.get(value) if isinstance(value, Artefact) else Lazily(value, self.get)
            for name, value in artefact.inputs.items()
        }
        outer, self.doing = self.doing, artefact
        for bound in artefact.plugins.values():
            bound.load_libraries()  # once in a process, which is no time of the step
        start = time.perf_counter()
        checkpoint = self.store.checkpoint(artefact.key)
        n = artefact.params.get("threads", 1)
        with granted(n), step_watched() as busy:
            value = self.steps[artefact.step].make(replace(artefact, checkpoint=checkpoint), inputs)
        self.store.drop_checkpoint(artefact.key)
        self.seconds[artefact.key] = seconds = time.perf_counter() - start
        self.doing = outer
        if beyond := busy.beyond(n):
            self.busy[artefact.key] = beyond
        if artefact.stored:
            facts = {"step": artefact.step, "seconds": seconds, **_facts(value)}
            if artefact.key in self.busy:
                facts["busy_threads"] = self.busy[artefact.key]
            size = self.store.write(artefact.key, value, facts)
            self.remember(artefact.key, value, size)
        else:
            self.remember(artefact.key, value, _weight(value))
        return value

    def remember(self, key: str, value: Any, size: int) -> None:
        """Keeps a value in memory; the longest unused ones leave, this one stays."""
        self._memory[key] = (value, size)
        self._memory.move_to_end(key)
        while len(self._memory) > 1 and sum(s for _, s in self._memory.values()) > self.memory:
            self._memory.popitem(last=False)

    def forget(self, keys: Iterable[str]) -> None:
        """Keeps these values no longer in memory."""
        for key in keys:
            self._memory.pop(key, None)


def _facts(value: Any) -> dict[str, Any]:
    """What a value says of itself beside its file; most say nothing."""
    if isinstance(value, Sampler):
        return {"generator": facts_of(value)}
    facts = getattr(value, "facts", None)
    return dict(facts) if isinstance(facts, Mapping) else {}


def _weight(value: Any) -> int:
    return int(getattr(value, "nbytes", 1 << 24))
