"""The commands on a run, as `run.json` and packs remember them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tscbench.contracts.kinds import AXES
from tscbench.contracts.spec import split

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
    """Commands with the names of their files alone, whatever folders these lie in here."""

    def names(files: Sequence[str]) -> list[str]:
        return [Path(file).name for file in files]

    return [
        {**one, "plugins": names(one["plugins"]), "against": names(one["against"])}
        for one in commands
    ]


def united(*several: Sequence[Command]) -> list[Command]:
    """The commands of several runs, each once."""
    found: list[Command] = []
    for command in (command for commands in several for command in commands):
        if command not in found:
            found.append(command)
    return found


def against_of(asked: Mapping[str, Any]) -> list[str]:
    """The sources that some command on a run took cells from."""
    every = (name for one in commands_of(asked) for name in one["against"])
    return list(dict.fromkeys(every))


def plugin_files(asked: Mapping[str, Any]) -> list[str]:
    """The files with plugins of all commands on a run that are there; of one name the last."""
    every = {Path(file).name: file for one in commands_of(asked) for file in one["plugins"]}
    return [file for file in every.values() if _is_there(file)]


def _is_there(file: str) -> bool:
    """Whether a plugin file is there; one of a pack is a bare name, which is no file."""
    return Path(file).is_absolute() and Path(file).exists()


def options_of(asked: Mapping[str, Any]) -> dict[str, str]:
    """Axis options that choose what any of the commands on a run did, but for what is of plugin
    files that are not there. They may choose more: combinations that no single command named."""
    found = dict[str, str]()
    told = [
        one["options"] if all(map(_is_there, one["plugins"])) else {} for one in commands_of(asked)
    ]
    for nth, axis in enumerate(AXES):
        texts = list(dict.fromkeys(options.get(axis, "") for options in told))
        if len(texts) == 1:
            items = texts
        elif axis in ("split", "seed"):
            items = sorted({str(axes[nth]) for axes in asked["planned"].values()} - {"-"})
        else:
            every = [item for text in texts for item in split(text) or ["*"]]
            items = ["*" if item.startswith("no:") else item for item in every]
        if any(items):
            found[axis] = ",".join(dict.fromkeys(items))
    return found


def in_words(suite: str, commands: Sequence[Command]) -> str:
    """`tscbench run` with a suite and the options that chose among its cells; of several commands
    one after the other."""
    return ", then ".join(" ".join(["tscbench run", suite, *_words(one)]) for one in commands)


def _words(command: Command) -> Iterator[str]:
    for axis, text in command["options"].items():
        yield f"--{axis} {shlex.quote(text)}"
    for option, names in (("plugin", command["plugins"]), ("against", command["against"])):
        yield from (f"--{option} {shlex.quote(name)}" for name in names)
