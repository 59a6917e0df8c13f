"""From a fitted torch module to a `Predictor`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from torch import nn
from torch.nn.modules.dropout import _DropoutNd

from tscbench.contracts.types import Array, Predictor, Rng, Rows, Schema
from tscbench.nn.devices import choose_device, laid_out, memory_said, seeded_on
from tscbench.nn.feeding import Encode, as_tensor
from tscbench.nn.fitting import count_parameters


def module_predictor(
    module: nn.Module,
    encode: Encode,
    schema: Schema,
    history: Mapping[str, list[float]] | None = None,
    block: int = 8192,
    device: str | None = "cpu",
) -> Predictor:
    """A `Predictor` whose logits are `module(encode(x))`, computed in blocks of `block` rows.

    encode: from `(m, …)` of `Rows.x` to the module's inputs, as numpy; they enter as float32. The
    module is set to evaluation mode here, for good. device: see `choose_device`; None chooses
    whenever rows come. Between answers the module lies where it lay, so that it can be pickled.
    `predict_dropout` turns the module's `nn.Dropout` layers on, and no others.
    """
    module.eval()
    answer = _Answer(module, encode, schema.outputs, block, device)
    size = {"parameters": count_parameters(module)}
    return Predictor(answer, predict_dropout=answer.with_dropout, size=size, history=history or {})


@dataclass(frozen=True, eq=False)
class _Answer:
    module: nn.Module
    encode: Encode
    outputs: tuple[int, ...]
    block: int
    device: str | None

    def __call__(self, rows: Rows) -> Array:
        home, device = _place(self.module), choose_device(self.device)
        with memory_said(device):
            if home != device:
                laid_out(self.module, device)
            outputs = self._answer(rows.x, device)
        if home != device:
            self.module.to(home)
        return outputs

    def with_dropout(self, rows: Rows, rng: Rng) -> Array:
        """The same with units dropped, which ones follows `rng`."""
        layers = [part for part in self.module.modules() if isinstance(part, _DropoutNd)]
        try:
            for layer in layers:
                layer.train()
            with seeded_on(choose_device(self.device), int(rng.integers(2**31))):
                return self(rows)
        finally:
            for layer in layers:
                layer.eval()

    @torch.inference_mode()
    def _answer(self, x: Array, device: torch.device) -> Array:
        outputs = np.empty((len(x), *self.outputs))
        for start in range(0, len(x), self.block):
            part = slice(start, start + self.block)
            inputs = laid_out(as_tensor(self.encode(x[part])), device).float()
            outputs[part] = self.module(inputs).reshape(-1, *self.outputs).cpu().numpy()
        return outputs


def _place(module: nn.Module) -> torch.device:
    first = next(chain(module.parameters(), module.buffers()), None)
    return torch.device("cpu") if first is None else first.device
