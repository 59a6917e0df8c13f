"""Early stopping on validation rows: the best epoch so far, and when to give up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import nn

from tscbench.contracts.types import Array, Link, Rows, Schema


@dataclass
class Best:
    """The epoch of the lowest validation loss, its weights, and how many epochs ago it was."""

    lowest: float = np.inf
    waited: int = 0
    weights: dict[str, Any] | None = None

    def note(self, loss: float, net: nn.Module) -> None:
        """Takes note of an epoch; a loss that is NaN is none."""
        self.waited += 1
        if loss < self.lowest:
            self.lowest, self.waited = loss, 0
            self.weights = {name: value.clone() for name, value in net.state_dict().items()}

    def is_over(self, patience: int) -> bool:
        """Whether the best epoch is `patience` epochs ago."""
        return self.weights is not None and self.waited >= patience


def log_loss(outputs: Array, rows: Rows, schema: Schema) -> float:
    """Mean over the known labels of logits `(m, *k)`; NaN where there are none, or no classes."""
    y = np.zeros(0) if rows.y is None else rows.y
    if schema.link is Link.SIGMOID:
        known = ~np.isnan(y)
        z = np.where(y[known] > 0.5, outputs[known], -outputs[known])
        return float(np.logaddexp(0.0, -z).mean()) if len(z) else np.nan
    known = np.flatnonzero(y >= 0)
    if not len(known) or schema.link is Link.IDENTITY:
        return np.nan
    z = outputs[known]
    return float((np.logaddexp.reduce(z, axis=1) - z[np.arange(len(z)), y[known]]).mean())
