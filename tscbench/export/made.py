"""What every format makes of a student."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tscbench.contracts.types import Array

Answer: TypeAlias = Callable[[Array], tuple[Array, Array]]
"""From inputs, as in `Rows.x`, to probabilities `(m, k)` and decisions, as of `decide`."""


@dataclass(frozen=True, eq=False)
class Made:
    """A student in a format.

    body: the file's bytes. facts: what `schema.json` says of inputs and outputs. usage: lines of
    Python that ask the file about `x`. opened: opens such a file.
    """

    body: bytes
    facts: dict[str, Any]
    usage: str
    opened: Callable[[Path], Answer]


def is_torch(model: Any) -> bool:
    """Whether it is a torch module; torch is not imported to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def is_sklearn(model: Any) -> bool:
    """Whether it is an estimator of scikit-learn's kind."""
    base = sys.modules.get("sklearn.base")
    return base is not None and isinstance(model, base.BaseEstimator)
