"""Augmentation: against colorsys and scipy, and what every mirror, window and shift must keep."""

import colorsys

import numpy as np
import pytest
from scipy import ndimage

from tscbench import DataError
from tscbench.images import affine_images, augment_images, crop_images, flip_images, shift_colours
from tscbench.images.augment import to_hsv, to_rgb


def rng(seed=0):
    return np.random.default_rng(seed)


def images(n=40, colours=3, height=6, width=5):
    return rng(1).integers(256, size=(n, colours, height, width), dtype=np.uint8)


def test_hue_saturation_and_value_are_those_of_colorsys():
    x = np.concatenate([images(20), np.repeat(images(20, 1), 3, axis=1)]) / 255  # grey ones too
    hsv = np.stack(to_hsv(x), axis=1)
    theirs = [colorsys.rgb_to_hsv(*p) for p in x.transpose(0, 2, 3, 1).reshape(-1, 3)]
    np.testing.assert_allclose(hsv.transpose(0, 2, 3, 1).reshape(-1, 3), theirs, atol=1e-12)
    np.testing.assert_allclose(to_rgb(*hsv.transpose(1, 0, 2, 3)), x, atol=1e-12)


def test_about_half_are_mirrored_and_the_others_as_they_were():
    x = images(1000)
    flipped = flip_images(x, rng())
    same = (flipped == x).all(axis=(1, 2, 3))
    np.testing.assert_array_equal(flipped[~same], x[~same][..., ::-1])
    assert same.mean() == pytest.approx(0.5, abs=0.05)  # three standard deviations are 0.047


def test_windows_are_those_of_the_padded_image_and_all_occur():
    x = np.repeat(images(1), 900, axis=0)
    padded = np.pad(x[0], ((0, 0), (1, 1), (1, 1)))
    windows = [padded[:, i : i + 6, j : j + 5] for i in range(3) for j in range(3)]
    cropped = crop_images(x, 1, rng())
    counts = [(cropped == w).all(axis=(1, 2, 3)).sum() for w in windows]
    assert sum(counts) == 900 and min(counts) > 60  # 100 each; four standard deviations are 38


def moved_by_scipy(image, angle, shifts, scales):
    """One colour as Keras' image generator has it moved: R·S·Z about the centre."""
    angle, (height, width) = np.deg2rad(angle), image.shape
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    matrix = turn @ np.diag(scales)
    offset = middle + turn @ np.array(shifts) - matrix @ middle
    return ndimage.affine_transform(
        image.astype(float), matrix, offset, order=1, mode="nearest", output=float
    )


def test_images_are_turned_shifted_and_zoomed_as_by_scipy():
    x = images(7, 2)
    ours = affine_images(x, rng(), rotation=15, shift=0.1, zoom=0.1)
    drawn = rng()
    angles, shifts, scales = (
        drawn.uniform(-15, 15, 7),
        drawn.uniform(-0.1, 0.1, (7, 2)) * (6, 5),
        drawn.uniform(0.9, 1.1, (7, 2)),
    )
    theirs = [
        [moved_by_scipy(colour, *how) for colour in image]
        for image, *how in zip(x, angles, shifts, scales, strict=True)
    ]
    assert np.abs(ours - np.array(theirs)).max() <= 0.5 + 1e-9
    assert ours.dtype == np.uint8 and (ours != x).any(axis=(1, 2, 3)).all()


def test_a_shift_by_whole_pixels_repeats_the_border():
    class Right:
        """Draws the upper end of every range."""

        def uniform(self, low, high, size):
            return np.full(size, high)

    x = images(2, height=6, width=6)
    moved = affine_images(x, Right(), shift=1 / 3)
    at = np.minimum(np.arange(6) + 2, 5)
    np.testing.assert_array_equal(moved, x[:, :, at][..., at])


def test_without_bounds_nothing_is_moved_or_drawn():
    x, used = images(), rng()
    np.testing.assert_array_equal(augment_images(x, used), x)
    assert used.random() == rng().random()
    np.testing.assert_array_equal(affine_images(x, rng()), x)
    turned = augment_images(x, rng(), rotation=15, shift=0.1, zoom=0.1)
    np.testing.assert_array_equal(turned, affine_images(x, rng(), rotation=15, shift=0.1, zoom=0.1))


@pytest.mark.parametrize("wrong", [{"rotation": -1}, {"shift": -0.1}, {"zoom": 1}])
def test_bounds_that_mean_nothing_are_refused(wrong):
    with pytest.raises(DataError, match="each must be 0 or more"):
        affine_images(images(), rng(), **wrong)


def test_colours_move_within_their_bounds():
    x, bound = images(300), 0.2
    moved = shift_colours(x, bound, rng())
    before, after = (np.stack(to_hsv(a / 255)) for a in (x, moved))
    turned = (after[0] - before[0] + 0.5) % 1 - 0.5
    clear = (before[1] > 0.3) & (after[1] > 0.3) & (before[2] > 0.4) & (after[2] > 0.4)
    assert np.abs(turned[clear]).max() <= bound + 0.02
    assert after[2].max() <= 1 and np.ptp(turned[clear]) > 1.5 * bound
    least = before[1:] / (1 + bound) - bound
    most = before[1:] * (1 + bound) + bound
    assert (after[2] >= least[1] - 0.01).all() and (after[2] <= most[1] + 0.01).all()
    bright = after[2] > 0.4  # of dark pixels rounding hides the saturation
    inside = (after[1] >= least[0] - 0.02) & (after[1] <= most[0] + 0.02)
    assert inside[bright].all()


def test_one_image_moves_as_one():
    """Its grey values are an affine function of what they were, where nothing is cut off."""
    x = rng(2).integers(60, 180, size=(1, 1, 8, 8), dtype=np.uint8)
    moved = shift_colours(x, 0.1, rng()).astype(float)
    scale, shift = np.polyfit(x.ravel(), moved.ravel(), 1)
    np.testing.assert_allclose(moved, scale * x + shift, atol=0.6)
    assert 1 / 1.1 <= scale <= 1.1 and abs(shift) <= 25.5


def test_what_is_left_out_changes_nothing():
    x = images()
    np.testing.assert_array_equal(augment_images(x, rng()), x)
    state = rng()
    augment_images(x, state)
    assert state.random() == rng().random(), "nothing is drawn"
    all_of_it = augment_images(x, rng(), flip=True, hsv=0.1, crop=2)
    assert all_of_it.shape == x.shape and all_of_it.dtype == np.uint8
    assert augment_images(x[:0], rng(), flip=True, hsv=0.1, crop=2).shape == (0, 3, 6, 5)


def test_colours_are_the_same_in_blocks(monkeypatch):
    x = images()
    whole = shift_colours(x, 0.1, rng())
    monkeypatch.setattr("tscbench.images.augment.BLOCK", 7)
    np.testing.assert_array_equal(shift_colours(x, 0.1, rng()), whole)


def test_what_cannot_be_augmented_is_refused():
    with pytest.raises(DataError, match="hsv=0.1 on images of 2 colours; they must have 1 or 3"):
        augment_images(images(colours=2), rng(), hsv=0.1)
    with pytest.raises(DataError, match="crop=-1; it must be 0 or more"):
        augment_images(images(), rng(), crop=-1)
