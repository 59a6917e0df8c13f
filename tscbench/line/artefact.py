"""Artefacts: what a step makes, named by everything that determines it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from tscbench.contracts.kinds import Plugin
from tscbench.line.keys import digest, plugin_key
from tscbench.registry import Bound

Inputs: TypeAlias = "Mapping[str, Artefact | tuple[Artefact, ...]]"


@dataclass(frozen=True, eq=False)
class Artefact:
    """What a step makes from its inputs, and the key that says everything which determines it.

    plugins: bound plugins by kind. params: plain values that enter the key. stream: names the
    step's random numbers. stored: whether the value rests in the store, or is made again wherever
    it is needed. checkpoint: where the step may keep what it has, while it is at work. content: a
    digest of the value, where that is known; what is made from it is named by it.
    """

    step: str
    key: str
    inputs: Inputs
    plugins: Mapping[str, Bound] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    stream: tuple[str | int, ...] = ()
    stored: bool = True
    checkpoint: Path | None = None
    content: str = ""

    @property
    def name(self) -> str:
        """What stands for it in the keys of others."""
        return self.content or self.key

    def parents(self) -> Iterator[Artefact]:
        """The artefacts that it is made from."""
        for value in self.inputs.values():
            if isinstance(value, Artefact):
                yield value
            else:
                yield from value

    def behind(self) -> dict[str, Artefact]:
        """Itself, and all that it is made from, by key; what is made before what it is made of."""
        by_key: dict[str, Artefact] = {}
        todo = [self]
        while todo:
            one = todo.pop()
            if one.key not in by_key:
                by_key[one.key] = one
                todo += one.parents()
        return by_key


def plugins_behind(artefact: Artefact) -> list[Plugin]:
    """The plugins whose code may run when this is made: its own, those that they are given as
    parameters, and those of all that it is made from."""
    by_name: dict[str, Plugin] = {}
    for one in artefact.behind().values():
        by_name |= {f"{plugin.kind} {plugin.name}": plugin for plugin in plugins_of(one)}
    return list(by_name.values())


def plugins_of(artefact: Artefact) -> list[Plugin]:
    """An artefact's own plugins, and those that they are given as parameters."""
    return [plugin for bound in artefact.plugins.values() for plugin in _nested(bound)]


def _nested(bound: Bound) -> Iterator[Plugin]:
    yield bound.plugin
    for value in bound.params.values():
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, Bound):
                yield from _nested(inner)


def artefact(
    step: str,
    inputs: Inputs,
    plugins: Mapping[str, Bound] | None = None,
    params: Mapping[str, Any] | None = None,
    stream: tuple[str | int, ...] = (),
    *,
    version: int = 1,
    stored: bool = True,
) -> Artefact:
    """An artefact with its key: a digest of the step, its version, plugins, parameters, stream and
    the keys of its inputs."""
    plugins, params = plugins or {}, params or {}
    key = digest(
        {
            "step": step,
            "version": version,
            "plugins": {kind: plugin_key(bound) for kind, bound in plugins.items()},
            "params": params,
            "stream": stream,
            "inputs": {
                name: value.name if isinstance(value, Artefact) else [v.name for v in value]
                for name, value in inputs.items()
            },
        }
    )
    return Artefact(step, key, inputs, plugins, params, stream, stored)
