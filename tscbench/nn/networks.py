"""Any network of the kind `network`: its module before training, and the training of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from torch import nn

from tscbench.contracts.compression_set import CompressionSet
from tscbench.contracts.errors import ContractError
from tscbench.contracts.progress import Progress
from tscbench.contracts.training import Training
from tscbench.contracts.types import Array, Predictor, Rng, Rows, Schema
from tscbench.nn.extra import MakeExtra
from tscbench.nn.fit import fit_student
from tscbench.nn.fitting import seeded
from tscbench.nn.pixels import pixels
from tscbench.tabular import codec_module, fit_codec


class Network(Protocol):
    """What a parameter `network` or `discriminator` holds, and `student.network`."""

    @property
    def training(self) -> Training:
        """How it is to be trained."""

    def __call__(self, *, schema: Schema, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> Any:
        """An untrained module."""


def untrained(network: Network, x: Array, schema: Schema, rng: Rng) -> nn.Sequential:
    """A network before it is trained, from rows `(b, …)` to logits `(b, *k)`.

    Its first layer brings rows as `x`, `(n, …)` of `Rows.x`, to the network's inputs; the network
    itself is `[-1]`. The first weights follow `rng`, as those of a student do.

    Raises:
        ContractError: the plugin gives no module.
    """
    first: nn.Module
    if "images" in schema.facts:
        first, inputs = pixels(x, network.training.scaling), schema.inputs
    else:
        codec = fit_codec(x, schema, rng, numeric=network.training.numeric)
        first, inputs = codec_module(codec), (codec.width,)
    with seeded(int(rng.integers(2**31))):
        return nn.Sequential(first, _built(network, schema, inputs))


def fit_network(
    network: Network,
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    extra: MakeExtra | None = None,
) -> Predictor:
    """The network, trained as its settings say, with a loss added where there is `extra`; see
    `fit_student`. The module that `model` is goes from rows to logits, as that of `untrained`.

    Tables are encoded once and computed with on the CPU.
    """
    x, given = compression_set.rows.x, (compression_set, valid, schema, rng, progress)
    if "images" in schema.facts:
        return fit_student(
            lambda: nn.Sequential(
                pixels(x, network.training.scaling), _built(network, schema, schema.inputs)
            ),
            *given,
            network.training,
            extra=extra,
        )
    codec = fit_codec(x, schema, rng, numeric=network.training.numeric)
    fitted = fit_student(
        lambda: _built(network, schema, (codec.width,)),
        *given,
        network.training,
        encode=codec.encode,
        device="cpu",
        block=8192,
        extra=extra,
    )
    return replace(fitted, model=nn.Sequential(codec_module(codec), fitted.model).eval())


def _built(network: Network, schema: Schema, inputs: tuple[int, ...]) -> nn.Module:
    module = network(schema=schema, inputs=inputs, outputs=schema.outputs)
    if not isinstance(module, nn.Module):
        came = f"network {network}: returned {type(module).__name__}"
        raise ContractError(f"{came}; it must return a torch.nn.Module")
    return module
