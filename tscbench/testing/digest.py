"""What was changed and what is the same: digests of values, and global random state."""

from __future__ import annotations

import hashlib
import pickle
import random
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def digest(value: Any) -> str:
    """A digest of everything in arrays, rows, targets and collections of them; of other objects
    their type alone counts."""
    return hashlib.blake2b(repr(_content(value)).encode(), digest_size=16).hexdigest()


def _content(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            return [_content(v) for v in value.tolist()]
        data = f"{value.dtype}{value.shape}".encode() + value.tobytes()
        return hashlib.blake2b(data, digest_size=16).hexdigest()
    if isinstance(value, tuple | list):
        return [_content(v) for v in value]
    if isinstance(value, Mapping):
        return [(repr(k), _content(v)) for k, v in value.items()]
    if is_dataclass(value) and not isinstance(value, type):
        return [_content(getattr(value, f.name)) for f in fields(value)]
    if isinstance(value, int | float | str | bytes | np.generic | None):
        return repr(value)
    return type(value).__name__


def global_state() -> dict[str, Any]:
    """The state of every global random generator: numpy's, the standard library's, and torch's if
    it is imported."""
    state = {"numpy.random": np.random.get_state(), "random": random.getstate()}
    if torch := sys.modules.get("torch"):
        state["torch"] = torch.random.get_rng_state().numpy().copy()
    return state


def moved(before: dict[str, Any]) -> tuple[str, ...]:
    """The global generators that are no longer as they were `before`; they are put back."""
    now = global_state()
    changed = tuple(n for n in before if pickle.dumps(before[n]) != pickle.dumps(now[n]))
    if "numpy.random" in changed:
        np.random.set_state(before["numpy.random"])
    if "random" in changed:
        random.setstate(before["random"])
    if "torch" in changed:
        torch = sys.modules["torch"]
        torch.random.set_rng_state(torch.from_numpy(before["torch"]))
    return changed
