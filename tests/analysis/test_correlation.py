"""Rank correlation against scipy, and where there is none."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from tscbench.analysis.correlation import correlation_by_chance, rank_correlation


@pytest.mark.parametrize("ties", [False, True])
def test_rank_correlation_is_spearmans(ties):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 30))
    if ties:
        a, b = np.round(a), np.round(b)
    assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic, rel=1e-12)
    a[3] = np.nan
    kept = np.delete(a, 3), np.delete(b, 3)
    assert rank_correlation(a, b) == pytest.approx(spearmanr(*kept).statistic, rel=1e-12)


def test_too_few_or_constant_values_have_no_rank_correlation():
    x = np.arange(4.0)
    assert rank_correlation(x, x) == pytest.approx(1.0)
    assert np.isnan(rank_correlation(x[:3], x[:3]))
    assert np.isnan(rank_correlation(x, np.zeros(4)))
    assert np.isnan(rank_correlation(np.append(x[:3], np.nan), x))


def test_chance_reaches_as_far_as_it_says():
    rng = np.random.default_rng(0)
    found = [abs(rank_correlation(*rng.normal(size=(2, 10)))) for _ in range(2000)]
    assert np.mean(np.less(found, correlation_by_chance(10))) == pytest.approx(0.95, abs=0.015)
