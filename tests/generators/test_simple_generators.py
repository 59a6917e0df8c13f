"""Generators whose distribution has a formula."""

import numpy as np
import pytest
from tscbench_plugins.generators.interpolate import interpolate
from tscbench_plugins.generators.kde import kde
from tscbench_plugins.generators.marginals import marginals
from tscbench_plugins.generators.mixup import mixup
from tscbench_plugins.generators.none import none
from tscbench_plugins.generators.smoothed_bootstrap import smoothed_bootstrap
from tscbench_plugins.generators.spunge import spunge

from tscbench import Rows, Schema

ROOT = np.array([[1.0, 0.0, 0.0], [0.9, 0.4, 0.0], [-0.5, 0.3, 20.0]])


def schema_of(cardinality):
    cardinality = np.array(cardinality)
    return Schema((len(cardinality),), (2,), numeric=cardinality == 0, cardinality=cardinality)


def rows_of(x):
    return Rows(x, None, np.arange(len(x)))


def correlated(n=400):
    x = np.random.default_rng(0).normal(size=(n, 3)) @ ROOT.T + [0.0, 5.0, -90.0]
    return rows_of(x), schema_of([0, 0, 0])


def mixed(n=60):
    """Two numbers, one of them sometimes missing, and levels tied to the sign of the first."""
    rng = np.random.default_rng(0)
    x = np.stack([rng.normal(size=n), rng.normal(size=n), np.zeros(n)], axis=1)
    x[:, 2] = np.where(x[:, 0] > 0, 2, rng.integers(0, 2, n))
    x[rng.random(n) < 0.3, 1] = np.nan
    x[rng.random(n) < 0.2, 2] = np.nan
    return rows_of(x), schema_of([0, 0, 3])


def assert_covariance(x, expected):
    """Each entry within 0.02 of the two standard deviations it belongs to."""
    sd = np.sqrt(np.diag(expected))
    np.testing.assert_allclose(
        np.cov(x.T) / np.outer(sd, sd), expected / np.outer(sd, sd), atol=0.02
    )


MAKERS = {
    "smoothed_bootstrap": lambda train, schema: smoothed_bootstrap(train, schema),
    "kde": lambda train, schema: kde(train, schema),
    "mixup": lambda train, schema: mixup(train, schema),
    "interpolate": lambda train, schema: interpolate(train, schema),
    "spunge": lambda train, schema: spunge(train, schema),
    "marginals": lambda train, schema: marginals(train),
}
every = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


@every
def test_levels_missing_cells_and_the_training_rows(make):
    train, schema = mixed()
    before = train.x.copy()
    x = make(train, schema).sample(501, np.random.default_rng(0))
    assert x.shape == (501, 3)
    assert set(x[~np.isnan(x[:, 2]), 2]) == {0.0, 1.0, 2.0}
    assert not np.isnan(x[:, 0]).any()
    np.testing.assert_allclose(np.isnan(x).mean(axis=0), np.isnan(train.x).mean(axis=0), atol=0.12)
    np.testing.assert_array_equal(train.x, before)
    np.testing.assert_array_equal(x, make(train, schema).sample(501, np.random.default_rng(0)))


@every
@pytest.mark.parametrize("n_train", [1, 2])
@pytest.mark.parametrize("n", [0, 1, 5])
def test_few_and_constant_rows(make, n_train, n):
    train = rows_of(np.tile([4.5, 1.0], (n_train, 1)))
    x = make(train, schema_of([0, 3])).sample(n, np.random.default_rng(0))
    np.testing.assert_allclose(x, np.tile([4.5, 1.0], (n, 1)))


def test_none_makes_nothing():
    assert none() is None


def test_jitter_adds_variance_to_each_column_alone():
    train, schema = correlated()
    x = smoothed_bootstrap(train, schema, scale=0.5).sample(200_000, np.random.default_rng(0))
    expected = np.cov(train.x.T, ddof=0)
    expected[np.diag_indices(3)] *= 1.25
    assert_covariance(x, expected)


def test_kde_scales_the_whole_covariance():
    train, schema = correlated()
    x = kde(train, schema, bandwidth=0.5).sample(200_000, np.random.default_rng(0))
    assert_covariance(x, 1.25 * np.cov(train.x.T, ddof=0))
    np.testing.assert_allclose(x.mean(axis=0), train.x.mean(axis=0), rtol=0.01, atol=0.01)


def test_kde_stays_in_the_plane_of_the_data_and_on_whole_numbers():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 100))
    x = np.stack([a, b, a - 2 * b, rng.integers(0, 9, 100)], axis=1)
    x = kde(rows_of(x), schema_of([0] * 4), bandwidth=1.0).sample(300, rng)
    np.testing.assert_allclose(x[:, 2], x[:, 0] - 2 * x[:, 1], atol=1e-6)
    np.testing.assert_array_equal(x[:, 3], np.round(x[:, 3]))


def test_mixup_moments():
    train, schema = correlated()
    x = mixup(train, schema, alpha=0.5).sample(200_000, np.random.default_rng(0))
    share = 2 * (1 / 8 + 1 / 4)  # E[λ² + (1 - λ)²] where Beta(.5, .5) has variance 1/8
    assert_covariance(x, share * np.cov(train.x.T, ddof=0))


def test_mixup_is_convex():
    train = rows_of(np.array([[0.0, 0.0, 0.0], [1.0, -2.0, 1.0]]))
    x = mixup(train, schema_of([0, 0, 2]), alpha=1.0).sample(2000, np.random.default_rng(0))
    np.testing.assert_allclose(x[:, 1], -2 * x[:, 0], atol=1e-12)
    assert (x[:, 0] >= 0).all()
    assert (x[:, 0] <= 1).all()
    inside = (x[:, 0] > 0) & (x[:, 0] < 1)
    level = x[inside, 2]
    # P(level 1 | share a of the second row) = a
    assert level[x[inside, 0] < 0.25].mean() == pytest.approx(0.125, abs=0.05)
    assert level[x[inside, 0] > 0.75].mean() == pytest.approx(0.875, abs=0.05)


def test_interpolate_stays_between_neighbours():
    x = np.array([[0.0, 0.0, 0], [1.0, 1.0, 0], [100.0, 0.0, 1], [101.0, -3.0, 1]])
    drawn = interpolate(rows_of(x), schema_of([0, 0, 2]), k=1).sample(500, np.random.default_rng(0))
    low = drawn[drawn[:, 0] < 50]
    high = drawn[drawn[:, 0] >= 50]
    np.testing.assert_allclose(low[:, 0], low[:, 1], atol=1e-12)
    np.testing.assert_allclose(high[:, 1], -3 * (high[:, 0] - 100), atol=1e-9)
    assert set(low[:, 2]) == {0.0}
    assert set(high[:, 2]) == {1.0}
    assert low[:, 0].mean() == pytest.approx(0.5, abs=0.05)


def test_interpolate_draws_from_all_k_neighbours():
    x = np.array([[0.0], [1.0], [2.1], [50.0]])
    ends = interpolate(rows_of(x), schema_of([0]), k=2).sample(20_000, np.random.default_rng(0))
    # From 50 one goes half-way, evenly spread, to 1 or to 2.1.
    far = ends[ends[:, 0] > 2.1, 0]
    assert len(far) / len(ends) == pytest.approx(0.25, abs=0.03)
    assert far.mean() == pytest.approx((50 + 1.55) / 2, abs=0.7)


def test_spunge_replaces_a_share_p_of_the_cells():
    rng = np.random.default_rng(0)
    x = np.tile(rng.normal(size=(500, 1)), (1, 8))
    schema = schema_of([0] * 8)
    drawn = spunge(rows_of(x), schema, p=0.25, scale=0.0).sample(20_000, rng)
    assert np.isin(drawn, x).all()
    assert np.mean(drawn[:, 0] == drawn[:, 7]) == pytest.approx(0.75**2, abs=0.02)
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(0.75**2, abs=0.02)
    noisy = spunge(rows_of(x), schema, p=0.0, scale=0.5).sample(100_000, rng)
    np.testing.assert_allclose(noisy.var(axis=0), 1.25 * x.var(axis=0), rtol=0.03)


def test_marginals_keep_columns_and_break_what_is_between_them():
    rng = np.random.default_rng(0)
    level = rng.choice(3, size=3000, p=[0.7, 0.2, 0.1]).astype(float)
    x = np.stack([level, level], axis=1)
    drawn = marginals(rows_of(x)).sample(30_000, rng)
    share = np.bincount(level.astype(int)) / 3000
    for column in drawn.T.astype(int):
        np.testing.assert_allclose(np.bincount(column) / 30_000, share, atol=0.01)
    joint = np.histogram2d(*drawn.T, bins=3)[0] / 30_000
    np.testing.assert_allclose(joint, np.outer(share, share), atol=0.01)
