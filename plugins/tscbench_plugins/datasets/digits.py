"""Handwritten digits, 8 × 8: the small set that scikit-learn ships.

Origin: Alpaydin and Kaynak, UCI, test part. Licence: CC BY 4.0.
1,797 rows, 64 numeric columns of 0 to 16 (three of them 0 in every row, kept), ten classes; or as
many grey images.
"""

from typing import Literal

import numpy as np

from tscbench import Data, dataset
from tscbench.images import image_data
from tscbench.tabular import from_frame


@dataset(
    source="Alpaydin and Kaynak, 1998, Optical recognition of handwritten digits; UCI",
    requires=("scikit-learn",),
)
def digits(*, form: Literal["table", "images"] = "table") -> Data:
    """Ten digits as 64 numeric columns or 8 × 8 images: 1,797 rows; nothing to download.

    Args:
        form: a table of 64 columns, or grey images, the levels 0 to 16 being spread over 0 to 255.
    """
    from sklearn.datasets import load_digits

    loaded = load_digits(as_frame=True)
    if form == "table":
        return from_frame(loaded.frame, "target", constant="keep", name="digits")
    x = np.rint(loaded.images[:, None] * (255 / 16)).astype(np.uint8)
    return image_data(x, loaded.target.to_numpy(), "0123456789", name="digits")
