"""MNIST: handwritten digits, 28 × 28 in grey.

Origin: LeCun, Cortes and Burges, as OpenML 554 holds it. Licence: CC BY-SA 3.0, as is
commonly stated. 70,000 rows: 60,000 for training, then the 10,000 official test rows; ten classes
of 9.0 to 11.3 %.
"""

from tscbench import Data, Fetch, dataset
from tscbench.images import first_rows_train, image_data, pixels_of_frame

TRAINING = (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949)
"""Images of each digit in the official training part."""


@dataset(
    source="LeCun et al., 1998, Gradient-based learning applied to document recognition; "
    "OpenML 554",
    requires=("openml",),
)
def mnist(fetch: Fetch) -> Data:
    """Ten digits as grey images, 28 × 28: 60,000 for training and 10,000 test rows, OpenML 554."""
    frame = fetch.openml(554).get_data()[0]
    x, y = pixels_of_frame(frame, "class", (1, 28, 28), "0123456789", name="mnist")
    test = first_rows_train(y, TRAINING, name="mnist")
    return image_data(x, y, "0123456789", name="mnist", test=test)
