"""Fieller's interval against his equation and a known truth."""

import numpy as np
import pytest
from scipy import stats

from tscbench.analysis.fieller import fieller, ratio_of_means
from tscbench.analysis.refused import Refused
from tscbench.analysis.resampled_t import resampled_t


def test_a_ratio_of_means_by_hand():
    # means 3 and 2; variances and covariance 2; R = 1.5; √((2 - 6 + 4.5)/2)/2 = 0.25
    value, error, low, _ = fieller(3, 2, 2, 2, 2, 2)
    assert value == 1.5 and error == pytest.approx(0.25)
    assert np.isnan(low), "4 < 12.7²·2/2"
    assert ratio_of_means([2, 4], [1, 3]) == Refused("zero denominator")
    assert ratio_of_means([2, np.nan], [1, 3]) == Refused("few pairs", (1, 2))


@pytest.mark.parametrize("ratio", [0.0, 0.4])
def test_fiellers_bounds_solve_his_equation(ratio):
    rng = np.random.default_rng(0)
    y = rng.normal(5, 0.5, 6)
    x = 0.7 * y + rng.normal(0, 0.2, 6)
    found = ratio_of_means(x, y, ratio)
    t = stats.t.ppf(0.975, 5)
    for bound in (found.low, found.high):
        rest = x - bound * y
        assert rest.mean() ** 2 == pytest.approx(t**2 * rest.var(ddof=1) * (1 / 6 + ratio))
    assert found.low < found.value < found.high


def test_the_pairing_makes_the_interval_narrower():
    rng = np.random.default_rng(0)
    y = rng.normal(5, 0.5, 6)
    x = 0.7 * y + rng.normal(0, 0.02, 6)
    paired, mixed = ratio_of_means(x, y), ratio_of_means(x, rng.permutation(y))
    assert paired.high - paired.low < 0.2 * (mixed.high - mixed.low)


def test_fiellers_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    noise = rng.multivariate_normal([0, 0], [[0.04, 0.03], [0.03, 0.09]], (4000, 5))
    x, y = 0.8 + noise[..., 0], 1.0 + noise[..., 1]
    dx, dy = x - x.mean(1, keepdims=True), y - y.mean(1, keepdims=True)
    spread = [(a * b).sum(1) / 4 for a, b in ((dx, dx), (dx, dy), (dy, dy))]
    value, error, low, high = fieller(x.mean(1), y.mean(1), *spread, 5)
    bounded = ~np.isnan(low)
    assert bounded.mean() > 0.95
    assert 0.94 <= ((low <= 0.8) & (high >= 0.8))[bounded].mean() <= 0.96
    # the spread of the ratio itself; the mean of its estimates is close to it
    assert np.median(error) == pytest.approx(value[bounded].std(), rel=0.2)


def test_over_a_denominator_without_spread_it_is_the_interval_of_t():
    x = np.array([0.2, 0.5, 0.3, 0.4])
    ratio, mean = ratio_of_means(x, np.full(4, 2.0), 0.8), resampled_t(x, 0.8)
    assert (ratio.low, ratio.high) == pytest.approx((mean.low / 2, mean.high / 2))
    assert ratio.standard_error == pytest.approx(mean.standard_error / 2)
