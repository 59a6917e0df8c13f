"""A step leaves the process that it is made in, and all that it was given, as it found them."""

from __future__ import annotations

import contextlib
import os
import random
import sys
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


@contextlib.contextmanager
def undisturbed(seed: int) -> Iterator[None]:
    """Within, global generators start from `seed`, whoever has drawn from them before. Afterwards
    they are as before, and so are the working folder, the environment, and what is set of numpy and
    torch."""
    folder, environment = os.getcwd(), dict(os.environ)  # noqa: PTH109
    with warnings.catch_warnings(), np.errstate(), _numbers(seed), _torch(seed):
        try:
            yield
        finally:
            if os.environ != environment:
                os.environ.clear()
                os.environ.update(environment)
            with contextlib.suppress(OSError):
                os.chdir(folder)


@contextlib.contextmanager
def _numbers(seed: int) -> Iterator[None]:
    before = random.getstate(), np.random.get_state()  # noqa: NPY002
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002


@contextlib.contextmanager
def _torch(seed: int) -> Iterator[None]:
    """Where it is loaded."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    state, kind, threads = torch.get_rng_state(), torch.get_default_dtype(), torch.get_num_threads()
    torch.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(state)
        torch.set_default_dtype(kind)
        if threads != torch.get_num_threads():
            torch.set_num_threads(threads)


def sums(value: Any, name: str = "") -> dict[str, int]:
    """Checksums of the arrays in a value, by where in it they are; a fitted model has none."""
    if isinstance(value, np.ndarray):
        return {name: _sum(value)} if value.dtype != object else {}
    if is_dataclass(value) and not isinstance(value, type):
        found: dict[str, int] = {}
        for each in fields(value):
            found |= sums(getattr(value, each.name, None), f"{name}.{each.name}")
        return found
    if isinstance(value, tuple):
        found = {}
        for number, each in enumerate(value):
            found |= sums(each, f"{name}[{number}]")
        return found
    return {}


def _sum(array: Any) -> int:
    return zlib.crc32(np.ascontiguousarray(array).view(np.uint8).reshape(-1).data)
