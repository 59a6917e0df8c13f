"""The evaluator makes artefacts, each at most once."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

from tscbench.contracts.errors import ContractError, StoreError
from tscbench.contracts.threads import granted
from tscbench.contracts.types import Sampler
from tscbench.line.artefact import Artefact
from tscbench.line.busy import step_watched
from tscbench.line.checkpoint import seconds_kept
from tscbench.line.predictions import facts_of
from tscbench.line.recipe import recipe_of
from tscbench.line.step import Step
from tscbench.line.steps import STEPS
from tscbench.line.store import Store
from tscbench.line.undisturbed import sums, undisturbed

MEMORY = 1 << 30
"""Bytes of values that a process keeps in memory."""


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
    the step was given. mended: keys of what was lost or damaged in the store and made again.
    doing: what is being made, or has failed to be. begun: is called with what is begun.
    """

    store: Store
    steps: Mapping[str, Step] = field(default_factory=lambda: STEPS)
    memory: int = MEMORY
    seconds: dict[str, float] = field(default_factory=dict)
    busy: dict[str, float] = field(default_factory=dict)
    mended: set[str] = field(default_factory=set)
    doing: Artefact | None = None
    begun: Callable[[Artefact], None] = lambda artefact: None
    _memory: OrderedDict[str, tuple[Any, int]] = field(default_factory=OrderedDict)
    _used: int = 0
    _sums: dict[str, dict[str, int]] = field(default_factory=dict)

    def get(self, artefact: Artefact) -> Any:
        """The value of an artefact."""
        if artefact.key in self._memory:
            self._memory.move_to_end(artefact.key)
            return self._memory[artefact.key][0]
        if artefact.stored and self.store.has(artefact.key):
            try:
                value = self.store.read(artefact.key)
            except StoreError:
                if artefact.step not in self.steps:
                    raise
                self.mended.add(artefact.key)
                return self.make(artefact)
            self.remember(artefact.key, value, self.store.size(artefact.key))
            return value
        return self.make(artefact)

    def make(self, artefact: Artefact) -> Any:
        """Makes the value now, and keeps it.

        Raises:
            StoreError: it is none of a step's, and is gone from the store.
        """
        if artefact.step not in self.steps:
            raise self.store.gone(artefact.key)
        inputs = {
            name: self.get(value) if isinstance(value, Artefact) else Lazily(value, self.get)
            for name, value in artefact.inputs.items()
        }
        outer, self.doing = self.doing, artefact
        self.begun(artefact)
        for bound in artefact.plugins.values():
            bound.load_libraries()  # once in a process, which is no time of the step
        checkpoint = self.store.checkpoint(artefact.key)
        start = time.perf_counter() - seconds_kept(checkpoint)
        n = artefact.params.get("threads", 1)
        self._sum_up(artefact, inputs)
        work, seed = replace(artefact, checkpoint=checkpoint), crc32(repr(artefact.stream).encode())
        try:
            with granted(n), step_watched() as busy, undisturbed(seed):
                value = self.steps[artefact.step].make(work, inputs)
        finally:
            changed = self._forget_changed(artefact, inputs)
        if changed:
            raise ContractError(f"changed {changed}, which others are given too; write into a copy")
        self.store.drop_checkpoint(artefact.key)
        self.seconds[artefact.key] = seconds = time.perf_counter() - start
        self.doing = outer
        if beyond := busy.beyond(n):
            self.busy[artefact.key] = beyond
        if artefact.stored:
            recipe = recipe_of(artefact, self.steps)
            facts = {"step": artefact.step, "seconds": seconds, "recipe": recipe, **_facts(value)}
            if artefact.key in self.busy:
                facts["busy_threads"] = self.busy[artefact.key]
            size = self.store.write(artefact.key, value, facts)
            self.remember(artefact.key, value, size)
        else:
            self.remember(artefact.key, value, _weight(value))
        return value

    def _sum_up(self, artefact: Artefact, inputs: Mapping[str, Any]) -> None:
        """Takes note of how inputs are that others are given too."""
        for name, parent in artefact.inputs.items():
            if isinstance(parent, Artefact) and parent.key not in self._sums:
                self._sums[parent.key] = sums(inputs[name])

    def _forget_changed(self, artefact: Artefact, inputs: Mapping[str, Any]) -> str:
        """Forgets inputs that a step has written into; returns which array that was."""
        found = ""
        for name, parent in artefact.inputs.items():
            if isinstance(parent, Artefact):
                now, before = sums(inputs[name]), self._sums[parent.key]
                if now != before:
                    found = name + next(at for at in now if now[at] != before.get(at))
                    self.forget([parent.key])
        return found

    def remember(self, key: str, value: Any, size: int) -> None:
        """Keeps a value in memory; the longest unused ones leave, this one stays."""
        self._drop(key)
        self._memory[key] = (value, size)
        self._used += size
        while len(self._memory) > 1 and self._used > self.memory:
            self._drop(next(iter(self._memory)))

    def forget(self, keys: Iterable[str]) -> None:
        """Keeps these values no longer in memory."""
        for key in keys:
            self._drop(key)
            self._sums.pop(key, None)

    def _drop(self, key: str) -> None:
        """A value that is here no more."""
        _, size = self._memory.pop(key, (None, 0))
        self._used -= size


def _facts(value: Any) -> dict[str, Any]:
    """What a value says of itself beside its file; most say nothing."""
    if isinstance(value, Sampler):
        return {"generator": facts_of(value)}
    facts = getattr(value, "facts", None)
    return dict(facts) if isinstance(facts, Mapping) else {}


def _weight(value: Any) -> int:
    return int(getattr(value, "nbytes", 1 << 24))
