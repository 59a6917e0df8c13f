"""The activations of a network's layers, read as its forward passes go by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from tscbench.contracts.errors import SpecError


@dataclass
class Features:
    """What a layer gave in the last forward pass; calling it reads that."""

    layer: str
    last: Tensor | None = None

    def __call__(self) -> Tensor:
        """The activations `(b, …)`, with their gradients where the pass had them.

        Raises:
            SpecError: there was no pass.
        """
        if self.last is None:
            raise SpecError(f"layer {self.layer}: no forward pass has gone through it yet")
        return self.last


@contextmanager
def features_of(module: nn.Module, layer: int | str) -> Iterator[Features]:
    """Reads a layer's activations while the context is open.

    layer: its place among the top-level children of `module`, from the end where it is negative; or
    its dotted name. The network within a fitted `Predictor.model` is `model[-1]`: what is before it
    brings rows to its inputs.

    Raises:
        SpecError: there is no such layer; it lists those that there are.

    >>> import torch
    >>> net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    >>> with features_of(net, -2) as hidden:
    ...     z = net(torch.zeros(5, 2))
    >>> hidden().shape
    torch.Size([5, 3])
    """
    name, found = _found(module, layer)
    features = Features(name)

    def note(module: nn.Module, inputs: Any, output: Tensor) -> None:
        features.last = output

    hook = found.register_forward_hook(note)
    try:
        yield features
    finally:
        hook.remove()


def _found(module: nn.Module, layer: int | str) -> tuple[str, nn.Module]:
    """The layer, and its name."""
    children = list(module.named_children())
    if isinstance(layer, int):
        if -len(children) <= layer < len(children):
            return children[layer]
    elif layer in (parts := dict(module.named_modules())) and layer:
        return layer, parts[layer]
    known = [f"{i} {type(child).__name__} {name!r}" for i, (name, child) in enumerate(children)]
    said = ", ".join(known) or "none"
    raise SpecError(f"no layer {layer!r}: there are {said}, and what is within them")
