"""A fixed number of threads, in every library that computes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tscbench.contracts.threads import granted

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "LOKY_MAX_CPU_COUNT",
)
"""The environment variables that libraries read when they are loaded. The last one is what joblib
takes for the number of cores, and with it whoever asks joblib for as many threads as there are."""

PASSIVE = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0", "KMP_BLOCKTIME": "0"}
"""Threads that have nothing to do sleep: one that spins takes the core of another worker."""


def environment(n: int) -> dict[str, str]:
    """The environment of a process whose libraries compute with n threads from the start. OpenMP
    starts no more of them even where it is asked to, which binds what sets its own number."""
    return {**dict.fromkeys(THREADS, str(n)), "OMP_THREAD_LIMIT": str(n), **PASSIVE}


@contextmanager
def threads(n: int) -> Iterator[None]:
    """Computes with n threads: the libraries that are loaded now, and those loaded within."""
    from threadpoolctl import threadpool_limits

    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, str(n)))
    torch = sys.modules.get("torch")
    had = torch.get_num_threads() if torch else n
    try:
        with threadpool_limits(n), granted(n):
            if torch:
                torch.set_num_threads(n)
            yield
    finally:
        if torch:
            torch.set_num_threads(had)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
