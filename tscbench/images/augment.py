"""Standard augmentation of images: mirrored, cropped, turned, and moved in colour."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array, Rng
from tscbench.images.affine import affine_images

BLOCK = 1024
"""Images whose colours are computed at once: floats need four times the memory of pixels."""


def augment_images(
    x: Array,
    rng: Rng,
    *,
    flip: bool = False,
    hsv: float = 0.0,
    crop: int = 0,
    rotation: float = 0.0,
    shift: float = 0.0,
    zoom: float = 0.0,
) -> Array:
    """A changed copy of images `(n, c, h, w)` uint8, each image by chance of its own.

    flip: see `flip_images`. hsv: see `shift_colours`. crop: see `crop_images`. rotation, shift and
    zoom: see `affine_images`. What is False or 0 is left out and draws nothing.
    """
    x = flip_images(x, rng) if flip else x.copy()
    if crop:
        x = crop_images(x, crop, rng)
    if rotation or shift or zoom:
        x = affine_images(x, rng, rotation=rotation, shift=shift, zoom=zoom)
    return shift_colours(x, hsv, rng) if hsv else x


def flip_images(x: Array, rng: Rng) -> Array:
    """Every image `(n, c, h, w)` mirrored from left to right with probability 1/2."""
    mirrored = rng.random(len(x)) < 0.5
    return np.where(mirrored[:, None, None, None], x[..., ::-1], x)


def crop_images(x: Array, padding: int, rng: Rng) -> Array:
    """A window of the old size from images `(n, c, h, w)` that have `padding` rows and columns of
    zeros on each side; all (2 padding + 1)² windows are equally likely.

    Raises:
        DataError: a negative padding.
    """
    if padding < 0:
        raise DataError(f"augmentation: crop={padding}; it must be 0 or more pixels")
    height, width = x.shape[2:]
    sides = (padding, padding)
    padded = np.pad(x, ((0, 0), (0, 0), sides, sides))
    tops, lefts = rng.integers(2 * padding + 1, size=(2, len(x)))
    found = np.empty_like(x)
    for image, whole, top, left in zip(found, padded, tops, lefts, strict=True):
        image[:] = whole[:, top : top + height, left : left + width]
    return found


def shift_colours(x: Array, bound: float, rng: Rng) -> Array:
    """Images `(n, c, h, w)` uint8 of one or three colours, moved in hue, saturation and value.

    Each image has its own h + dₕ, aₛ s + dₛ and aᵥ v + dᵥ, all within [0, 1], hue going round;
    shifts d are U(-bound, bound) and scales a U(1 / (1 + bound), 1 + bound). Grey images have a
    value alone. Urban et al. (2017) bound each of the five by a constant of its own.

    Raises:
        DataError: another number of colours, or a negative bound.
    """
    n, colours = x.shape[:2]
    if colours not in (1, 3) or bound < 0:
        raise DataError(
            f"augmentation: hsv={bound:g} on images of {colours} colours; they must have 1 or 3 "
            "and hsv must be 0 or more: hsv=0 leaves colours alone"
        )
    shifts = rng.uniform(-bound, bound, size=(3, n, 1, 1)).astype(np.float32)
    scales = rng.uniform(1 / (1 + bound), 1 + bound, size=(2, n, 1, 1)).astype(np.float32)
    found = np.empty_like(x)
    for start in range(0, n, BLOCK):
        part = slice(start, start + BLOCK)
        moved = _moved(x[part].astype(np.float32) / 255, shifts[:, part], scales[:, part])
        found[part] = np.rint(255 * moved)
    return found


def _moved(pixels: Array, shifts: Array, scales: Array) -> Array:
    """Pixels `(n, c, h, w)` in [0, 1], by shifts `(3, n, 1, 1)` and scales `(2, n, 1, 1)`."""
    if pixels.shape[1] == 1:
        return np.asarray(np.clip(scales[1][:, None] * pixels + shifts[2][:, None], 0, 1))
    hue, saturation, value = to_hsv(pixels)
    saturation = np.clip(scales[0] * saturation + shifts[1], 0, 1)
    return to_rgb((hue + shifts[0]) % 1, saturation, np.clip(scales[1] * value + shifts[2], 0, 1))


def to_hsv(rgb: Array) -> tuple[Array, Array, Array]:
    """Hue, saturation and value `(n, h, w)` of `(n, 3, h, w)`, all in [0, 1]; grey has hue 0."""
    red, green, blue = rgb[:, 0], rgb[:, 1], rgb[:, 2]
    value = rgb.max(axis=1)
    spread = value - rgb.min(axis=1)
    over = np.where(spread > 0, spread, 1)
    hue = np.where(value == red, (green - blue) / over, 2 + (blue - red) / over)
    hue = np.where(
        (value == blue) & (value != red) & (value != green), 4 + (red - green) / over, hue
    )
    hue = np.where(spread > 0, hue / 6 % 1, 0)
    return hue, spread / np.where(value > 0, value, 1), value


def to_rgb(hue: Array, saturation: Array, value: Array) -> Array:
    """`(n, 3, h, w)` of hue, saturation and value `(n, h, w)`, all in [0, 1]."""
    sixths = [(place + 6 * hue) % 6 for place in (5, 3, 1)]
    lacks = [np.clip(np.minimum(k, 4 - k), 0, 1) for k in sixths]
    return np.stack([value - value * saturation * lack for lack in lacks], axis=1)
