"""The commands on a run, as `run.json` and packs remember them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tscbench.contracts.kinds import AXES
from tscbench.results.published import is_published

Command = Mapping[str, Any]
"""What a command on a run asked for: its axis `options`, its `plugins` files, and what it took
cells from, `against`."""

NOTHING: Command = {"options": {}, "plugins": [], "against": []}


def commands_of(asked: Mapping[str, Any]) -> list[Command]:
    """The commands that `run.json` remembers, the last one last."""
    every = [*asked.get("earlier", ()), asked]
    return [{name: one.get(name, empty) for name, empty in NOTHING.items()} for one in every]


def remembered(commands: Sequence[Command]) -> dict[str, Any]:
    """What `run.json` says of commands."""
    return {"earlier": list(commands[:-1]), **commands[-1]}


def bare(commands: Sequence[Command]) -> list[Command]:
    """Commands with the names of their files alone, whatever folders these lie in here, and with
    options on one line; each once."""

    def names(files: Sequence[str]) -> list[str]:
        return [Path(file).name for file in files]

    return united(
        [
            {
                "options": {axis: " ".join(x.splitlines()) for axis, x in one["options"].items()},
                "plugins": names(one["plugins"]),
                "against": names(one["against"]),
            }
            for one in commands
        ]
    )


def united(*several: Sequence[Command]) -> list[Command]:
    """The commands of several runs, each once."""
    found: list[Command] = []
    for command in (command for commands in several for command in commands):
        if command not in found:
            found.append(command)
    return found


def against_of(asked: Mapping[str, Any]) -> list[str]:
    """The sources that some command on a run took cells from; one of which a pack has told is there
    only if it is published."""
    every = (name for one in commands_of(asked) for name in one["against"])
    return [name for name in dict.fromkeys(every) if is_published(name) or Path(name).is_absolute()]


def plugin_files(asked: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The files with plugins of all commands on a run that are there, and the names of those that
    are not; where a later command names one of the same name, that one alone. Those of a pack are
    bare names, which are no files."""
    found: dict[str, list[str]] = {}
    for command in commands_of(asked):
        own: dict[str, list[str]] = {}
        for file in command["plugins"]:
            own.setdefault(Path(file).name, []).append(file)
        found |= own
    every = [file for files in found.values() for file in files]
    there = [file for file in every if Path(file).is_absolute() and Path(file).exists()]
    return there, [Path(file).name for file in every if file not in there]


def in_words(suite: str, commands: Sequence[Command]) -> str:
    """`tscbench run` with a suite and the options that chose among its cells; of several commands
    one after the other."""
    run = f"tscbench run {shlex.quote(suite)}"
    return ", then ".join(" ".join([run, *_words(one)]) for one in commands)


def _words(command: Command) -> Iterator[str]:
    for axis in (axis for axis in AXES if axis in command["options"]):
        yield f"--{axis} {shlex.quote(command['options'][axis])}"
    for option, names in (("plugin", command["plugins"]), ("against", command["against"])):
        yield from (f"--{option} {shlex.quote(name)}" for name in names)
