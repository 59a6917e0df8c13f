"""Plugins in fresh processes, whose texts hash otherwise.

What takes long, and is the same for every plugin, is done once: a process for each hash seed loads
the libraries, and forks itself for each plugin, which so finds nothing that another one left.
"""

from __future__ import annotations

import atexit
import json
import os
import pickle
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Any

from tscbench.line.threads import environment, threads
from tscbench.processes import Child, Ended
from tscbench.registry import PYTHON, Bound
from tscbench.testing.data import make
from tscbench.testing.digest import digest
from tscbench.testing.failure import say
from tscbench.testing.fixture import fixture
from tscbench.testing.trial import try_once

HASH_SEEDS = ("3", "11", "50")
"""With these it is rare that `hash(text) % n` comes out alike in all of them."""

LIBRARIES = ("scipy.stats", "sklearn.ensemble", "torch", "torch._dynamo", "tscbench.nn")
"""Those of them that are loaded here are loaded there before the fork."""

FORKS = sys.platform != "darwin"
"""Whether a process may be forked that has loaded libraries; else it serves one plugin and ends."""


@dataclass(frozen=True)
class Job:
    """A plugin and the tiny data that it is to be tried on."""

    bound: Bound
    data: str
    offline: bool = True


@dataclass(frozen=True)
class Reply:
    """The digest of what a plugin gave in a fresh process, or what went wrong there."""

    digest: str = ""
    error: str = ""


def in_fresh_processes(job: Job) -> list[Reply]:
    """What a job gives in each of two fresh processes, side by side."""
    here = os.environ.get("PYTHONHASHSEED", HASH_SEEDS[0])
    seeds = [seed for seed in HASH_SEEDS if seed != here][:2]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda seed: in_fresh_process(job, seed), seeds))


def in_fresh_process(job: Job, hash_seed: str = "1") -> Reply:
    """What a job gives in a fresh process with this hash seed."""
    try:
        sent = _pickled(job)
    except Exception as error:
        return Reply(error=f"it cannot be sent there ({say(error)})")
    environment = _surroundings(hash_seed)
    loaded = [name for name in LIBRARIES if name in sys.modules]
    with _LOCKS[hash_seed]:
        server = _SERVERS.get(hash_seed)
        if server is None or not server.alive:
            server = _SERVERS[hash_seed] = Child(environment)
        try:
            where = str(Path.cwd()), environment, sent
            called = partial(_in_a_fork, loaded) if FORKS else _tried
            return Reply(**server.call(called, *where))
        except Ended:
            return _ended(b"")
        finally:
            if not FORKS:
                server.end()


_SERVERS: dict[str, Child] = {}
_LOCKS: defaultdict[str, Lock] = defaultdict(Lock)


@atexit.register
def _end_all() -> None:
    """Nobody asks them any more."""
    for server in _SERVERS.values():
        server.end()


def _surroundings(hash_seed: str) -> dict[str, str]:
    """One thread, and texts that hash otherwise than here."""
    return {**os.environ, **environment(1), "PYTHONHASHSEED": hash_seed}


def _ended(said: bytes) -> Reply:
    last = said.decode(errors="replace").strip().splitlines() or ["nothing was said"]
    return Reply(error=f"the process ended ({last[-1]})")


def _pickled(job: Job) -> bytes:
    """A job as bytes. Functions handed over from Python go by value: a test's module, or a
    notebook's, is not found by its name in another process."""
    import cloudpickle

    handed = [bound.plugin for bound in _within(job.bound) if bound.plugin.origin == PYTHON]
    modules = {plugin.function.__module__ for plugin in handed} & set(sys.modules)
    added = modules - {*cloudpickle.list_registry_pickle_by_value(), "__main__"}
    for name in added:
        cloudpickle.register_pickle_by_value(sys.modules[name])
    try:
        return bytes(cloudpickle.dumps((job.bound, job.data, job.offline)))
    finally:
        for name in added:
            cloudpickle.unregister_pickle_by_value(sys.modules[name])


def _within(bound: Bound) -> Iterator[Bound]:
    """A bound plugin and those among its parameters."""
    yield bound
    for value in bound.params.values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Bound):
                yield from _within(item)


def _in_a_fork(libraries: list[str], *asked: Any) -> dict[str, str]:
    """What comes of a job in a copy of this process, which stays fresh itself."""
    for library in libraries:
        import_module(library)
    with TemporaryFile() as told, TemporaryFile() as said:
        if process := os.fork():
            os.waitpid(process, 0)
            told.seek(0)
            said.seek(0)
            reply = told.read()
            return dict(json.loads(reply)) if reply else asdict(_ended(said.read()))
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        try:
            told.write(json.dumps(_tried(*asked)).encode())
            told.flush()
        finally:
            os._exit(0)


def _tried(folder: str, environment: dict[str, str], job: bytes) -> dict[str, str]:
    """What comes of a job in this process, which is then fresh no more."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    try:
        bound, data, offline = pickle.loads(job)
        tiny = make(data)
        with threads(1):
            attempt = try_once(bound, tiny, fixture(bound, tiny, 0, offline), 0)
    except Exception as error:
        return {"error": f"the process ended ({say(error)})"}
    if attempt.error is not None:
        return {"error": say(attempt.error)}
    return {"digest": digest(attempt.answer)}
