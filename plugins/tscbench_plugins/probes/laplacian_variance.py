"""Variance of the Laplacian: how sharp images are."""

import numpy as np

from tscbench import Array, Figure, Rng, Rows, probe
from tscbench.tabular import at_most


@probe(
    source="Pech-Pacheco et al., 2000, Diatom autofocusing in brightfield microscopy; the blur of "
    "Aguinaldo et al., 2019, Compressing GANs using knowledge distillation, Figure 11",
    needs={"images"},
    figures={
        "variance": Figure("", help="mean over synthetic images; the higher, the sharper"),
        "real": Figure("", help="mean over real images"),
        "ratio": Figure("", help="the one over the other; 1 where they are as sharp"),
    },
)
def laplacian_variance(
    rows: Rows, train: Rows, valid: Rows, rng: Rng, *, n_rows: int = 2000
) -> dict[str, float]:
    """The variance over an image's pixels of its Laplacian, meaned over images.

    Images are grey, the mean of their channels, from 0 to 1; the kernel has -4 in the middle and 1
    above, below, left and right, where it lies within the image. Noise is sharp too: only beside
    real images does a figure say anything. real: of validation images, or of training images where
    there are none. Not defined of images with a side below 3.

    Args:
        n_rows: most images of each kind; of more so many are drawn.
    """
    ours, theirs = (
        _mean(at_most(x, n_rows, rng).x) for x in (rows, valid if len(valid) else train)
    )
    return {"variance": ours, "real": theirs, "ratio": ours / theirs if theirs else float("nan")}


def _mean(x: Array) -> float:
    return float(sharpness(x).mean()) if len(x) and min(x.shape[2:]) > 2 else float("nan")


def sharpness(x: Array) -> Array:
    """Variance of the Laplacian `(m,)` of images `(m, c, h, w)` of 0 to 255, h and w from 3 on."""
    grey = x.mean(axis=1) / 255
    beside = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    return np.asarray((beside - 4 * grey[:, 1:-1, 1:-1]).var(axis=(1, 2)))
