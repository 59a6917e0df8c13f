"""Distances between tables, against a double loop over cells."""

import numpy as np
import pytest

from tscbench import Rows, Schema
from tscbench.tabular import (
    at_most,
    closeness,
    closest_distances,
    distance_blocks,
    nearest_distances,
)


def table(n, rng):
    """Numbers and levels, some of them missing, some rows twice."""
    x = np.stack([rng.normal(size=n), np.exp(rng.normal(size=n)), rng.integers(0, 4, n)], axis=1)
    x[rng.random(x.shape) < 0.15] = np.nan
    x[n // 2 :] = x[: n - n // 2]
    cardinality = np.array([0, 0, 4])
    return x, Schema((3,), (2,), numeric=cardinality == 0, cardinality=cardinality, missing=True)


def plain(a, b, unit):
    spread = np.nanmax(unit, axis=0) - np.nanmin(unit, axis=0)

    def gap(p, q, column):
        if np.isnan(p) or np.isnan(q):
            return float(np.isnan(p) != np.isnan(q))
        return ((p - q) / spread[column]) ** 2 if column < 2 else float(p != q)

    return np.array([[sum(map(gap, p, q, range(3))) ** 0.5 for q in b] for p in a])


@pytest.mark.parametrize("block", [1, 50, 2**20])
def test_distances_are_those_of_a_double_loop_whatever_the_blocks(block, monkeypatch):
    monkeypatch.setattr(closeness, "BLOCK", block)
    rng = np.random.default_rng(0)
    (a, schema), (b, _), (unit, _) = (table(n, rng) for n in (11, 14, 30))
    expected = plain(a, b, unit)
    found = np.concatenate([d for _, d in distance_blocks(a, b, schema, unit)])
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)
    back = np.concatenate([d for _, d in distance_blocks(b, a, schema, unit)])
    assert np.array_equal(back.T, found), "both directions give the same bits"
    closest = closest_distances(a, b, schema)
    np.testing.assert_allclose(closest, plain(a, b, b).min(axis=1), rtol=1e-12, atol=1e-15)
    third = nearest_distances(a, b, schema, unit, k=3)
    np.testing.assert_allclose(third, np.sort(expected, axis=1)[:, 2], rtol=1e-12)
    others = plain(a, a, unit)
    np.fill_diagonal(others, np.inf)
    np.testing.assert_allclose(
        nearest_distances(a, a, schema, unit, others=True), others.min(axis=1), rtol=1e-12
    )


def test_too_few_rows_have_no_kth_nearest():
    x, schema = table(4, np.random.default_rng(0))
    assert np.isnan(nearest_distances(x, x, schema, x, k=4, others=True)).all()
    assert np.isfinite(nearest_distances(x, x, schema, x, k=4)).all()
    assert np.isnan(nearest_distances(x, x[:0], schema, x)).all()


def test_at_most_keeps_the_order_and_draws_without_replacement():
    rows = Rows(np.arange(50.0)[:, None], None, np.arange(50))
    assert at_most(rows, 50, np.random.default_rng(0)) is rows
    some = at_most(rows, 20, np.random.default_rng(0))
    assert len(some) == 20 and (np.diff(some.id) > 0).all()
    assert np.array_equal(some.x[:, 0], some.id)
