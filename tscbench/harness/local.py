"""Local processes as an executor: fresh interpreters with a fixed number of threads each."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

from tscbench.harness.work import begin_worker
from tscbench.line.threads import environment


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def local(
    jobs: int, threads: int, progress_folder: Path | None = None, logs: Path | None = None
) -> Callable[[], Executor]:
    """A function that starts `jobs` worker processes, each computing with `threads` threads.

    progress_folder: a folder in which they say how far they are; what others said there
    before is removed.
    logs: a folder for what their steps print; None: it is printed where this process prints.
    """

    def start() -> Executor:
        from loky import ProcessPoolExecutor

        for file in [] if progress_folder is None else progress_folder.iterdir():
            file.unlink(missing_ok=True)
        # A worker keeps artefacts in memory on purpose; loky would take that for a leak.
        env = environment(threads) | {"LOKY_MAX_MEMORY_LEAK_SIZE": "1e15"}
        env["PYTHONSAFEPATH"] = "1"  # a file random.py in the working folder is not the library
        mine = (os.getpid(), progress_folder, logs)
        pool: Executor = ProcessPoolExecutor(jobs, env=env, initializer=begin_worker, initargs=mine)
        return pool

    return start


def stop(executor: Executor) -> None:
    """Ends an executor; a pool of local processes is not waited for."""
    from loky import ProcessPoolExecutor

    if isinstance(executor, ProcessPoolExecutor):
        executor.shutdown(wait=True, kill_workers=True)
    else:
        executor.shutdown(wait=False, cancel_futures=True)
