"""The bootstrap's quantiles against all samples, against a plain loop and against the binomial."""

from itertools import product
from math import prod

import numpy as np
import pytest
from scipy import stats

from tscbench.analysis.bootstrap import bootstrap_quantiles

SHARES = [0.0024, 0.05, 0.25, 0.5, 0.75, 0.95, 0.9976]


def test_quantiles_are_those_of_all_samples_that_there_are():
    values, groups = np.random.default_rng(0).normal(size=6), [0, 0, 1, 2, 2, 2]
    own = [values[np.equal(groups, g)] for g in range(3)]
    of_group = [[np.mean(s) for s in product(v, repeat=len(v))] for v in own]
    weighed = [[(m, 1 / (3 * len(means))) for m in means] for means in of_group]
    samples = list(product([pair for pairs in weighed for pair in pairs], repeat=3))
    mean = np.array([np.mean([m for m, _ in sample]) for sample in samples])
    weight = np.array([prod(w for _, w in sample) for sample in samples])
    order = np.argsort(mean)
    below = np.cumsum(weight[order])
    assert below[-1] == pytest.approx(1)
    for share, found in zip(SHARES, bootstrap_quantiles(values, groups, SHARES), strict=True):
        near = [mean[order][np.searchsorted(below, share + move)] for move in (-0.002, 0.002)]
        assert near[0] - 0.002 <= found <= near[1] + 0.002


def test_they_are_those_of_a_plain_loop_over_groups_then_values():
    rng = np.random.default_rng(1)
    means = rng.normal(size=(6, 1)) + rng.normal(0, 0.5, (6, 3))
    found = bootstrap_quantiles(means.ravel(), np.repeat(np.arange(6), 3), SHARES)
    chosen = rng.integers(6, size=(200_000, 6))
    loop = means[chosen[:, :, None], rng.integers(3, size=(200_000, 6, 3))].mean(axis=(1, 2))
    assert found == pytest.approx(np.quantile(loop, SHARES), abs=0.01)


def test_the_mean_of_zeros_and_ones_is_binomial():
    n, share = 40, 0.3
    values = (np.arange(n) < share * n).astype(float)
    between = stats.binom.cdf(np.arange(n), n, share)  # what lies below k + 1/2
    found = bootstrap_quantiles(values, np.arange(n), between[5:20])
    assert found == pytest.approx((np.arange(5, 20) + 0.5) / n, abs=0.5 / n)


def test_groups_weigh_alike_and_scale_moves_nothing():
    values, groups = np.array([0.0, 0.1, 0.2, 5.0]), np.array([0, 0, 0, 1])
    found = bootstrap_quantiles(values, groups, [0.1, 0.9])
    # a quarter of the samples is of the first group alone, a quarter of the second
    assert found == pytest.approx([0.08, 5.0], abs=0.06)
    scaled = bootstrap_quantiles(7 - 1e-6 * values[::-1], groups[::-1], [0.1, 0.9])
    assert scaled == pytest.approx(7 - 1e-6 * found[::-1], abs=1e-9)
    assert bootstrap_quantiles([3.0] * 4, groups, [0.1, 0.9]).tolist() == [3, 3]
