"""Fashion-MNIST: pictures of clothes, 28 × 28 in grey.

Origin: Xiao, Rasul and Vollgraf (Zalando), as OpenML 40996 holds it. Licence: MIT.
70,000 rows: 60,000 for training, then the 10,000 official test rows; ten classes of 7,000 each.
"""

from tscbench import Data, Fetch, dataset
from tscbench.images import first_rows_train, image_data, pixels_of_frame

CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


@dataset(
    source="Xiao, Rasul and Vollgraf, 2017, Fashion-MNIST: a novel image dataset for benchmarking "
    "machine learning algorithms; OpenML 40996",
    requires=("openml",),
)
def fashion_mnist(fetch: Fetch) -> Data:
    """Ten kinds of clothes as grey images, 28 × 28: 60,000 and 10,000 test rows, OpenML 40996."""
    frame = fetch.openml(40996).get_data()[0]
    x, y = pixels_of_frame(frame, "class", (1, 28, 28), CLASSES, name="fashion_mnist")
    test = first_rows_train(y, (6000,) * 10, name="fashion_mnist")
    return image_data(x, y, CLASSES, name="fashion_mnist", test=test)
