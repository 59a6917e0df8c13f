"""Jobs: what is asked of a worker, and what comes of it."""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import cloudpickle

from tscbench.contracts.failures import Failure
from tscbench.contracts.kinds import Plugin
from tscbench.harness.lines import Line
from tscbench.line.artefact import Artefact, plugins_of
from tscbench.line.store import Store
from tscbench.processes import pickled


@dataclass(frozen=True)
class Job:
    """One artefact to make, or lines whose students come from one fit."""

    key: str
    store: Store
    artefact: Artefact | None = None
    lines: tuple[Line, ...] = ()

    @property
    def step(self) -> str:
        """The step that it is for."""
        return self.artefact.step if self.artefact else "student"

    @property
    def claim(self) -> str:
        """What stands for it where several processes may want it done."""
        return self.artefact.key if self.artefact else self.lines[0].fit

    @property
    def makes(self) -> list[str]:
        """The keys of what it keeps."""
        return [self.artefact.key] if self.artefact else [line.key for line in self.lines]

    @property
    def plugins(self) -> list[Plugin]:
        """The plugins whose work it is, and those that they are given as parameters."""
        made = [self.artefact] if self.artefact else [line.model for line in self.lines]
        return [plugin for artefact in made for plugin in plugins_of(artefact)]

    @property
    def log(self) -> str:
        """The name of the log of what it prints."""
        return f"{self.step}-{self.key[:16]}.log"


@dataclass(frozen=True)
class Sent:
    """A job on its way: nobody but the process that does it imports its plugins."""

    key: str
    step: str
    log: str
    body: bytes


def send(job: Job) -> Sent:
    """A job as it goes to another process."""
    body = io.BytesIO()
    _Pickler(body, protocol=5).dump(job)
    return Sent(job.key, job.step, job.log, body.getvalue())


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """Plugins are made bytes once, and from these once in each process: many jobs share them, and
    code that goes by value is slow to go."""

    def reducer_override(self, value: Any) -> Any:
        """How a value is made again."""
        if isinstance(value, Plugin):
            return _plugin, (_body(value),)
        return super().reducer_override(value)


@lru_cache(4096)
def _body(plugin: Plugin) -> bytes:
    return pickled(plugin)


@lru_cache(4096)
def _plugin(body: bytes) -> Plugin:
    plugin: Plugin = pickle.loads(body)
    return plugin


@dataclass
class Outcome:
    """What came of a job. failure: of step `step`; records: by cell id; busy: threads by key, where
    they are more than the step was given; mended: keys of what the store had lost."""

    key: str
    seconds: dict[str, float] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    failure: Failure | None = None
    step: str = "student"
    busy: dict[str, float] = field(default_factory=dict)
    mended: set[str] = field(default_factory=set)
