"""Plugins in fresh processes, whose texts hash otherwise; `python -m` runs `main` there."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from tscbench.line.threads import environment, threads
from tscbench.registry import Bound
from tscbench.testing.data import make
from tscbench.testing.digest import digest
from tscbench.testing.failure import say
from tscbench.testing.fixture import fixture
from tscbench.testing.trial import try_once

HASH_SEEDS = ("3", "11", "50")
"""With these it is rare that `hash(text) % n` comes out alike in all of them."""


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
        return [reply for [reply] in pool.map(lambda s: in_fresh_process([job], s), seeds)]


def in_fresh_process(jobs: list[Job], hash_seed: str = "1") -> list[Reply]:
    """What each job gives in a fresh process, one after the other."""
    try:
        sent = _pickled(jobs)
    except Exception as error:
        return [Reply(error=f"it cannot be sent there ({say(error)})")] * len(jobs)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tscbench.testing.fresh"],
        input=sent,
        capture_output=True,
        env=_surroundings(hash_seed),
    )
    replies = [Reply(**json.loads(line)) for line in done.stdout.splitlines()]
    said = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing was said"]
    ended = Reply(error=f"the process ended ({said[-1]})")
    return replies + [ended] * (len(jobs) - len(replies))


def _surroundings(hash_seed: str) -> dict[str, str]:
    """One thread, the same path, and texts that hash otherwise than here."""
    more = {
        "PYTHONHASHSEED": hash_seed,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    return {**os.environ, **environment(1), **more}


def _pickled(jobs: list[Job]) -> bytes:
    """Jobs as bytes. Functions handed over from Python go by value: a test's module, or a
    notebook's, is not found by its name in another process."""
    import cloudpickle

    handed = [b.plugin for job in jobs for b in _within(job.bound) if b.plugin.origin == "python"]
    modules = {plugin.function.__module__ for plugin in handed} & set(sys.modules)
    added = modules - {*cloudpickle.list_registry_pickle_by_value(), "__main__"}
    for name in added:
        cloudpickle.register_pickle_by_value(sys.modules[name])
    try:
        return bytes(cloudpickle.dumps([(job.bound, job.data, job.offline) for job in jobs]))
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


def main() -> None:
    """Reads jobs, and says for each the digest or what went wrong."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a plugin prints is no reply
    for bound, data, offline in pickle.load(sys.stdin.buffer):
        tiny = make(data)
        with threads(1):
            attempt = try_once(bound, tiny, fixture(bound, tiny, 0, offline), 0)
        error = attempt.error
        reply = Reply(digest(attempt.answer)) if error is None else Reply(error=say(error))
        print(json.dumps(asdict(reply)), file=replies, flush=True)


if __name__ == "__main__":
    main()
