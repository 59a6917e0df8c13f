"""Many images as one, to be looked at."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.types import Array

EDGE = 2
"""Pixels between images."""


def image_grid(x: Array, y: Array | None, *, columns: int = 10) -> Array:
    """Images uint8 `(n, c, h, w)` side by side as one `(height, width, c)`, on white.

    y: classes `(n,)`; the first `columns` of each class are a row, in order of their codes. Without
    it, all images in rows of `columns`.
    """
    if y is None:
        rows = [np.arange(i, min(i + columns, len(x))) for i in range(0, len(x), columns)]
    else:
        rows = [np.flatnonzero(y == code)[:columns] for code in np.unique(y)]
    c, h, w = x.shape[1:]
    height, width = h + EDGE, w + EDGE
    grid = np.full((len(rows) * height + EDGE, columns * width + EDGE, c), 255, np.uint8)
    for nth, row in enumerate(rows):
        for place, index in enumerate(row):
            top, left = EDGE + nth * height, EDGE + place * width
            grid[top : top + h, left : left + w] = x[index].transpose(1, 2, 0)
    return grid
