"""Augmented: any student that learns from batches, on images changed at random as it meets them."""

from dataclasses import replace
from functools import partial

from tscbench import (
    CompressionSet,
    Predictor,
    Progress,
    Rng,
    Rows,
    Schema,
    Spec,
    SpecError,
    student,
)
from tscbench.images import augment_images


@student(
    source="Urban et al., 2017, Do deep convolutional nets really need to be deep and "
    "convolutional?",
    needs=lambda params: {"images", *params["student"].needs},
    offers=lambda params: params["student"].offers,
    small={"student": "mlp(epochs=2, hidden=[8])", "crop": 2},
)
def augmented(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    student: Spec,
    flip: bool = True,
    hsv: float = 0.0,
    crop: int = 0,
    rotation: float = 0.0,
    shift: float = 0.0,
    zoom: float = 0.0,
) -> Predictor:
    """The student, fitted on images that are mirrored, cropped, turned and moved in colour.

    Synthetic images are changed too. Each keeps its target: a teacher is not asked about what was
    changed. The generator `augment` in a mix `stream` asks it.

    Args:
        student: what learns; it must offer `streaming`.
        flip: mirrored from left to right with probability 1/2, which turns many digits into none.
        hsv: bound of the shifts and scalings of hue, saturation and value.
        crop: rows and columns of zeros put on each side, out of which a window of the old size is
            cut.
        rotation: turned by U(-rotation, rotation) degrees.
        shift: moved by U(-shift, shift) of its height and of its width.
        zoom: each axis scaled by U(1 - zoom, 1 + zoom). Wang et al. (2018) turn by 15 and shift
            and zoom by 0.1; what was beyond the border is the border, repeated.
    """
    if "streaming" not in student.offers:
        raise SpecError(
            f"student augmented: {student} does not offer streaming: it learns from whole tables, "
            "in which nothing changes from epoch to epoch; choose a network"
        )
    transform = partial(
        augment_images,
        flip=flip,
        hsv=hsv,
        crop=crop,
        rotation=rotation,
        shift=shift,
        zoom=zoom,
    )
    return student(
        compression_set=replace(compression_set, transform=transform),
        valid=valid,
        schema=schema,
        rng=rng,
        progress=progress,
    )
