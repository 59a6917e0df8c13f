"""Probes: whether plugins load, tried in child processes and remembered until something changes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tscbench
from tscbench.contracts.places import user_cache
from tscbench.registry.entries import Entry, module_file

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
        with _child(waiting) as replies:
            for entry in waiting:
                reply = _reply(replies)
                if reply is None or "end" in reply:
                    why = _stopped(reply)
                    states[entry] = State("broken", f"{entry}: {why}")
                    break
                states[entry] = State(**reply)
    return states


def _reply(replies: queue.Queue[dict[str, Any]]) -> dict[str, Any] | None:
    """What a child says of its next plugin; None if it says nothing for too long."""
    try:
        first = replies.get(timeout=60)  # it starts, or it has begun with the next plugin
        return first if "end" in first else replies.get(timeout=seconds())
    except queue.Empty:
        return None


def _stopped(reply: dict[str, Any] | None) -> str:
    if reply is None:
        return (
            f"its import does not end within {seconds():g} s; "
            f"if it is slow and not stuck, set {SECONDS} to a larger number"
        )
    code = int(reply["end"])
    how = f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
    return f"its import ended the process {how}"


def seconds() -> float:
    """How long the import of one plugin may take."""
    try:
        return float(os.environ.get(SECONDS, 5))
    except ValueError:
        return 5.0


@contextlib.contextmanager
def _child(entries: list[Entry]) -> Iterator[queue.Queue[dict[str, Any]]]:
    """A fresh process that loads the entries in turn; its replies, and its end."""
    asked = json.dumps({"path": sys.path, "entries": [_plain(entry) for entry in entries]})
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "tscbench.registry.trial_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,
        text=True,
    )
    assert child.stdin and child.stdout
    with contextlib.suppress(OSError):
        child.stdin.write(asked)
        child.stdin.close()
    replies: queue.Queue[dict[str, Any]] = queue.Queue()
    lines = child.stdout

    def read() -> None:
        for line in lines:
            replies.put(json.loads(line))
        replies.put({"end": child.wait()})

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield replies
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        reader.join(5)
        child.stdout.close()


def _plain(entry: Entry) -> dict[str, str]:
    return {
        "kind": entry.kind,
        "name": entry.name,
        "distribution": entry.distribution,
        "version": entry.version,
        "group": entry.point.group if entry.point else "",
        "value": entry.point.value if entry.point else "",
        "file": str(entry.file or ""),
        "line": str(entry.line),
    }
