"""Images turned, shifted and zoomed at random, with their border repeated."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array, Rng

BLOCK = 1024
"""Images that are moved at once: their coordinates need many times the memory of pixels."""


def affine_images(
    x: Array, rng: Rng, *, rotation: float = 0.0, shift: float = 0.0, zoom: float = 0.0
) -> Array:
    """Images `(n, c, h, w)` uint8, each turned, shifted and zoomed about its centre.

    A pixel at offset (i, j) from the centre shows what lay at R(φ)·(aᵢ i + hΔᵢ, aⱼ j + wΔⱼ), read
    bilinearly, and beyond the border what lies on it. This is the order of Keras' image generator.

    Args:
        rotation: bound of φ ~ U(-rotation, rotation), in degrees.
        shift: bound of Δᵢ and Δⱼ ~ U(-shift, shift), as a share of height and width.
        zoom: bound of aᵢ and aⱼ ~ U(1 - zoom, 1 + zoom); below 1 an image grows.

    Raises:
        DataError: a negative bound, or a zoom of 1 or more.
    """
    if min(rotation, shift, zoom) < 0 or zoom >= 1:
        raise DataError(
            f"augmentation: rotation={rotation:g}, shift={shift:g}, zoom={zoom:g}; each must be 0 "
            "or more, and zoom below 1"
        )
    n, (height, width) = len(x), x.shape[2:]
    angles = np.deg2rad(rng.uniform(-rotation, rotation, n))
    shifts = rng.uniform(-shift, shift, (n, 2)) * (height, width)
    scales = rng.uniform(1 - zoom, 1 + zoom, (n, 2))
    found = np.empty_like(x)
    for start in range(0, n, BLOCK):
        part = slice(start, start + BLOCK)
        rows, columns = _places(angles[part], shifts[part], scales[part], height, width)
        found[part] = np.rint(_bilinear(x[part], rows, columns))
    return found


def _places(
    angles: Array, shifts: Array, scales: Array, height: int, width: int
) -> tuple[Array, Array]:
    """The row and the column, `(n, h, w)` each, that every pixel of n images is read from."""
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    i = scales[:, 0, None] * (np.arange(height) - middle[0]) + shifts[:, 0, None]
    j = scales[:, 1, None] * (np.arange(width) - middle[1]) + shifts[:, 1, None]
    cos, sin = (f(angles)[:, None, None] for f in (np.cos, np.sin))
    rows = cos * i[:, :, None] - sin * j[:, None, :] + middle[0]
    columns = sin * i[:, :, None] + cos * j[:, None, :] + middle[1]
    return np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)


def _bilinear(x: Array, rows: Array, columns: Array) -> Array:
    """What images `(n, c, h, w)` have at these places `(n, h, w)`, all within them."""
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    bottom, right = np.minimum(top + 1, x.shape[2] - 1), np.minimum(left + 1, x.shape[3] - 1)
    down, across = (rows - top)[..., None], (columns - left)[..., None]
    image = np.arange(len(x))[:, None, None]
    pixels = x.transpose(0, 2, 3, 1).astype(np.float64)  # colours last, as they move together
    upper = (1 - across) * pixels[image, top, left] + across * pixels[image, top, right]
    lower = (1 - across) * pixels[image, bottom, left] + across * pixels[image, bottom, right]
    moved = (1 - down) * upper + down * lower
    return np.asarray(moved.transpose(0, 3, 1, 2))
