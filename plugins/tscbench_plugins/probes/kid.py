"""Kernel distance: the mean discrepancy of features of synthetic and of real images."""

from pathlib import Path

import numpy as np

from tscbench import (
    Array,
    Figure,
    Rng,
    Rows,
    Schema,
    probe,
)
from tscbench.tabular import at_most


@probe(
    source="Bińkowski et al., 2018, Demystifying MMD GANs",
    needs={"images", "single_label"},
    requires=("torch",),
    small={"n_steps": 3},
    figures={
        "kid": Figure("lower", help="distance of synthetic images to validation images"),
        "real": Figure("", help="distance of as many training images"),
    },
)
def kid(
    rows: Rows,
    train: Rows,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    *,
    n_rows: int = 2000,
    n_steps: int = 400,
    weights: Path | None = None,
) -> dict[str, float]:
    """The squared kernel distance of synthetic images to validation images, without bias.

    It is 0 on the average where both are of one distribution, of however few rows, and so it may be
    negative. Without `weights` the features are the 64 of the last hidden layer of `fit_judge` of
    `tscbench.nn`, a small network fitted to the training images. kid: of the synthetic images;
    real: of as many training images, which this network has seen. Where there are no validation
    rows, training rows stand for them, and real is not defined. It is taken over all rows at once,
    not as a mean over blocks of them.

    Args:
        n_rows: most rows of each kind; of more rows so many are drawn.
        n_steps: optimisation steps of the network.
        weights: a file of torchvision's weights of Inception-v3, whose 2,048 features then judge.
    """
    from tscbench.nn import fit_judge, inception_judge

    other = valid if len(valid) else train
    n = min(n_rows, len(rows), len(other), len(train))
    if n < 2:
        return {"kid": float("nan"), "real": float("nan")}
    judge = inception_judge(weights) if weights else fit_judge(train, schema, n_steps=n_steps)
    made, real, seen = (judge.features(at_most(x, n, rng).x) for x in (rows, other, train))
    same = kernel_distance(seen, real) if len(valid) else float("nan")
    return {"kid": kernel_distance(made, real), "real": same}


def kernel_distance(a: Array, b: Array) -> float:
    """The unbiased estimate of MMD² of features `(n, d)` and `(m, d)`, n and m ≥ 2, under the
    kernel (x·y / d + 1)³."""
    within = sum(_pairs(x) for x in (a, b))
    return float(within - 2 * _kernel(a, b).mean())


def _kernel(a: Array, b: Array) -> Array:
    return (a @ b.T / a.shape[1] + 1) ** 3


def _pairs(x: Array) -> float:
    """The mean of the kernel over pairs of different rows."""
    k, n = _kernel(x, x), len(x)
    return float((k.sum() - np.trace(k)) / (n * (n - 1)))
