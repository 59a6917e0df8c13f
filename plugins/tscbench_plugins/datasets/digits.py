"""Handwritten digits, 8 × 8: the small set that scikit-learn ships.

Origin: Alpaydin and Kaynak, UCI, test part. Licence: CC BY 4.0.
1,797 rows, 64 numeric columns of 0 to 16 (three of them 0 in every row, kept), ten classes.
"""

from tscbench import Data, dataset
from tscbench.tabular import from_frame


@dataset(
    source="Alpaydin and Kaynak, 1998, Optical recognition of handwritten digits; UCI",
    requires=("scikit-learn",),
)
def digits() -> Data:
    """Ten digits as 64 numeric columns: 1,797 rows; nothing to download."""
    from sklearn.datasets import load_digits

    frame = load_digits(as_frame=True).frame
    return from_frame(frame, "target", constant="keep", name="digits")
