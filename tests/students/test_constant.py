"""The constant student: the weighted mean of its targets, on each of their scales."""

import numpy as np
import pytest
from tscbench_plugins.students.constant import constant

from tscbench import CompressionSet, Link, Loss, Rows, Scale, Schema, Targets, to_probabilities

WEIGHT = np.array([1.0, 3.0, 0.0])


def fitted(values, scale, schema, weight=WEIGHT) -> np.ndarray:
    rows = Rows(np.zeros((3, 1)), None, np.arange(3))
    targets = Targets(np.array(values), Loss.SQUARED, scale, weight)
    model = constant(CompressionSet(rows, None, None, (targets,), 3), schema)
    return model.predict(rows.take(np.array([0, 2])))


def test_probabilities():
    z = fitted([[0.8, 0.2], [0.4, 0.6], [0.0, 1.0]], Scale.PROBABILITY, Schema((1,), (2,)))
    p = to_probabilities(z, Schema((1,), (2,)))
    np.testing.assert_allclose(p, [[0.5, 0.5]] * 2, atol=1e-12)


def test_log_probabilities_of_two_classes_are_those_of_the_positive_one():
    values = np.log([[0.8, 0.2], [0.4, 0.6], [0.1, 0.9]])
    z = fitted(values, Scale.LOG_PROBABILITY, Schema((1,), (2,)))
    wanted = (np.log(0.2) + 3 * np.log(0.6)) / 4
    np.testing.assert_allclose(
        np.log(to_probabilities(z, Schema((1,), (2,)))[:, 1]), wanted, atol=1e-9
    )


@pytest.mark.parametrize("link", [Link.SOFTMAX, Link.SIGMOID])
def test_logits_stay_as_they_are(link):
    z = fitted([[1, 2, 3], [5, -2, 3], [9, 9, 9]], Scale.LOGIT, Schema((1,), (3,), link))
    np.testing.assert_allclose(z, [[4, -1, 3]] * 2, atol=1e-9)
