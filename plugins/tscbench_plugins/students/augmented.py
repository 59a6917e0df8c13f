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
) -> Predictor:
    """The student, fitted on images that are mirrored, cropped and moved in colour.

    Synthetic images are changed too. Each keeps its target: a teacher is not asked about what was
    changed. The generator `augment` in a mix `stream` asks it.

    Args:
        student: what learns; it must offer `streaming`.
        flip: mirrored from left to right with probability 1/2, which turns many digits into none.
        hsv: bound of the shifts and scalings of hue, saturation and value.
        crop: rows and columns of zeros put on each side, out of which a window of the old size is
            cut.
    """
    if "streaming" not in student.offers:
        raise SpecError(
            f"student augmented: {student} does not offer streaming: it learns from whole tables, "
            "in which nothing changes from epoch to epoch; choose a network"
        )
    transform = partial(augment_images, flip=flip, hsv=hsv, crop=crop)
    return student(
        compression_set=replace(compression_set, transform=transform),
        valid=valid,
        schema=schema,
        rng=rng,
        progress=progress,
    )
