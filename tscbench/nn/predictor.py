"""From a fitted torch module to a `Predictor`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import nn

from tscbench.contracts.types import Array, Predictor, Rows, Schema
from tscbench.nn.fitting import count_parameters


def module_predictor(
    module: nn.Module,
    encode: Callable[[Array], Array],
    schema: Schema,
    history: Mapping[str, list[float]] | None = None,
    block: int = 8192,
) -> Predictor:
    """A `Predictor` whose logits are `module(encode(x))`, computed in blocks of `block` rows.

    encode: from `(m, …)` of `Rows.x` to the module's inputs, as numpy. The module is set to
    evaluation mode here, for good.
    """
    module.eval()

    def predict(rows: Rows) -> Array:
        outputs = np.empty((len(rows), *schema.outputs))
        for start in range(0, len(rows), block):
            part = slice(start, start + block)
            x = torch.as_tensor(encode(rows.x[part]), dtype=torch.float32)
            with torch.inference_mode():
                outputs[part] = module(x).reshape(-1, *schema.outputs).numpy()
        return outputs

    size = {"parameters": count_parameters(module)}
    return Predictor(predict, size=size, history=history or {})
