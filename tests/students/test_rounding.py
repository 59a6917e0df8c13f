"""Leaves that hold one opinion are one rank, whatever the last bit of their means."""

import numpy as np

from tscbench import Scale, Schema
from tscbench.tabular import regressed_outputs


def test_the_last_bit_of_a_mean_is_no_opinion():
    schema = Schema((1,), (2,))
    shares = np.array([[1 - 2e-16], [1.0], [1 - 1e-9], [0.3], [0.1 + 0.2]])
    z = regressed_outputs(shares, Scale.PROBABILITY, schema)[:, 1]
    assert z[0] == z[1] and z[3] == z[4]
    assert z[2] < z[1], "a difference of 1e-9 is one"
