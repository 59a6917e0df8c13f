"""The corrected resampled t by hand, against scipy, and what it is refused for."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tscbench.analysis.refused import Refused
from tscbench.analysis.resampled_t import resampled_t, variance_share
from tscbench.analysis.row_counts import row_ratios
from tscbench.analysis.student_t import one_more, reach


def test_the_corrected_resampled_t_is_that_of_nadeau_and_bengio():
    # s² = 0.0005/3; (1/4 + 1/2)·s² = 0.000125, its root 0.0111803; t = √5
    found = resampled_t([0.01, 0.03, 0.02, 0.04], 100 / 200)
    assert found.mean == pytest.approx(0.025)
    assert found.standard_error == pytest.approx(np.sqrt(0.000125))
    assert found.t == pytest.approx(np.sqrt(5))
    # the distribution function of t with 3 degrees of freedom in closed form
    u = np.sqrt(5 / 3)
    assert found.p == pytest.approx(1 - 2 * (u / (1 + u**2) + np.arctan(u)) / np.pi)
    assert found.high - found.mean == pytest.approx(3.182446 * found.standard_error, rel=1e-6)


def test_without_test_rows_it_is_the_paired_t():
    values = [0.3, -0.1, 0.4, 0.2, 0.25]
    found, peer = resampled_t(values), stats.ttest_1samp(values, 0)
    assert found.t == pytest.approx(peer.statistic) and found.p == pytest.approx(peer.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(peer.confidence_interval()))


def test_differences_without_spread_and_refusals():
    assert resampled_t([0.5, 0.5], 0.5).p == 0
    assert resampled_t([0.0, 0.0], 0.5).p == 1
    assert resampled_t([0.5], 0.5) == Refused("few splits", (1, 2))
    assert resampled_t([0.5, np.nan]) == Refused("missing differences", (1, 2))


def test_the_share_of_the_variance_is_elementwise():
    found = variance_share([2, 4], [0.0, 0.5])
    assert found.tolist() == [0.5, 0.75]


def test_each_dataset_has_its_own_ratio_of_rows():
    rows = [("a", 100, 50), ("a", 300, 50), ("b", 10, 20), ("c", np.nan, 5)]
    found = row_ratios(pd.DataFrame(rows, columns=["dataset", "train", "test"]))
    assert found == {"a": 0.25, "b": 2.0}


def test_the_reach_of_t_is_scipys():
    assert reach([1, 5]).tolist() == stats.t.ppf(0.975, [1, 5]).tolist()
    assert np.isnan(reach(0))


def test_one_more_value_lies_as_near_as_it_says():
    # s² = 5/3: 3.182446·√(5/3·5/4)
    assert one_more([1, 2, 3, 4]) == pytest.approx(3.182446 * np.sqrt(25 / 12), rel=1e-6)
    assert np.isnan(one_more([1.0]))
    drawn = np.random.default_rng(0).normal(size=(4000, 5))
    inside = [abs(row[4] - row[:4].mean()) <= one_more(row[:4]) for row in drawn]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.01)
