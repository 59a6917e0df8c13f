"""A multilayer perceptron for tables, which minimises any of the closed set of losses."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace
from math import cos, pi
from typing import Any, Literal

import numpy as np

from tscbench import CompressionSet, Link, Predictor, Rng, Rows, Schema, student
from tscbench.tabular import fit_codec


@student(
    source="Ba and Caruana, 2014, Do Deep Nets Really Need to be Deep?, section 3",
    needs={"tabular"},
    offers={"squared", "cross_entropy", "live", "signed_targets", "temperature"},
    requires={"torch"},
)
def mlp(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Callable[[Iterable[int]], Iterable[int]],
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
    """ReLU layers and a linear output, fitted by Adam; categories enter one-hot.

    Args:
        hidden: widths of the hidden layers; () is a linear model.
        dropout: share of hidden units dropped while training.
        numeric: how numeric columns are scaled.
        epochs: an epoch is as many batches as the training rows fill, for every compression set.
        batch: rows per step.
        learning_rate: of Adam; it falls to 0 along a cosine over all epochs.
        weight_decay: shrinks the weights apart from the gradient, as in AdamW.
        patience: stop after so many epochs without a lower validation log loss and return to the
            best epoch; None, or no labelled validation rows, runs all epochs.
    """
    import torch

    from tscbench.nn import check_finite, module_predictor, seeded, student_epoch
    from tscbench.tabular import codec_module

    codec = fit_codec(compression_set.rows.x, schema, rng, numeric=numeric)
    history: dict[str, list[float]] = {"train_loss": []}
    lowest, waited, best = np.inf, 0, None
    with seeded(int(rng.integers(2**31))):
        net = _perceptron(codec.width, hidden, int(np.prod(schema.outputs)), dropout)
        adam = torch.optim.AdamW(net.parameters(), weight_decay=weight_decay, foreach=True)
        for epoch in progress(range(epochs)):
            adam.param_groups[0]["lr"] = learning_rate * (1 + cos(pi * epoch / epochs)) / 2
            loss = student_epoch(net, adam, codec.encode, compression_set, schema, rng, batch)
            history["train_loss"].append(check_finite(loss, "student mlp", epoch))
            if patience is None:
                continue
            answers = module_predictor(net, codec.encode, schema).predict(valid.unlabelled())
            loss = _log_loss(answers, valid, schema)
            history.setdefault("valid_loss", []).append(loss)
            waited += 1
            if loss < lowest:
                lowest, waited, best = loss, 0, deepcopy(net)
            if best is not None and waited >= patience:
                break
    kept = net if best is None else best
    fitted = module_predictor(kept, codec.encode, schema, history)
    return replace(fitted, model=torch.nn.Sequential(codec_module(codec), kept).eval())


def _perceptron(width: int, hidden: tuple[int, ...], outputs: int, dropout: float) -> Any:
    from torch import nn

    layers: list[nn.Module] = []
    for units in hidden:
        layers += [nn.Linear(width, units), nn.ReLU()]
        layers += [nn.Dropout(dropout)] if dropout else []
        width = units
    return nn.Sequential(*layers, nn.Linear(width, outputs))


def _log_loss(outputs: np.ndarray, rows: Rows, schema: Schema) -> float:
    """Mean over the known labels, NaN where there are none."""
    y = np.zeros(0) if rows.y is None else rows.y
    if schema.link is Link.SIGMOID:
        known = ~np.isnan(y)
        z = np.where(y[known] > 0.5, outputs[known], -outputs[known])
        return float(np.logaddexp(0.0, -z).mean()) if len(z) else np.nan
    known = np.flatnonzero(y >= 0)
    if not len(known):
        return np.nan
    z = outputs[known]
    return float((np.logaddexp.reduce(z, axis=1) - z[np.arange(len(z)), y[known]]).mean())
