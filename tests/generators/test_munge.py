"""MUNGE against the algorithm written as plain loops, and its limits p = 0 and s = ∞."""

import numpy as np
import pytest
from tscbench_plugins.generators.munge import munge

from tscbench import Rows, Schema

BOTH = pytest.mark.parametrize("static", [False, True])


def schema_of(cardinality):
    cardinality = np.array(cardinality)
    return Schema((len(cardinality),), (2,), numeric=cardinality == 0, cardinality=cardinality)


def rows_of(x):
    return Rows(x, None, np.arange(len(x)))


def mixed(n, seed=0):
    """Numbers, levels, missing cells and duplicate rows."""
    rng = np.random.default_rng(seed)
    columns = [rng.normal(size=n), np.exp(rng.normal(size=n)), rng.normal(size=n)]
    x = np.stack([*columns, rng.integers(0, 4, n)], axis=1)
    x[rng.random(n) < 0.1, 0] = np.nan
    x[rng.random(n) < 0.1, 3] = np.nan
    x[n // 2 : n // 2 + n // 5] = x[: n // 5]
    return rows_of(x), schema_of([0, 0, 0, 4])


def in_order(x):
    return x[np.lexsort(x.T)]


def closest(table, i, schema, spread):
    """By the definition of the distance, one row and one cell at a time."""
    best, least = -1, np.inf
    for j, row in enumerate(table):
        total = 0.0
        for a, (u, v) in enumerate(zip(table[i], row, strict=True)):
            if np.isnan(u) or np.isnan(v):
                total += float(np.isnan(u) != np.isnan(v))
            elif schema.numeric[a]:
                total += ((u - v) / spread[a]) ** 2
            else:
                total += float(u != v)
        if j != i and total < least:
            best, least = j, total
    return best


def plain_munge(x, schema, rng, p, s, static):
    """One pass as in the paper, cell by cell, with the plugin's order of draws."""
    table = x.copy()
    spread = np.nanmax(x, axis=0) - np.nanmin(x, axis=0)
    traded = rng.random(x.shape) < p
    noise = rng.standard_normal((2, *x.shape))
    for i in range(len(x)):
        j = closest(x if static else table, i, schema, spread)
        for a in range(x.shape[1]):
            if not traded[i, a]:
                continue
            e, f = table[i, a], table[j, a]
            table[i, a], table[j, a] = f, e
            if schema.numeric[a] and not np.isnan(e) and not np.isnan(f):
                sd = abs(e - f) * (1 / s)
                table[i, a], table[j, a] = f + sd * noise[0, i, a], e + sd * noise[1, i, a]
    return table[rng.permutation(len(x))]


@BOTH
@pytest.mark.parametrize("p", [0.3, 1.0])
def test_equals_the_plain_loops_bit_for_bit(static, p):
    train, schema = mixed(70)
    sampler = munge(train, schema, p=p, s=1.5, static=static)
    drawn, expected = np.random.default_rng(5), np.random.default_rng(5)
    for _ in range(3):
        np.testing.assert_array_equal(
            sampler.sample(70, drawn), plain_munge(train.x, schema, expected, p, 1.5, static)
        )


@BOTH
def test_p_zero_is_the_identity(static):
    train, schema = mixed(50)
    x = munge(train, schema, p=0.0, static=static).sample(50, np.random.default_rng(0))
    np.testing.assert_array_equal(in_order(x), in_order(train.x))


@BOTH
def test_without_noise_columns_keep_their_values(static):
    train, schema = mixed(80)
    x = munge(train, schema, p=0.5, s=np.inf, static=static).sample(80, np.random.default_rng(0))
    np.testing.assert_array_equal(np.sort(x, axis=0), np.sort(train.x, axis=0))
    assert not np.array_equal(in_order(x), in_order(train.x), equal_nan=True)


@BOTH
def test_without_noise_and_with_p_one_whole_rows_move(static):
    train, schema = mixed(80)
    x = munge(train, schema, p=1.0, s=np.inf, static=static).sample(80, np.random.default_rng(0))
    np.testing.assert_array_equal(in_order(x), in_order(train.x))


@BOTH
def test_training_rows_and_levels_are_left_alone(static):
    train, schema = mixed(60)
    before = train.x.copy()
    x = munge(train, schema, static=static).sample(150, np.random.default_rng(0))
    np.testing.assert_array_equal(train.x, before)
    assert x.shape == (150, 4)
    assert set(x[~np.isnan(x[:, 3]), 3]) <= {0.0, 1.0, 2.0, 3.0}


@BOTH
@pytest.mark.parametrize(("p", "s"), [(0.5, 1.0), (0.2, 1.0), (0.5, 5.0)])
def test_spread_stays_within_a_tenth(static, p, s):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2000, 2)) @ rng.normal(size=(2, 10)) + 0.1 * rng.normal(size=(2000, 10))
    sampler = munge(rows_of(x), schema_of([0] * 10), p=p, s=s, static=static)
    ratio = sampler.sample(2000, np.random.default_rng(1)).std(axis=0) / x.std(axis=0)
    assert 0.97 < ratio.mean() < 1.1


@BOTH
def test_a_part_of_a_pass_is_a_fair_sample_of_it(static):
    x = np.arange(400.0)[:, None] ** 1.5
    sampler = munge(rows_of(x), schema_of([0]), p=0.0, static=static)
    picked = np.isin(x[:, 0], sampler.sample(100, np.random.default_rng(0))[:, 0])
    assert picked.sum() == 100
    assert 10 < picked[:200].sum() < 90
    assert len(np.unique(sampler.sample(500, np.random.default_rng(0)))) == 400


@BOTH
def test_each_pass_starts_from_the_training_rows(static):
    x = np.random.default_rng(0).normal(size=(300, 3))
    sampler = munge(rows_of(x), schema_of([0] * 3), p=1.0, s=1.0, static=static)
    nine = sampler.sample(9 * 300, np.random.default_rng(0)).reshape(9, 300, 3).std(axis=(1, 2))
    assert nine[-3:].mean() == pytest.approx(nine[:3].mean(), rel=0.1)


@BOTH
@pytest.mark.parametrize("n_train", [1, 2, 5])
@pytest.mark.parametrize("n", [0, 1, 7])
def test_few_rows(static, n_train, n):
    train = rows_of(np.zeros((n_train, 2)))
    x = munge(train, schema_of([0, 2]), static=static).sample(n, np.random.default_rng(0))
    np.testing.assert_array_equal(x, np.zeros((n, 2)))
