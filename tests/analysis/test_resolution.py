"""What differences can be told from none: by hand, and as often as it says."""

import numpy as np
import pandas as pd
import pytest

from tscbench.analysis.refused import Refused
from tscbench.analysis.resolution import resolution, smallest_resolvable_difference


def test_the_smallest_resolvable_difference_by_hand():
    # t of 9 degrees of freedom: 2.262157 at 0.975 and 0.883404 at 0.8
    found = smallest_resolvable_difference(0.01, 10)
    assert found == pytest.approx(0.01 * (2.262157 + 0.883404), rel=1e-6)
    assert smallest_resolvable_difference(0.01, 1) == np.inf
    several = smallest_resolvable_difference(np.array([0.01, np.nan]), 10)
    assert several[0] == pytest.approx(found) and several[1] == np.inf


def test_a_difference_of_that_size_is_found_with_that_power():
    rng = np.random.default_rng(0)
    size = smallest_resolvable_difference(1 / np.sqrt(10), 10)
    drawn = rng.normal(size, 1, (4000, 10))
    t = drawn.mean(axis=1) / drawn.std(axis=1, ddof=1) * np.sqrt(10)
    assert 0.77 < (np.abs(t) > 2.262157).mean() < 0.83


def test_the_resolution_of_a_suite_by_hand():
    # differences 1, 3, 1, 3: s = √(4/3), standard error √(1/3); t of 3: 3.182446 and 0.978472
    table = pd.DataFrame({"A": [0.0, 5.0, 1.0, 2.0], "B": [1.0, 8.0, 2.0, 5.0]})
    assert resolution(table) == pytest.approx(np.sqrt(1 / 3) * (3.182446 + 0.978472), rel=1e-6)
    assert resolution(table.iloc[:1]) == Refused("no spread", (1, 2))
