"""How much an order depends on the datasets, by hand and over all samples."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from analysis.demsar import DEMSAR

from tscbench.analysis.refused import Refused
from tscbench.analysis.stability import DRAWS, samples, share_of_firsts


def test_shares_of_firsts_by_hand():
    # drawn twice from two datasets: A, B, or a tie; A wins one of them, B the other
    table = pd.DataFrame({"A": [1.0, 0.0], "B": [0.0, 1.0]})
    assert share_of_firsts(table).to_dict() == pytest.approx({"A": 0.5, "B": 0.5})
    sure = share_of_firsts(pd.DataFrame({"B": [0.0, 0.0, 0.1], "A": [1.0, 1.0, 1.0]}))
    assert sure.to_dict() == pytest.approx({"A": 1, "B": 0})


def test_few_datasets_need_no_draws_and_no_seed():
    weights, often = samples(4)
    assert len(weights) == 35 and often.sum() == 4**4
    listed = [np.bincount(s, minlength=4) / 4 for s in product(range(4), repeat=4)]
    for row, times in zip(weights, often, strict=True):
        assert times == sum((row == one).all() for one in listed)


def test_of_many_datasets_samples_are_drawn_the_same_each_time():
    (weights, often), again = samples(14), samples(14)
    assert weights.shape == (DRAWS, 14) and set(often) == {1}
    assert (weights == again[0]).all() and weights.sum(axis=1) == pytest.approx(1)
    assert weights.mean(axis=0) == pytest.approx(1 / 14, abs=0.001)


def test_one_dataset_is_refused():
    assert share_of_firsts(DEMSAR.iloc[:1]) == Refused("few datasets drawn", (1, 2))
