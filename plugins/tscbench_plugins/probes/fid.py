"""Fréchet distance: between normals fitted to the features of synthetic and of real images."""

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
    source="Heusel et al., 2017, GANs trained by a two time-scale update rule converge to a local "
    "Nash equilibrium",
    needs={"images", "single_label"},
    requires=("torch",),
    small={"n_steps": 3},
    figures={
        "fid": Figure("lower", help="distance of synthetic images to validation images"),
        "real": Figure("", help="distance of as many training images"),
    },
)
def fid(
    rows: Rows,
    train: Rows,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    *,
    n_rows: int = 10000,
    n_steps: int = 400,
    weights: Path | None = None,
) -> dict[str, float]:
    """The Fréchet distance of synthetic images to validation images, as many of each.

    The features are the 64 of the last hidden layer of `fit_judge` of `tscbench.nn`, a small
    network fitted to the training images; published distances, of the 2,048 of Inception, compare
    with `weights` alone. fid: of the synthetic images; real: of as many training images, which is
    what fewer rows cost. Where there are no validation rows, training rows stand for them, and
    real is not defined.

    Args:
        n_rows: most rows of each kind; of more rows so many are drawn.
        n_steps: optimisation steps of the network.
        weights: a file of torchvision's weights of Inception-v3, whose 2,048 features then judge.
    """
    from tscbench.nn import fit_judge, inception_judge

    other = valid if len(valid) else train
    n = min(n_rows, len(rows), len(other), len(train))
    if n < 2:
        return {"fid": float("nan"), "real": float("nan")}
    judge = inception_judge(weights) if weights else fit_judge(train, schema, n_steps=n_steps)
    made, real, seen = (judge.features(at_most(x, n, rng).x) for x in (rows, other, train))
    same = frechet_distance(seen, real) if len(valid) else float("nan")
    return {"fid": frechet_distance(made, real), "real": same}


def frechet_distance(a: Array, b: Array) -> float:
    """|μₐ - μ_b|² + tr(Σₐ + Σ_b - 2 (Σₐ Σ_b)^½) of features `(n, d)` and `(m, d)`."""
    # The trace of the root is the sum of the singular values of XₐX_bᵀ, where Σ = XᵀX: roots of
    # eigenvalues that are zero but for rounding would add up to more than identical sets differ by.
    first, second = (np.linalg.qr(x - x.mean(axis=0), "r") / np.sqrt(len(x) - 1) for x in (a, b))
    apart = np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2)
    both = np.sum(first**2) + np.sum(second**2)
    shared = np.linalg.svd(first @ second.T, compute_uv=False).sum()
    return max(float(apart + both - 2 * shared), 0.0)
