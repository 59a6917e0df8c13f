"""Whether plugins load, tried in child processes and remembered until something changes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import tscbench
from tscbench.contracts.errors import TscbenchError
from tscbench.contracts.places import user_cache
from tscbench.processes import Child, Ended, Limits
from tscbench.registry.entries import Entry, module_file
from tscbench.registry.load import load

SECONDS = "TSCBENCH_IMPORT_SECONDS"


@dataclass(frozen=True)
class State:
    """state: "ok", "broken" or "ambiguous"; cause: one sentence; trace: the plugin's traceback."""

    state: str
    cause: str = ""
    trace: str = ""


def try_imports(entries: Iterable[Entry]) -> Mapping[Entry, State]:
    """The state of each entry. Only what is not remembered is imported, in a process of its own for
    each distribution."""
    states: dict[Entry, State] = {}
    homes: dict[tuple[str, str], list[Entry]] = {}
    remembered, keys = _remembered(), {}
    package, surroundings = cache(_package), _surroundings()
    for entry in entries:
        if entry.trouble:
            states[entry] = State("broken", f"{entry}: {entry.trouble}")
        elif entry.function is not None:
            states[entry] = State("ok")
        else:
            keys[entry] = key = _key(entry, package, surroundings)
            states[entry] = State(**remembered[key]) if key in remembered else State("new")
            if key not in remembered:
                homes.setdefault((entry.distribution, str(entry.file)), []).append(entry)
    if homes:
        with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
            for found in pool.map(_try, homes.values()):
                states |= found
        _remember({keys[e]: asdict(s) for e, s in states.items() if e in keys})
    return states


def _key(entry: Entry, package: Callable[[str], str], surroundings: str) -> str:
    """Everything that an import depends on: its files, and which distributions are installed."""
    value = entry.point.value if entry.point else entry.name
    if entry.point is not None:
        files = package(entry.point.module.partition(".")[0])
    else:
        files = _content([Path(entry.file or "")])
    parts = [entry.kind, entry.qualified, entry.version, value, files, surroundings]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _package(top: str) -> str:
    """A digest of the sources of a package."""
    file = module_file(top)
    if file is None:
        return "absent"
    return _content(sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file])


def _content(files: Iterable[Path]) -> str:
    hasher = hashlib.blake2b(digest_size=16)
    for file in files:
        with contextlib.suppress(OSError):
            hasher.update(str(file).encode() + file.read_bytes())
    return hasher.hexdigest()


def _surroundings() -> str:
    """Names and versions of what is installed, as the folders of sys.path tell."""
    found = set()
    for folder in sys.path:
        with contextlib.suppress(OSError):
            found |= {item.name for item in Path(folder).iterdir() if item.name.endswith("-info")}
    limit = os.environ.get(SECONDS, "")
    return "\0".join([sys.version, tscbench.__version__, limit, *sorted(found)])


def _cache_file() -> Path:
    return user_cache() / "plugins.json"


def _remembered() -> dict[str, dict[str, str]]:
    try:
        return dict(json.loads(_cache_file().read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _remember(states: Mapping[str, dict[str, str]]) -> None:
    """Adds to the cache, the newest last; where it cannot be written nothing is remembered."""
    kept = dict(list({**_remembered(), **states}.items())[-2000:])
    file = _cache_file()
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as part:
            json.dump(kept, part)
        Path(name).replace(file)


def _try(entries: list[Entry]) -> dict[Entry, State]:
    """Loads the entries of one distribution, in one child as long as they let it live."""
    states: dict[Entry, State] = {}
    while waiting := [entry for entry in entries if entry not in states]:
        with Child() as child:
            for entry in waiting:
                try:
                    states[entry] = child.call(_loaded, entry, limits=Limits(seconds()))
                except Ended as ended:
                    states[entry] = State("broken", f"{entry}: {_stopped(ended)}")
                    break
    return states


def _loaded(entry: Entry) -> State:
    """How the import of a plugin goes in this process."""
    try:
        load(entry)
    except TscbenchError as error:
        return State("broken", str(error), getattr(error, "trace", ""))
    return State("ok")


def _stopped(ended: Ended) -> str:
    if ended.status != "timeout":
        return f"its import {ended}"
    return (
        f"its import does not end within {seconds():g} s; "
        f"if it is slow and not stuck, set {SECONDS} to a larger number"
    )


def seconds() -> float:
    """How long the import of one plugin may take."""
    try:
        return float(os.environ.get(SECONDS, 5))
    except ValueError:
        return 5.0
