"""Networks on trial: one before training as a model that answers, and a teacher with layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tscbench.contracts.errors import ContractError
from tscbench.contracts.training import Training
from tscbench.contracts.types import Predictor, Schema
from tscbench.testing.data import Tiny

if TYPE_CHECKING:
    from tscbench.nn.networks import Network


def before_training(network: Network, offered: Mapping[str, Any]) -> Predictor:
    """A network as a model that answers with its first weights; `model` is the module.

    Raises:
        ContractError: it does not give a module, or that does not give logits.
    """
    import torch

    from tscbench.nn import as_it_is, module_predictor, untrained

    schema: Schema = offered["schema"]
    x = offered["train"].x
    model = untrained(network, x, schema, offered["rng"])
    with torch.no_grad():
        z = model.eval()(torch.as_tensor(x[:4]).float())
    if z.flatten(1).shape != (len(z), int(np.prod(schema.outputs))) or len(z) != len(x[:4]):
        came = f"its module gives shape {tuple(z.shape)} for {len(x[:4])} rows"
        raise ContractError(f"{came}; it must give logits {(len(x[:4]), *schema.outputs)}")
    return replace(module_predictor(model, as_it_is, schema), model=model)


def neural_teacher(tiny: Tiny) -> Predictor:
    """A teacher that offers `features`: two layers that nobody has trained."""
    offered = {"train": tiny.train, "schema": tiny.schema, "rng": np.random.default_rng(0)}
    return before_training(_TwoLayers(), offered)


@dataclass(frozen=True)
class _TwoLayers:
    training: Training = Training()

    def __call__(self, *, schema: Schema, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> Any:
        from torch import nn

        hidden = [nn.Flatten(), nn.Linear(int(np.prod(inputs)), 8), nn.ReLU()]
        return nn.Sequential(*hidden, nn.Linear(8, int(np.prod(outputs))))
