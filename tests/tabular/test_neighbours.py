"""Nearest rows against a plain double loop and against scikit-learn."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from tscbench import Schema
from tscbench.tabular import finder, nearest


def schema_of(cardinality):
    cardinality = np.array(cardinality)
    return Schema((len(cardinality),), (2,), numeric=cardinality == 0, cardinality=cardinality)


def mixed(n, rng):
    """A heavy tail, duplicates, missing numbers and missing levels."""
    columns = [rng.normal(size=n), np.exp(3 * rng.normal(size=n)), rng.normal(9, 1e-3, size=n)]
    x = np.stack([*columns, rng.integers(0, 3, n), rng.integers(0, 300, n)], axis=1)
    x[rng.random(n) < 0.1, 0] = np.nan
    x[rng.random(n) < 0.2, 3] = np.nan
    x[n // 2 : n // 2 + n // 4] = x[: n // 4]
    return x, schema_of([0, 0, 0, 3, 300])


def cell_gap(a, b, numeric, spread):
    if np.isnan(a) or np.isnan(b):
        return 0.0 if np.isnan(a) and np.isnan(b) else 1.0
    return ((a - b) / spread) ** 2 if numeric else float(a != b)


def distances(queries, x, schema, scale_by=None):
    """Squared distances, cell by cell; ranges are those of `scale_by`, or of `x`."""
    columns = (x if scale_by is None else scale_by).T
    spread = [np.ptp(column[~np.isnan(column)]) or 1.0 for column in columns]
    return np.array(
        [[sum(map(cell_gap, q, row, schema.numeric, spread)) for row in x] for q in queries]
    )


@pytest.mark.parametrize("n", [2, 3, 40, 150])
def test_mixed_rows_match_a_double_loop(n):
    x, schema = mixed(n, np.random.default_rng(n))
    expected = distances(x, x, schema)
    np.fill_diagonal(expected, np.inf)
    order = np.argsort(expected, axis=1, kind="stable")[:, : min(5, n - 1)]
    found = nearest(x, schema, 5)
    np.testing.assert_array_equal(found, order)
    find = finder(x, schema)
    assert [find.closest(i) for i in range(n)] == order[:, 0].tolist()


def test_queries_may_find_themselves_and_may_lack_values():
    rng = np.random.default_rng(0)
    x, schema = mixed(100, rng)
    x[:, 2] = rng.normal(size=100)
    queries = x[30:60].copy()
    queries[:10, 2] = np.nan
    order = np.argsort(distances(queries, x, schema), axis=1, kind="stable")[:, :3]
    found = nearest(x, schema, 3, queries)
    np.testing.assert_array_equal(found, order)
    np.testing.assert_array_equal(found[10:, 0], np.arange(40, 60))


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_numeric_rows_match_scikit_learn(offset):
    x = np.random.default_rng(0).normal(size=(3000, 8)) + offset
    scaled = (x - x.min(axis=0)) / np.ptp(x, axis=0)
    peer = NearestNeighbors(n_neighbors=4, algorithm="kd_tree").fit(scaled).kneighbors()[1]
    np.testing.assert_array_equal(nearest(x, schema_of([0] * 8), 4), peer)


def test_only_ties():
    x = np.zeros((7, 2))
    expected = [[1, 2]] + [[0, 1 if i > 1 else 2] for i in range(1, 7)]
    np.testing.assert_array_equal(nearest(x, schema_of([0, 2]), 2), expected)


def test_many_copies_match_a_double_loop():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, size=(120, 3)).astype(float)
    x[rng.random((120, 3)) < 0.1] = np.nan
    schema = schema_of([0, 2, 2])
    expected = distances(x, x, schema)
    np.fill_diagonal(expected, np.inf)
    order = np.argsort(expected, axis=1, kind="stable")
    np.testing.assert_array_equal(nearest(x, schema, 4), order[:, :4])
    np.testing.assert_array_equal(nearest(x, schema, 119)[:, :119], order[:, :119])


def test_a_finder_follows_its_moves():
    rng = np.random.default_rng(1)
    x, schema = mixed(80, rng)
    find = finder(x, schema)
    moved = x.copy()
    for _ in range(40):
        i, j = rng.choice(80, 2, replace=False)
        moved[[i, j]] = moved[[j, i]]
        moved[i, 2] += 0.01 * rng.normal()
        find.move(np.array([i, j]), moved[[i, j]])
        expected = distances(moved[[i]], moved, schema, x)[0]
        expected[i] = np.inf
        assert find.closest(i) == expected.argmin()


@pytest.mark.parametrize("n", [0, 1])
def test_nobody_to_find(n):
    schema = schema_of([0, 2])
    assert nearest(np.zeros((n, 2)), schema, 3).shape == (n, 0)
