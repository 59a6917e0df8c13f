"""The public names for type checkers and editors; at run time they are imported when first used."""

from tscbench.images.affine import (
    affine_images as affine_images,
)
from tscbench.images.augment import (
    augment_images as augment_images,
)
from tscbench.images.augment import (
    crop_images as crop_images,
)
from tscbench.images.augment import (
    flip_images as flip_images,
)
from tscbench.images.augment import (
    shift_colours as shift_colours,
)
from tscbench.images.data import (
    first_rows_train as first_rows_train,
)
from tscbench.images.data import (
    image_data as image_data,
)
from tscbench.images.data import (
    pixels_of_frame as pixels_of_frame,
)
from tscbench.images.data import (
    read_images as read_images,
)
from tscbench.images.grid import (
    image_grid as image_grid,
)
