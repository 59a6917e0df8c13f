"""Standard augmentation: training images mirrored, cropped, turned and moved in colour."""

from functools import partial

import numpy as np

from tscbench import Array, Rng, Rows, Sampler, generator
from tscbench.images import augment_images


@generator(
    source="Urban et al., 2017, Do deep convolutional nets really need to be deep and "
    "convolutional?",
    needs={"images"},
    offers={"class_labels"},
)
def augment(
    train: Rows,
    *,
    flip: bool = True,
    hsv: float = 0.1,
    crop: int = 0,
    rotation: float = 0.0,
    shift: float = 0.0,
    zoom: float = 0.0,
) -> Sampler:
    """Changed copies of training images, with their labels; each is taken once before any again.

    Args:
        flip: mirrored from left to right with probability 1/2, which turns many digits into none.
        hsv: bound of the shifts and scalings of hue, saturation and value; those of grey images
            move their value alone.
        crop: rows and columns of zeros put on each side, out of which a window of the old size is
            cut.
        rotation: turned by U(-rotation, rotation) degrees.
        shift: moved by U(-shift, shift) of its height and of its width.
        zoom: each axis scaled by U(1 - zoom, 1 + zoom). Wang et al. (2018) turn by 15 and shift
            and zoom by 0.1; what was beyond the border is the border, repeated.
    """

    change = partial(
        augment_images,
        flip=flip,
        hsv=hsv,
        crop=crop,
        rotation=rotation,
        shift=shift,
        zoom=zoom,
    )

    def sample(n: int, rng: Rng) -> tuple[Array, Array]:
        passes = [rng.permutation(len(train)) for _ in range(-(-n // len(train)))]
        index = np.concatenate([np.zeros(0, int), *passes])[:n]
        assert train.y is not None
        return change(train.x[index], rng), train.y[index]

    return Sampler(sample)
