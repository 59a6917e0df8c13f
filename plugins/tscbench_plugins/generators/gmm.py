"""Class-wise Gaussian mixtures of the encoded training rows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from tscbench import Array, DataError, Link, Rng, Rows, Sampler, Schema, generator
from tscbench.tabular import Codec, fit_codec

MOST = 2000
"""Encoded columns beyond which full covariances take too much time and memory."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """weights `(k,)`, means `(k, w)` and lower Cholesky factors of the covariances `(k, w, w)` of
    encoded rows."""

    codec: Codec
    weights: Array
    means: Array
    factors: Array

    def draw(self, n: int, rng: Rng) -> Array:
        """Rows `(n, d)` in random order."""
        component = rng.choice(len(self.weights), size=n, p=self.weights)
        z = rng.standard_normal((n, self.means.shape[1]))
        for k, factor in enumerate(self.factors):
            mine = component == k
            z[mine] = self.means[k] + z[mine] @ factor.T
        return self.codec.decode(z, rng)


@generator(
    source="McLachlan & Peel, 2000, Finite Mixture Models",
    needs={"tabular"},
    offers={"class_labels"},
    requires=("scikit-learn",),
)
def gmm(
    train: Rows, schema: Schema, rng: Rng, *, components: int = 10, reg_covar: float = 1e-4
) -> Sampler:
    """A Gaussian mixture with full covariances for each class; classes come as often as in train.

    Each mixture lives where the numeric columns of its class have normal scores and levels are
    one-hot; the largest level is taken on the way back, and values stay within the range of the
    class. Shares of rare levels, missing values and heaped numbers can shift on the way. Rows of
    unknown class are a class of their own, -1; for several labels one mixture stands for all rows
    and the labels returned are NaN, unknown.

    Args:
        components: the most components of a class; a class has no more than one for every
            `2 × encoded columns` rows, and at least one.
        reg_covar: added to the diagonal of each covariance, in squared normal scores.
    """
    single = train.y is not None and train.y.ndim == 1
    labels = train.y if single else np.full(len(train), -1)
    classes, counts = np.unique(labels, return_counts=True)
    mixtures = []
    for c in classes:
        x = train.x[labels == c]
        codec = fit_codec(x, schema, rng, numeric="rank_gauss")
        mixtures.append(_fit(codec, x, components, reg_covar, int(rng.integers(2**31))))

    def sample(n: int, rng: Rng) -> tuple[Array, Array]:
        drawn = rng.choice(len(classes), size=n, p=counts / counts.sum())
        rows = np.empty((n, train.x.shape[1]))
        for c, mixture in enumerate(mixtures):
            rows[drawn == c] = mixture.draw(int((drawn == c).sum()), rng)
        several = schema.link is Link.SIGMOID
        return rows, np.full((n, *schema.outputs), np.nan) if several else classes[drawn]

    return Sampler(sample)


def _fit(codec: Codec, x: Array, components: int, reg_covar: float, seed: int) -> Mixture:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    z = codec.encode(x)
    n, width = z.shape
    if width > MOST:
        raise DataError(
            f"generator gmm: {width:,} encoded columns; its covariances grow with their square, so "
            f"there must be {MOST:,} or fewer: leave some out, or choose kde, copula or munge"
        )
    if n == 1:
        return Mixture(codec, np.ones(1), z, np.zeros((1, width, width)))
    k = max(1, min(components, n // (2 * width)))
    model = GaussianMixture(k, reg_covar=reg_covar, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a rough mixture samples well too
        model.fit(z)
    return Mixture(
        codec,
        model.weights_ / model.weights_.sum(),
        model.means_,
        np.linalg.cholesky(model.covariances_),
    )
