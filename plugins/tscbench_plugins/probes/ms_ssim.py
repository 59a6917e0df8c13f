"""Multi-scale structural similarity of pairs of images: how much alike those of one class are."""

import numpy as np

from tscbench import (
    Array,
    Figure,
    Link,
    Rng,
    Rows,
    Schema,
    probe,
)

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Of the scales, the finest first; Wang et al., 2003, section 3.2."""

WINDOW, SPREAD = 11, 1.5
"""Side of the Gaussian window and its standard deviation, in pixels."""

BLOCK = 1 << 22
"""Pixels that are compared at once."""


@probe(
    source="Odena et al., 2017, Conditional image synthesis with auxiliary classifier GANs; the "
    "similarity: Wang, Simoncelli and Bovik, 2003",
    needs={"images"},
    figures={
        "ms_ssim": Figure("lower", help="mean similarity of pairs of synthetic images"),
        "real": Figure("", help="mean similarity of pairs of real images"),
    },
)
def ms_ssim(
    rows: Rows, train: Rows, valid: Rows, schema: Schema, rng: Rng, *, n_pairs: int = 1000
) -> dict[str, float]:
    """The mean similarity of random pairs of synthetic images: 1 where all are the same.

    It is 0 or more, and higher for sets that are less diverse; no network is asked. ms_ssim: of
    synthetic images; real: of validation images, or of training images where there are none. Pairs
    are of one class where the synthetic rows have single labels, and else of any two images, in
    both. There are as many of the five scales as leave a side of 11 pixels, with their weights over
    the sum of these; the window shrinks with smaller images.

    Args:
        n_pairs: how many pairs of each kind.
    """
    real = valid if len(valid) else train
    classed = schema.link is Link.SOFTMAX and rows.y is not None and bool((rows.y >= 0).all())
    found = {}
    for name, some in (("ms_ssim", rows), ("real", real)):
        labels = some.y if classed and some.y is not None else np.zeros(len(some), int)
        first, second = _pairs(labels, n_pairs, rng)
        alike = similarity(some.x[first], some.x[second])
        found[name] = float(alike.mean()) if len(alike) else float("nan")
    return found


def _pairs(labels: Array, n: int, rng: Rng) -> tuple[Array, Array]:
    """Positions of n pairs of different rows with one label; none where no label is there twice."""
    order = np.argsort(labels, kind="stable")
    _, starts, counts = np.unique(labels[order], return_index=True, return_counts=True)
    starts, counts = starts[counts > 1], counts[counts > 1]
    if not len(counts):
        return np.zeros((2, 0), int)
    group = rng.choice(len(counts), size=n, p=counts / counts.sum())
    one = rng.integers(counts[group])
    other = (one + rng.integers(1, counts[group])) % counts[group]
    return order[starts[group] + one], order[starts[group] + other]


def similarity(a: Array, b: Array) -> Array:
    """MS-SSIM `(m,)` of images `(m, c, h, w)` of 0…255, the mean over their colours."""
    block = max(1, BLOCK // int(np.prod(a.shape[1:])))
    parts = [slice(start, start + block) for start in range(0, len(a), block)]
    found = [_similarity(a[part].astype(float), b[part].astype(float)) for part in parts]
    return np.concatenate([np.zeros(0), *found])


def _similarity(a: Array, b: Array) -> Array:
    side = min(a.shape[2:])
    n_scales = max(1, sum(side >> s >= WINDOW for s in range(len(WEIGHTS))))
    weights = np.array(WEIGHTS[:n_scales]) / sum(WEIGHTS[:n_scales])
    product = np.ones(a.shape[:2])
    for scale, weight in enumerate(weights):
        luminance, structure = _compare(a, b)
        whole = luminance * structure if scale == n_scales - 1 else structure
        product *= np.maximum(whole.mean(axis=(2, 3)), 0.0) ** weight
        a, b = _half(a), _half(b)
    return np.asarray(product.mean(axis=1))


def _compare(a: Array, b: Array) -> tuple[Array, Array]:
    """Maps of luminance, and of contrast and structure together, `(m, c, h', w')`."""
    small, tiny = (0.03 * 255) ** 2, (0.01 * 255) ** 2
    mean_a, mean_b = _blur(a), _blur(b)
    var_a, var_b = _blur(a * a) - mean_a**2, _blur(b * b) - mean_b**2
    shared = _blur(a * b) - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + tiny) / (mean_a**2 + mean_b**2 + tiny)
    return luminance, (2 * shared + small) / (var_a + var_b + small)


def _blur(x: Array) -> Array:
    """Gaussian means over whole windows."""
    side = min(WINDOW, *(length - 1 + length % 2 for length in x.shape[2:]))
    kernel = np.exp(-0.5 * ((np.arange(side) - side // 2) / SPREAD) ** 2)
    kernel /= kernel.sum()
    for axis in (2, 3):
        x = np.lib.stride_tricks.sliding_window_view(x, side, axis=axis) @ kernel
    return x


def _half(x: Array) -> Array:
    """Means over 2 × 2 pixels; what is left over at the far sides falls away."""
    height, width = (length // 2 * 2 for length in x.shape[2:])
    x = x[:, :, :height, :width]
    corners = [x[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)]
    return np.asarray(sum(corners) / 4)
