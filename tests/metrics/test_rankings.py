"""Metrics of ranked tags: by hand, against scikit-learn, and what must not change them."""

import numpy as np
import pytest
from sklearn.metrics import label_ranking_average_precision_score
from tscbench_plugins.metrics.f_at_n import f_at_n
from tscbench_plugins.metrics.f_rprec import f_rprec
from tscbench_plugins.metrics.map import map as mean_average_precision
from tscbench_plugins.metrics.mrr import mrr
from tscbench_plugins.metrics.p_at_n import p_at_n
from tscbench_plugins.metrics.r_at_n import r_at_n

from tscbench import Link, Schema

ALL = [p_at_n, r_at_n, f_at_n, f_rprec, mean_average_precision, mrr]


def tags(k):
    return Schema((1,), (k,), Link.SIGMOID, numeric=np.ones(1, bool), cardinality=np.zeros(1, int))


def drawn(m=200, k=7):
    rng = np.random.default_rng(0)
    y = (rng.random((m, k)) < 0.3).astype(float)
    y[np.arange(m), rng.integers(k, size=m)] = 1
    return y, rng.normal(size=(m, k)), tags(k)


def test_a_ranking_by_hand():
    # Ranked 3 1 4 0 2; relevant are 1, 0 and 2: places 2, 4 and 5.
    y, z = np.array([[1, 1, 1, 0, 0.0]]), np.array([[2, 4, 1, 5, 3.0]])
    given = (y, z, tags(5))
    assert p_at_n(*given) == pytest.approx(1 / 3) and p_at_n(*given, n=4) == 0.5
    assert p_at_n(*given, n=10) == 0.3, "also of fewer tags"
    assert r_at_n(*given) == pytest.approx(1 / 3) and r_at_n(*given, n=4) == pytest.approx(2 / 3)
    assert f_at_n(*given, n=4) == pytest.approx(2 * 0.5 * (2 / 3) / (0.5 + 2 / 3))
    assert f_rprec(*given, n=4) == pytest.approx(2 * 0.5 * (1 / 3) / (0.5 + 1 / 3))
    assert mean_average_precision(*given) == pytest.approx((1 / 2 + 2 / 4 + 3 / 5) / 3)
    assert mrr(*given) == 0.5


def test_map_is_that_of_scikit_learn():
    y, z, schema = drawn()
    expected = label_ranking_average_precision_score(y, z)
    assert mean_average_precision(y, z, schema) == pytest.approx(expected, rel=1e-12)


def test_f_is_the_harmonic_mean_of_both():
    y, z, schema = drawn()
    for row, out in zip(y[:50, None], z[:50, None], strict=True):
        p, r = (one(row, out, schema, n=4) for one in (p_at_n, r_at_n))
        expected = 2 * p * r / (p + r) if p + r else 0
        assert f_at_n(row, out, schema, n=4) == pytest.approx(expected)


@pytest.mark.parametrize("metric", ALL, ids=lambda m: m.__name__)
def test_order_alone_counts(metric):
    y, z, schema = drawn()
    assert metric(y, np.exp(z) - 3, schema) == metric(y, z, schema)
    assert metric(y, z + np.arange(len(z))[:, None], schema) == metric(y, z, schema)
    first = metric(y, 10 * y, schema)
    assert metric(y, z, schema) < first <= 1 and metric(y, -10 * y, schema) < metric(y, z, schema)


@pytest.mark.parametrize("metric", ALL, ids=lambda m: m.__name__)
def test_rows_without_a_tag_are_left_out_or_count_nothing(metric):
    y, z, schema = drawn(20)
    more = np.concatenate([y, np.zeros((20, 7))]), np.concatenate([z, z])
    assert metric(*more, schema) == metric(y, z, schema)
    assert metric(*more, schema, empty="zero") == pytest.approx(metric(y, z, schema) / 2)
    unknown = np.concatenate([y, np.full((1, 7), np.nan)]), np.concatenate([z, z[:1]])
    assert metric(*unknown, schema) == metric(y, z, schema)
    assert np.isnan(metric(y[:0], z[:0], schema)) and np.isnan(metric(0 * y, z, schema))


def test_equal_outputs_are_in_the_order_of_the_tags():
    z = np.zeros((1, 3))
    assert mrr(np.array([[0, 0, 1.0]]), z, tags(3)) == pytest.approx(1 / 3)
    assert mrr(np.array([[1.0, 0, 0]]), z, tags(3)) == 1


def test_a_class_is_one_relevant_tag():
    schema = Schema((1,), (4,), numeric=np.ones(1, bool), cardinality=np.zeros(1, int))
    labels, z = np.array([2, 0, 3]), np.array([[0, 0, 5, 1], [3, 4, 0, 0], [1, 2, 3, 0.0]])
    assert mrr(labels, z, schema) == pytest.approx((1 + 1 / 2 + 1 / 4) / 3)
    assert mean_average_precision(labels, z, schema) == mrr(labels, z, schema)
    assert r_at_n(labels, z, schema, n=2) == pytest.approx(2 / 3)
