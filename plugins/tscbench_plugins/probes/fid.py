"""Fréchet distance: between normals fitted to the features of synthetic and of real images."""

from pathlib import Path

import numpy as np

from tscbench import Array, Rng, Rows, Schema, probe
from tscbench.tabular import at_most


@probe(
    source="Heusel et al., 2017, GANs trained by a two time-scale update rule converge to a local "
    "Nash equilibrium",
    needs={"images", "single_label"},
    requires=("torch",),
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
    first, second = np.cov(a.T), np.cov(b.T)
    values, vectors = np.linalg.eigh(np.atleast_2d(first))
    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    shared = np.linalg.eigvalsh(root @ np.atleast_2d(second) @ root)
    apart = np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2)
    both = np.trace(np.atleast_2d(first)) + np.trace(np.atleast_2d(second))
    return float(apart + both - 2 * np.sqrt(np.maximum(shared, 0.0)).sum())
