"""The judge of images: always the same for the same rows, and able to tell simple classes."""

from dataclasses import replace

import numpy as np
import torch

from tscbench.nn import fit_judge
from tscbench.nn.judge import _JUDGES
from tscbench.testing.data import make


def fresh(train, schema, **settings):
    _JUDGES.clear()
    return fit_judge(train, schema, **settings)


def test_the_same_rows_give_the_same_judge_and_it_is_remembered():
    tiny = make("images")
    state = torch.random.get_rng_state()
    first = fresh(tiny.train, tiny.schema, n_steps=3)
    assert fit_judge(make("images").train, tiny.schema, n_steps=3) is first
    again = fresh(tiny.train, tiny.schema, n_steps=3)
    assert again is not first and torch.equal(torch.random.get_rng_state(), state)
    x = tiny.valid.x
    assert first.features(x).tobytes() == again.features(x).tobytes()
    assert fit_judge(tiny.valid, tiny.schema, n_steps=3) is not again
    assert fit_judge(tiny.valid, tiny.schema, n_steps=4) is not again


def test_it_tells_bright_images_from_dark_ones():
    tiny = make("images")
    judge = fresh(tiny.train, tiny.schema, n_steps=40)
    p = judge.probabilities(tiny.valid.x)
    assert np.mean(p.argmax(axis=1) == tiny.valid.y) > 0.9
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-6)
    assert judge.features(tiny.valid.x).shape == (24, 64)
    assert judge.features(tiny.valid.x[:0]).shape == (0, 64)


def test_rows_without_a_label_are_left_out():
    tiny = make("images")
    part = tiny.train.take(np.arange(16))
    y = np.where(np.arange(24) < 16, tiny.train.y, -1)
    whole = fresh(replace(tiny.train, y=y), tiny.schema, n_steps=2)
    assert fit_judge(part, tiny.schema, n_steps=2) is whole
