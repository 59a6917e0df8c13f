"""MNIST: handwritten digits, 28 × 28 in grey.

Origin: LeCun, Cortes and Burges, as OpenML 554 holds it. Licence: CC BY-SA 3.0, as is
commonly stated. 70,000 rows: 60,000 for training, then the 10,000 official test rows; ten classes
of 9.0 to 11.3 %.
"""

from typing import Literal

import numpy as np

from tscbench import Data, DataError, Fetch, dataset
from tscbench.images import first_rows_train, image_data, pixels_of_frame
from tscbench.tabular import with_second_view

TRAINING = (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949)
"""Images of each digit in the official training part."""


@dataset(
    source="LeCun et al., 1998, Gradient-based learning applied to document recognition; "
    "OpenML 554",
    requires=("openml",),
)
def mnist(fetch: Fetch, *, size: int = 28, privileged: Literal["full"] | None = None) -> Data:
    """Ten digits as grey images, 28 × 28: 60,000 for training and 10,000 test rows, OpenML 554.

    Args:
        size: side of the images: 28, or a part of it, to which pixels are averaged: 14, 7, 4, 2, 1.
        privileged: full leaves the images of 28 × 28 to teachers alone.
    """
    if size < 1 or 28 % size:
        raise DataError(f"mnist: size={size}; it must divide 28: one of 28, 14, 7, 4, 2 and 1")
    frame = fetch.openml(554).get_data()[0]
    x, y = pixels_of_frame(frame, "class", (1, 28, 28), "0123456789", name="mnist")
    test = first_rows_train(y, TRAINING, name="mnist")
    small = x
    if size < 28:
        blocks = x.reshape(-1, 1, size, 28 // size, size, 28 // size)
        small = np.rint(blocks.mean(axis=(3, 5))).astype(np.uint8)
    data = image_data(small, y, "0123456789", name="mnist", test=test)
    return data if privileged is None else with_second_view(data, x / 255, "mnist")
