"""Recommenders of tags that learn from labels alone: by hand, and against published figures."""

import numpy as np
import pytest
from tscbench_plugins.metrics.map import map as mean_average_precision
from tscbench_plugins.students.knn import knn
from tscbench_plugins.students.relexample import relexample
from tscbench_plugins.students.tagfeature import tagfeature
from tscbench_plugins.students.tagprop import _simplex, tagprop
from tscbench_plugins.students.tagvote import tagvote

from tscbench import CompressionSet, DataError, Link, Rows, Schema, to_probabilities
from tscbench.line.fetch import locate
from tscbench.tabular import neighbourhood

ALL = [knn, tagvote, tagprop, tagfeature, relexample]


def schema_of(d, k):
    return Schema((d,), (k,), Link.SIGMOID, numeric=np.ones(d, bool), cardinality=np.zeros(d, int))


def learnt(student, x, y, rng=0, **params):
    rows = Rows(x, y, np.arange(len(x)))
    given = CompressionSet(rows, None, y, (), len(x))
    takes = student.tscbench_plugin.takes
    more = {"rng": np.random.default_rng(rng)} if "rng" in takes else {}
    return student(given, schema_of(x.shape[1], y.shape[1]), **more, **params)


def asked(x):
    return Rows(x, None, np.full(len(x), -1))


def linear(n=400, d=6, k=5, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2 * n, d))
    y = (x @ rng.normal(size=(d, k)) + 0.5 * rng.normal(size=(2 * n, k)) > 0.8).astype(float)
    return x[:n], y[:n], x[n:], y[n:]


@pytest.mark.parametrize("student", ALL, ids=lambda s: s.__name__)
def test_each_learns_what_can_be_learnt(student):
    x, y, new, truth = linear()
    schema = schema_of(6, 5)
    ours = mean_average_precision(truth, learnt(student, x, y).predict(asked(new)), schema)
    popular = np.tile(y.mean(axis=0), (len(truth), 1))
    assert ours > mean_average_precision(truth, popular, schema) + 0.15


@pytest.mark.parametrize("student", ALL, ids=lambda s: s.__name__)
def test_tags_that_all_or_none_carry_and_unknown_ones(student):
    x, y, new, _ = linear(60)
    y[:, 0], y[:, 1] = 1, 0
    y[3] = np.nan
    assert np.isfinite(learnt(student, x, y).predict(asked(new))).all()
    with pytest.raises(DataError, match="none carries a tag"):
        learnt(student, x, 0 * np.nan_to_num(y))


def test_votes_by_hand():
    x = np.array([[0.0], [1], [2], [10], [11]])
    y = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 1.0]])
    given = {"k": 3, "distance": "euclidean"}
    schema = schema_of(1, 2)
    p = to_probabilities(learnt(knn, x, y, smooth=0, **given).predict(asked(x[:1])), schema)
    np.testing.assert_allclose(p, [[2 / 3, 1 / 3]])
    p = to_probabilities(learnt(knn, x, y, **given).predict(asked(x[:1])), schema)
    np.testing.assert_allclose(p, [[2.4 / 4, 1.6 / 4]])
    scores = learnt(tagvote, x, y, **given).predict(asked(x[:1]))
    np.testing.assert_allclose(scores, [[2 - 3 * 0.4, 1 - 3 * 0.6]])


def test_neighbours_are_the_nearest_and_not_oneself():
    x = np.random.default_rng(0).normal(size=(30, 4)) * [1, 10, 100, 1]
    for distance in ("cosine", "euclidean"):
        space = neighbourhood(x, distance)
        assert (space.nearest(x, 1)[:, 0] == np.arange(30)).all()
        others = space.nearest_others(29)
        assert not (others == np.arange(30)[:, None]).any() and others.shape == (30, 29)
        assert (space.nearest(x, 5)[:, 1:] == others[:, :4]).all()
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    alike = neighbourhood(x, "cosine").nearest_others(3)[:, 0]
    assert (alike == (z @ z.T - 9 * np.eye(30)).argmax(axis=1)).all()


def test_the_nearest_weights_that_sum_to_one():
    assert _simplex(np.array([0.5, 0.3, 0.2])) == pytest.approx([0.5, 0.3, 0.2])
    assert _simplex(np.array([2.0, 0.0, -1.0])) == pytest.approx([1, 0, 0])
    assert _simplex(np.array([0.9, 0.7, 0.0])) == pytest.approx([0.6, 0.4, 0])


def test_nearer_ranks_weigh_more_where_only_the_nearest_tells():
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(100, 3)) * 10
    x = np.repeat(centres, 2, axis=0) + 1e-3 * rng.normal(size=(200, 3))
    y = np.repeat((rng.random((100, 2)) < 0.5).astype(float), 2, axis=0)
    found = learnt(tagprop, x, y, k=10, distance="euclidean").predict(asked(x[::2]))
    assert ((found > 0) == (y[::2] > 0)).mean() > 0.95


def test_published_average_precision_of_neighbours_on_yeast():
    """Zhang and Zhou, 2007, ML-kNN: .765 by ten-fold cross-validation, k = 10, Euclidean."""
    import pandas as pd

    try:
        table = pd.read_parquet(locate("yeast.parquet"))
    except LookupError as reason:
        pytest.skip(str(reason))
    y = table[[f"Class{j}" for j in range(1, 15)]].to_numpy(float)
    x = table[[c for c in table if c.startswith("Att")]].to_numpy(float)
    part = np.random.default_rng(0).permutation(np.arange(len(x)) % 10)
    found = np.empty(y.shape)
    for fold in range(10):
        held = part == fold
        student = learnt(knn, x[~held], y[~held], k=10, distance="euclidean")
        found[held] = student.predict(asked(x[held]))
    assert mean_average_precision(y, found, schema_of(103, 14)) == pytest.approx(0.765, abs=0.02)
