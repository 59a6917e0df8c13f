"""Facts that scores are read against."""

import numpy as np
import pytest

from tscbench.contracts.types import Link, Rows, Schema
from tscbench.line.measure import mode_accuracy


def rows(y):
    return Rows(np.zeros((len(y), 1)), np.array(y), np.arange(len(y)))


@pytest.mark.parametrize(
    ("y", "schema", "expected"),
    [
        ([0, 1, 1, 1], Schema((1,), (2,)), 0.75),
        ([2, 0, 2, 1, -1], Schema((1,), (3,)), 0.5),
        ([-1, -1], Schema((1,), (2,)), None),
        # first label: no twice of three known; second: yes three times of four
        ([[0, 1], [0, 1], [1, 1], [np.nan, 0]], Schema((1,), (2,), Link.SIGMOID), 5 / 7),
        ([0.5, 0.7], Schema((1,), (1,), Link.IDENTITY), None),
    ],
)
def test_the_accuracy_of_always_the_most_common_class(y, schema, expected):
    assert mode_accuracy(rows(y), schema) == expected


def test_it_is_the_accuracy_of_a_model_that_always_says_so():
    from tscbench_plugins.metrics.accuracy import accuracy

    rng = np.random.default_rng(0)
    y, schema = rng.integers(0, 3, 50), Schema((1,), (3,))
    each = [accuracy(y, np.tile(np.eye(3)[c], (50, 1)), schema) for c in range(3)]
    assert mode_accuracy(rows(y), schema) == max(each)
