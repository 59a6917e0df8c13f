"""Scales: no order is lost between probabilities and logits."""

import numpy as np
import pytest
from scipy.special import expit, softmax
from scipy.special import logit as scipy_logit

from tscbench import (
    Link,
    Scale,
    Schema,
    decide,
    one_hot,
    to_logits,
    to_outputs,
    to_probabilities,
)

TWO = Schema((3,), (2,))
FIVE = Schema((3,), (5,))
LABELS = Schema((3,), (4,), Link.SIGMOID)


def margin(p: np.ndarray) -> np.ndarray:
    z = to_logits(np.asarray(p), TWO)
    return z[:, 1] - z[:, 0]


@pytest.mark.parametrize("start", [-0.3, -1e-9, 0.0, 1e-12, 1e-6, 0.3, 0.5, 0.999, 1 - 5e-9, 1.2])
def test_probabilities_that_differ_by_a_billionth_keep_their_order(start: float) -> None:
    p = start + 1e-9 * np.arange(12)
    assert np.all(np.diff(margin(p)) > 0)
    labels = to_logits(p[:, None], Schema((3,), (1,), Link.SIGMOID))[:, 0]
    assert np.all(np.diff(labels) > 0)


def test_values_outside_the_unit_interval_are_finite_and_ordered() -> None:
    z = margin(np.array([-5.0, -0.2, 0.0, 0.5, 1.0, 1.2, 7.0]))
    assert np.all(np.isfinite(z)) and np.all(np.diff(z) > 0)
    assert z[3] == 0.0


def test_more_classes_keep_the_order_in_each_column() -> None:
    p = np.array([-0.2, 0.0, 1e-13, 1e-9, 2e-9, 0.5, 0.5 + 1e-9, 1.0, 1.5])
    z = to_logits(np.repeat(p[:, None], 5, axis=1), FIVE)
    assert np.all(np.isfinite(z)) and np.all(np.diff(z, axis=0) > 0)


@pytest.mark.parametrize("schema", [TWO, FIVE, LABELS], ids=["two", "five", "labels"])
def test_there_and_back_changes_nothing(schema: Schema) -> None:
    rng = np.random.default_rng(0)
    k = schema.outputs[0]
    p = rng.random((200, k)) if schema.link is Link.SIGMOID else rng.dirichlet(np.ones(k), 200)
    p[0] = np.eye(k)[0]
    zeros = k - 1 if schema.link is Link.SOFTMAX else 1  # each p = 0 comes back as 1e-12 / e
    assert np.abs(to_probabilities(to_logits(p, schema), schema) - p).max() <= zeros * 1e-12


def test_it_is_the_usual_logit_inside() -> None:
    p = np.linspace(0.001, 0.999, 77)
    np.testing.assert_allclose(margin(p), scipy_logit(p), rtol=1e-12, atol=1e-13)
    np.testing.assert_array_equal(margin(p), margin(np.stack([1 - p, p], axis=1)))


def test_probabilities_are_softmax_and_sigmoid_at_a_temperature() -> None:
    z = np.random.default_rng(1).normal(0, 30, (50, 5))
    np.testing.assert_allclose(to_probabilities(z, FIVE, 4.0), softmax(z / 4, axis=1), atol=1e-15)
    sigmoid = Schema((3,), (5,), Link.SIGMOID)
    np.testing.assert_allclose(to_probabilities(z, sigmoid, 4.0), expit(z / 4), atol=1e-15)
    assert np.all(np.isfinite(to_probabilities(np.array([[1e12, -1e12]]), TWO)))


def test_outputs_of_logits_are_the_logits() -> None:
    z = np.array([[0.0, 3.0], [1.0, -1.0]])
    np.testing.assert_array_equal(to_outputs(z, Scale.LOGIT, TWO), z)
    identity = Schema((3,), (2,), Link.IDENTITY)
    np.testing.assert_array_equal(to_outputs(z, Scale.PROBABILITY, identity), z)


def test_one_hot_leaves_unknown_labels_nan() -> None:
    hot = one_hot(np.array([1, -1, 0]), TWO)
    np.testing.assert_array_equal(hot, [[0, 1], [np.nan, np.nan], [1, 0]])
    several = np.array([[1, 0, np.nan, 1]])
    np.testing.assert_array_equal(one_hot(several, LABELS), several)


def test_no_rows_at_all() -> None:
    for schema in (TWO, FIVE, LABELS):
        empty = np.zeros((0, schema.outputs[0]))
        assert to_logits(empty, schema).shape == empty.shape
        assert to_probabilities(empty, schema).shape == empty.shape


THREE = Schema((3,), (3,))
SHARES = np.array([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]])  # of equal sums that differ in the last bit


def test_equal_shares_are_a_tie_however_they_were_summed() -> None:
    less, more = sorted(row[0] + row[1] + row[2] for row in SHARES)
    assert less != more
    p = np.array([[0.5, 0.5], [0.5 + 1e-16, 0.5 - 1e-16], [0.5 + 1e-8, 0.5 - 1e-8]])
    assert decide(to_logits(p, TWO), TWO).tolist() == [1, 1, 0]
    p = np.array([[less, more, 0.0], [more, less, 0.0], [less + 1e-8, less, 0.0]]) / (less + more)
    assert decide(to_logits(p, THREE), THREE).tolist() == [1, 1, 0]
    of_labels = to_logits(np.array([[0.5, 0.5 - 1e-16, 0.5 - 1e-8, 0.7]]), LABELS)
    assert decide(of_labels, LABELS).tolist() == [[True, True, False, True]]
