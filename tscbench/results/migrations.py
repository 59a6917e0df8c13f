"""Packs of earlier schemas, brought to the one that is read now."""

from __future__ import annotations

import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import StoreError
from tscbench.results.pack import SCHEMA
from tscbench.results.pack_file import (
    ABOUT,
    DAMAGED,
    MANIFEST,
    NEEDED,
    json_text,
    load_pack,
    must_be_listed,
    read_json,
    why,
    write_members,
)
from tscbench.results.zip_limits import members_of, read_member

About = dict[str, Any]


def migrate(file: Path, out: Path) -> int:
    """Writes a pack as the schema has it that is read now, predictions and all, and returns the
    schema that it was of; one of the present schema stays as it is in its place.

    Raises:
        StoreError: it is no pack, or one of a later schema, or it cannot be written.
    """
    try:
        with zipfile.ZipFile(file) as zipped:
            names = members_of(zipped, NEEDED)
            members = {name: read_member(zipped, name) for name in names}
        schema = must_be_listed(members, names).schema_
        about = read_json(members[ABOUT], ABOUT)
        if not isinstance(about, dict):
            raise ValueError(f"{ABOUT} must be a table")
        for older in range(schema, SCHEMA):
            about = MIGRATIONS[older](about)
    except DAMAGED as error:
        raise StoreError(f"{file} is refused as a pack: {why(error)}") from error
    if schema == SCHEMA and out == file:
        load_pack(file)
    else:
        del members[MANIFEST]
        write_members({**members, ABOUT: json_text(about).encode()}, out)
    return schema


def _commands_apart(about: About) -> About:
    """2: the commands on a run are told part by part, and whose suite it is; before they were one
    text, in which a suite file was known by its ending."""
    told = str(about.pop("command")).split(", then ")
    suites, commands = zip(*map(_command, told), strict=True)
    home = "" if suites[0].endswith(".toml") else "tscbench"
    return {**about, "home": home, "commands": list(commands)}


def _command(text: str) -> tuple[str, dict[str, Any]]:
    """The suite and the parts of a command.

    Raises:
        ValueError: it is none of `tscbench run`.
    """
    verb, suite, *words = shlex.split(text.removeprefix("tscbench "))
    if verb != "run" or len(words) % 2:
        raise ValueError(f"{text[:80]!r} is no command of tscbench run")
    found: dict[str, Any] = {"options": {}, "plugins": [], "against": []}
    for option, value in zip(words[::2], words[1::2], strict=True):
        match option:
            case "--plugin":
                found["plugins"].append(value)
            case "--against":
                found["against"].append(value)
            case _:
                found["options"][option.removeprefix("--")] = value
    return suite, found


MIGRATIONS: dict[int, Callable[[About], About]] = {1: _commands_apart}
"""What brings what a pack says of itself from a schema to the next."""
