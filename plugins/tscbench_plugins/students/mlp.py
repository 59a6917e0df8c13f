"""A multilayer perceptron, which minimises any of the closed set of losses."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from tscbench import CompressionSet, Predictor, Progress, Rng, Rows, Schema, student
from tscbench.tabular import fit_codec


@student(
    source="Ba and Caruana, 2014, Do Deep Nets Really Need to be Deep?, section 3",
    offers={"squared", "cross_entropy", "streaming", "signed_targets", "temperature", "dropout"},
    requires={"torch"},
)
def mlp(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    hidden: tuple[int, ...] = (64, 64),
    dropout: float = 0.0,
    numeric: Literal["standardise", "rank_gauss"] = "standardise",
    epochs: int = 100,
    batch: int = 256,
    learning_rate: float = 1e-3,
    weight_decay: float = 0.0,
    patience: int | None = None,
) -> Predictor:
    """ReLU layers and a linear output, fitted by Adam; categories enter one-hot, images flat.

    Args:
        hidden: widths of the hidden layers; () is a linear model.
        dropout: share of hidden units dropped while training.
        numeric: how numeric columns of a table are scaled.
        epochs: an epoch is as many batches as the training rows fill, for every compression set.
        batch: rows per step.
        learning_rate: of Adam; it falls to 0 along a cosine over all epochs.
        weight_decay: shrinks the weights apart from the gradient, as in AdamW.
        patience: stop after so many epochs without a lower validation log loss and return to the
            best epoch; None, or no labelled validation rows, runs all epochs.
    """
    import torch

    from tscbench.nn import Training, fit_student, on_pixels
    from tscbench.tabular import codec_module

    training = Training(epochs, batch, learning_rate, weight_decay=weight_decay, patience=patience)
    given = (compression_set, valid, schema, rng, progress, training)

    def net(width: int) -> torch.nn.Sequential:
        return _perceptron(width, hidden, int(np.prod(schema.outputs)), dropout)

    if "images" in schema.facts:
        width = int(np.prod(schema.inputs))
        flat = torch.nn.Flatten()
        return fit_student(
            lambda: on_pixels(compression_set, torch.nn.Sequential(flat, net(width))), *given
        )
    codec = fit_codec(compression_set.rows.x, schema, rng, numeric=numeric)
    fitted = fit_student(
        lambda: net(codec.width), *given, encode=codec.encode, device="cpu", block=8192
    )
    return replace(fitted, model=torch.nn.Sequential(codec_module(codec), fitted.model).eval())


def _perceptron(width: int, hidden: tuple[int, ...], outputs: int, dropout: float) -> Any:
    from torch import nn

    layers: list[nn.Module] = []
    for units in hidden:
        layers += [nn.Linear(width, units), nn.ReLU()]
        layers += [nn.Dropout(dropout)] if dropout else []
        width = units
    return nn.Sequential(*layers, nn.Linear(width, outputs))
