"""Standard augmentation as a generator: every training image in turn, with its label."""

import numpy as np
from tscbench_plugins.generators.augment import augment

from tscbench.testing.data import make


def test_each_training_image_is_taken_once_before_any_again():
    train = make("images").train
    sampler = augment(train, flip=False, hsv=0.0)
    x, y = sampler.sample(60, np.random.default_rng(0))
    index = [int(np.flatnonzero((train.x == one).all(axis=(1, 2, 3)))[0]) for one in x]
    assert sorted(index[:24]) == sorted(index[24:48]) == list(range(24))
    assert len(set(index[48:])) == 12 and index[:24] != index[24:48]
    np.testing.assert_array_equal(y, train.y[index])


def test_mirrored_images_are_no_copies():
    train = make("images").train
    x, _ = augment(train, hsv=0.0).sample(24, np.random.default_rng(0))
    known = {one.tobytes() for one in train.x}
    mirrored = {np.ascontiguousarray(one[..., ::-1]).tobytes() for one in train.x}
    kinds = [(one.tobytes() in known, one.tobytes() in mirrored) for one in x]
    assert set(kinds) == {(True, False), (False, True)}
