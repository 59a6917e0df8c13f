"""The variance of the Laplacian: closed forms, and what blurs."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, laplace
from tscbench_plugins.probes.laplacian_variance import laplacian_variance, sharpness

from tscbench import Rows


def rows(x):
    return Rows(x, None, np.arange(len(x)))


def rng():
    return np.random.default_rng(0)


def test_a_constant_image_has_none():
    assert sharpness(np.full((2, 3, 5, 6), 77, np.uint8)).tolist() == [0, 0]


def test_a_checkerboard_is_known():
    board = 255 * (np.indices((10, 10)).sum(axis=0) % 2)
    # Where a pixel is 0 its four neighbours are 1, so the Laplacian is 4 there and -4 elsewhere.
    assert sharpness(board[None, None].astype(np.uint8)) == pytest.approx([16])


def test_it_is_the_laplacian_of_the_middle_of_the_grey_image():
    x = rng().integers(0, 256, (3, 3, 9, 12)).astype(np.uint8)
    grey = x.mean(axis=1) / 255
    expected = [laplace(image)[1:-1, 1:-1].var() for image in grey]
    assert sharpness(x) == pytest.approx(expected)


def test_blur_lowers_it_and_real_images_stand_beside():
    x = rng().integers(0, 256, (20, 1, 16, 16)).astype(np.uint8)
    blurred = np.stack([gaussian_filter(image, (0, 1, 1)) for image in x])
    found = laplacian_variance(rows(blurred), rows(x[:5]), rows(x), rng())
    assert found["variance"] < 0.1 * found["real"]
    assert found["ratio"] == pytest.approx(found["variance"] / found["real"])
    same = laplacian_variance(rows(x), rows(x), rows(x[:0]), rng())
    assert same["ratio"] == 1 and same["real"] == same["variance"]


def test_images_without_a_middle_have_none():
    x = np.zeros((4, 1, 2, 9), np.uint8)
    assert np.isnan(laplacian_variance(rows(x), rows(x), rows(x), rng())["variance"])
