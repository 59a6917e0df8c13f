"""The commands on a run, as `run.json` remembers them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def commands_of(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each command on a run asked for: options, plugins and against, the last one last."""
    last = {name: asked[name] for name in ("options", "plugins", "against") if name in asked}
    return [*asked.get("earlier", ()), last]


def against_of(asked: Mapping[str, Any]) -> list[str]:
    """The sources that some command on a run took cells from."""
    every = (name for one in commands_of(asked) for name in one.get("against", ()))
    return list(dict.fromkeys(every))


def plugin_files(asked: Mapping[str, Any]) -> list[str]:
    """The files with plugins of all commands on a run that are there; of one name the last."""
    every = {Path(file).name: file for one in commands_of(asked) for file in one["plugins"]}
    return [file for file in every.values() if Path(file).exists()]


def command_of(asked: Mapping[str, Any]) -> str:
    """`tscbench run` with the suite's name, if it is an installed one, else with its file's, and
    with the options that chose among its cells; of several commands one after the other."""
    suite = asked["name"] if asked.get("home") else f"{asked['name']}.toml"
    return ", then ".join(" ".join(["tscbench run", suite, *_words(c)]) for c in commands_of(asked))


def _words(command: Mapping[str, Any]) -> Iterator[str]:
    for axis, text in command["options"].items():
        yield f"--{axis} {shlex.quote(text)}"
    for option, names in (("plugin", command["plugins"]), ("against", command.get("against", ()))):
        yield from (f"--{option} {shlex.quote(Path(name).name)}" for name in names)
