"""Whether images are large enough for convolutions, and how many features these leave, so that a
linear layer can follow at any size of image."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from tscbench.contracts.errors import DataError


def count_features(convolutions: nn.Module, inputs: Sequence[int], name: str) -> int:
    """Numbers that the convolutions of network `name` make of one image `(c, h, w)`.

    Raises:
        DataError: the image is too small for them.
    """
    was_training = convolutions.training
    try:
        with torch.no_grad():
            return int(convolutions.eval()(torch.zeros(1, *inputs)).numel())
    except RuntimeError as error:
        raise too_small(inputs, name) from error
    finally:
        convolutions.train(was_training)


def check_halvings(inputs: Sequence[int], n_halvings: int, name: str) -> None:
    """Raises a `DataError` where images `(c, h, w)` cannot be halved so often.

    Padded convolutions halve a single pixel too; then normalisation over a batch is all that is
    left of a channel, and answers are of no use.
    """
    if min(inputs[1:]) < 2**n_halvings:
        raise too_small(inputs, name)


def too_small(inputs: Sequence[int], name: str) -> DataError:
    """The error that names the network and the size of its images."""
    size = " × ".join(map(str, inputs[1:]))
    return DataError(
        f"network {name}: images of {size} are too small for its layers; "
        "choose larger ones, or another network"
    )
