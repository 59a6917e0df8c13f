"""Variance components by hand, and of a known truth."""

import numpy as np
import pandas as pd
import pytest

from tscbench.analysis.components import variance_components
from tscbench.analysis.refused import Refused


def repeats(*rows, names=("split", "seed", "value")):
    return pd.DataFrame(rows, columns=list(names))


BALANCED = [
    (i, j, v) for i, pair in enumerate([(1, 3), (5, 7), (9, 11)]) for j, v in enumerate(pair)
]


def test_variance_components_of_a_balanced_table_by_hand():
    found = variance_components(repeats(*BALANCED))
    # MS within = 6/3 = 2; MS between = 2·32/2 = 32; (32 - 2)/2 = 15
    assert found.seed == pytest.approx(2) and found.split == pytest.approx(15)


def test_variance_components_with_unequal_numbers_of_seeds_by_hand():
    found = variance_components(repeats((0, 0, 1), (0, 1, 3), (1, 0, 5), (1, 1, np.nan)))
    # MS within = 2; SS between = 2·1 + 1·4 = 6; n₀ = 3 - 5/3 = 4/3; (6 - 2)/n₀ = 3
    assert found.seed == pytest.approx(2) and found.split == pytest.approx(3)


def test_variance_components_are_pooled_within_datasets():
    rows = [(d, i, j, v + shift) for d, shift in (("x", 0), ("y", 500)) for i, j, v in BALANCED]
    found = variance_components(repeats(*rows, names=("dataset", "split", "seed", "value")))
    assert found.seed == pytest.approx(2) and found.split == pytest.approx(15)


def test_a_negative_component_is_zero():
    found = variance_components(repeats((0, 0, 0), (0, 1, 10), (1, 0, 5), (1, 1, 5.5)))
    assert found.split == 0 and found.seed == pytest.approx((50 + 0.125) / 2)


def test_components_that_cannot_be_told_apart_are_refused():
    found = variance_components(repeats((0, 0, 1), (1, 0, 2)))
    assert found.split == Refused("one seed a split") and found.seed == Refused("no two seeds")
    found = variance_components(repeats((0, 0, 1), (0, 1, 3)))
    assert found.seed == 2 and found.split == Refused("one split")


def test_variance_components_find_a_known_truth():
    rng = np.random.default_rng(3)
    split = rng.normal(0, 2, 600)
    rows = [(i, j, s + rng.normal()) for i, s in enumerate(split) for j in range(3)]
    found = variance_components(repeats(*rows))
    assert found.split == pytest.approx(4, rel=0.15) and found.seed == pytest.approx(1, rel=0.15)
