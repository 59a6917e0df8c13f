"""The distance to a known truth, by hand."""

import numpy as np
import pytest
from tscbench_plugins.metrics.truth_error import truth_error

from tscbench import Schema, to_logits

TWO, THREE = Schema((1,), (2,)), Schema((1,), (3,))
TRUTH = np.array([0.2, 0.5])
ANSWERS = np.array([0.3, 0.3])


def of_two(**params) -> float:
    return truth_error(to_logits(ANSWERS, TWO), TWO, to_logits(TRUTH, TWO), **params)


def test_of_two_classes_the_positive_one_counts():
    assert of_two() == pytest.approx((0.01 + 0.04) / 2, abs=1e-12)
    gap = np.log(ANSWERS) - np.log(TRUTH)
    assert of_two(scale="logp") == pytest.approx(np.mean(gap**2), abs=1e-12)


def test_the_mean_of_the_truth_is_the_best_constant():
    assert of_two(to="mean") == pytest.approx(0.05**2, abs=1e-12)
    best = np.log(TRUTH).mean()
    assert of_two(scale="logp", to="mean") == pytest.approx((np.log(0.3) - best) ** 2, abs=1e-12)
    z = to_logits(np.full(2, np.exp(best)), TWO)
    assert truth_error(z, TWO, to_logits(TRUTH, TWO), scale="logp", to="mean") < 1e-24


def test_of_more_classes_squares_are_summed():
    p, q = np.array([[0.2, 0.3, 0.5]]), np.array([[0.1, 0.3, 0.6]])
    found = truth_error(to_logits(p, THREE), THREE, to_logits(q, THREE))
    assert found == pytest.approx(0.02, abs=1e-12)


def test_a_probability_of_nought_is_finite():
    z = np.array([[0.0, -800.0]])
    assert truth_error(z, TWO, np.zeros((1, 2)), scale="logp") == pytest.approx(
        (800 - np.log(2)) ** 2
    )
