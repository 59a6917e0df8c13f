"""How many features convolutions leave, so that a linear layer can follow at any size of image."""

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
        size = " × ".join(map(str, inputs[1:]))
        raise DataError(
            f"network {name}: images of {size} are too small for its layers; "
            "choose larger ones, or another network"
        ) from error
    finally:
        convolutions.train(was_training)
