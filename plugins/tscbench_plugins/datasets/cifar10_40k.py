"""CIFAR-10 without its official test rows: 40,000 images for training, 10,000 others as test rows.

Origin: Krizhevsky, Nair and Hinton: the official training images, the last 10,000 of which stand in
for test rows on machines that lack the official ones. Results carry this name, and are not
those of `cifar10`. Licence: none stated. 50,000 rows, ten classes of 5,000 each.
"""

from pathlib import Path

from tscbench import Data, DataError, dataset
from tscbench.images import image_data, read_images

CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)


@dataset(source="Krizhevsky, 2009, Learning multiple layers of features from tiny images")
def cifar10_40k(*, path: Path = Path("cifar10.npz")) -> Data:
    """Ten classes of colour images, 32 × 32: 40,000 for training, 10,000 of its own as test rows.

    Args:
        path: an .npz of x (n, 3, 32, 32) uint8, y (n,), codes in the official order, and test
            (n,), true for test rows.
    """
    arrays = read_images(path)
    if "test" not in arrays:
        raise DataError(f"{path}: no array 'test'; it must mark the test rows")
    if arrays["x"].shape[1:] != (3, 32, 32):
        raise DataError(f"{path}: x has shape {arrays['x'].shape}; it must be (n, 3, 32, 32)")
    name = f"cifar10_40k {path.name}"
    return image_data(arrays["x"], arrays["y"], CLASSES, name=name, test=arrays["test"])
