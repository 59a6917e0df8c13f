"""Where networks compute: the choice of a device, and what a GPU wants otherwise than a CPU.

On the CPU a fit repeats to the bit. On a GPU it does not: sums are taken in an order that differs
from run to run, and with mixed precision in bfloat16.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeVar

import torch
from torch import Tensor, nn

from tscbench.contracts.errors import DataError, Unavailable
from tscbench.nn.fitting import seeded

VARIABLE = "TSCBENCH_DEVICE"

Laid = TypeVar("Laid", Tensor, nn.Module)


def choose_device(name: str | None = None) -> torch.device:
    """The device called `name`: `cpu`, `cuda`, `cuda:1`, `mps`; `auto` is a CUDA GPU where there is
    one. Without a name it is what the environment variable TSCBENCH_DEVICE says, or `auto`.

    Raises:
        Unavailable: no such device, or not on this machine.
    """
    name = name or os.environ.get(VARIABLE) or "auto"
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise Unavailable(
            f"device {name!r} is not on this machine, which has {', '.join(_present())}; "
            f"set {VARIABLE} to one of them, or to auto"
        ) from error
    return device


def _present() -> list[str]:
    gpus = [f"cuda:{i}" for i in range(torch.cuda.device_count())]
    return ["cpu", *gpus, *(["mps"] if torch.backends.mps.is_available() else [])]


def describe_device(device: torch.device) -> str:
    """The device as a record says it."""
    if device.type == "cuda":
        return f"cuda ({torch.cuda.get_device_name(device)})"
    return device.type


@contextmanager
def seeded_on(device: torch.device, seed: int) -> Iterator[None]:
    """As `seeded`, for the randomness of `device` too."""
    with seeded(seed):
        if device.type != "cuda":
            yield
            return
        with torch.random.fork_rng(devices=[device]):
            torch.cuda.manual_seed(seed)
            yield


def precision(device: torch.device, mixed: bool | None) -> AbstractContextManager[object]:
    """Where a network's forward pass runs: in bfloat16 with `mixed`, which None leaves to the
    device: a GPU mixes, a CPU does not."""
    if device.type == "cuda" if mixed is None else mixed:
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()


def laid_out(given: Laid, device: torch.device) -> Laid:
    """A network or inputs on the device; on a GPU, images have their channels last."""
    if device.type == "cuda" and (isinstance(given, nn.Module) or given.ndim == 4):
        return given.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
    return given.to(device)


@contextmanager
def memory_said(device: torch.device) -> Iterator[None]:
    """Turns running out of the device's memory into one sentence."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise DataError(
            f"{describe_device(device)} is out of memory: lower batch, run with --jobs 1, or set "
            f"{VARIABLE}=cpu"
        ) from error
