"""New rows lie where SMOTE's formula puts them, and keep what tscbench asks of a generator."""

import pickle

import cloudpickle
import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors
from tscbench_imblearn import smote

from tscbench import DataError, Rows, Schema

NUMBERS = (0, 0, 0, 0)
MIXED = (0, 3, 0, 0, 2)


def table(levels, y, seed=0):
    """Numbers of unlike units, then a constant one; of levels the first one says the class."""
    rng = np.random.default_rng(seed)
    levels, y = np.array(levels), np.asarray(y)
    x = rng.normal(size=(len(y), len(levels))) * np.geomspace(1, 1e4, len(levels))
    x[:, 0] += y
    for j in np.flatnonzero(levels):
        x[:, j] = y % levels[j] if j == np.flatnonzero(levels)[0] else rng.integers(0, 2, len(y))
    x[:, 3] = 4.1
    schema = Schema(x.shape[1:], (int(y.max()) + 1,), numeric=levels == 0, cardinality=levels)
    return Rows(x, y, np.arange(len(y))), schema


def drawn(train, schema, n, seed=1, **parameters):
    return smote(train, schema, **parameters).sample(n, np.random.default_rng(seed))


def test_a_new_row_lies_between_a_row_and_one_of_its_neighbours_in_the_class():
    """new = row + u (neighbour - row) with 0 ≤ u ≤ 1, the same u in all columns."""
    train, schema = table(NUMBERS, np.arange(40) % 3 == 0)
    x, y = drawn(train, schema, 60, neighbours=3)
    scale = np.append(train.x[:, :3].std(axis=0), 1.0)
    shares = []
    for new, label in zip(x / scale, y):
        rows = train.x[train.y == label] / scale
        near = NearestNeighbors(n_neighbors=4).fit(rows).kneighbors(rows, return_distance=False)
        starts, ends = np.repeat(rows, 3, axis=0), rows[near[:, 1:]].reshape(-1, 4)
        step = ends - starts
        u = ((new - starts) * step).sum(axis=1) / (step**2).sum(axis=1)
        off = np.abs(starts + u[:, None] * step - new).max(axis=1) + (u < -1e-9) + (u > 1 + 1e-9)
        assert off.min() < 1e-9
        shares.append(u[off.argmin()])
    assert np.mean(shares) == pytest.approx(0.5, abs=4 / np.sqrt(12 * len(shares)))


def test_units_do_not_choose_the_neighbours():
    train, schema = table(NUMBERS, np.arange(60) % 2)
    unit = np.array([1e-6, 1.0, 1e6, 1.0])
    other = Rows(train.x * unit, train.y, train.id)
    x, _ = drawn(train, schema, 100)
    again, _ = drawn(other, schema, 100)
    np.testing.assert_allclose(again / unit, x, rtol=1e-9)


def test_classes_come_as_often_as_in_train_with_columns_of_their_own():
    y = np.repeat([0, 1, 2], [120, 60, 20])
    x, labels = drawn(*table(MIXED, y), 4000)
    shares = np.bincount(labels) / 4000
    assert shares == pytest.approx([0.6, 0.3, 0.1], abs=4 * np.sqrt(0.24 / 4000))
    np.testing.assert_array_equal(x[:, 1], labels)
    assert set(x[:, 4]) == {0.0, 1.0}
    np.testing.assert_allclose(x[:, 3], 4.1, rtol=1e-12)


CLASSES = {
    "one class": np.zeros(30, int),
    "a class of one row": np.minimum(np.arange(30), 1),
    "a class of two rows": np.minimum(np.arange(30) // 2, 1),
    "fewer rows than neighbours": np.arange(14) % 7,
    "unknown classes": np.where(np.arange(30) % 3, np.arange(30) % 2, -1),
}


@pytest.mark.parametrize("levels", [NUMBERS, MIXED], ids=["numbers", "mixed"])
@pytest.mark.parametrize("classes", CLASSES)
def test_any_number_of_rows_from_any_classes(classes, levels):
    train, schema = table(levels, CLASSES[classes])
    for n in (0, 1, 7, 61):
        x, y = drawn(train, schema, n)
        assert x.shape == (n, len(levels)) and x.dtype == np.float64 and np.isfinite(x).all()
        assert y.shape == (n,) and set(y) <= set(CLASSES[classes])
    for j in np.flatnonzero(schema.cardinality):
        assert set(x[:, j]) <= set(range(schema.cardinality[j]))


def test_the_row_of_a_class_without_another_is_repeated():
    train, schema = table(MIXED, CLASSES["a class of one row"])
    x, y = drawn(train, schema, 200)
    np.testing.assert_allclose(x[y == 0], np.tile(train.x[0], ((y == 0).sum(), 1)), rtol=1e-12)
    assert (y == 0).any()


def test_whole_numbers_stay_whole():
    train, schema = table(NUMBERS, np.arange(40) % 2)
    train.x[:, 2] = np.round(train.x[:, 2])
    x, _ = drawn(train, schema, 50)
    np.testing.assert_array_equal(x[:, 2], np.round(x[:, 2]))


def test_the_rng_alone_decides():
    train, schema = table(MIXED, np.arange(40) % 2)
    before = train.x.copy()
    state = pickle.dumps(np.random.get_state())
    sampler = smote(train, schema)
    first, labels = sampler.sample(50, np.random.default_rng(2))
    np.random.seed(8)
    revived = pickle.loads(cloudpickle.dumps(sampler))
    again, same = revived.sample(50, np.random.default_rng(2))
    np.testing.assert_array_equal(again, first)
    np.testing.assert_array_equal(same, labels)
    np.random.set_state(pickle.loads(state))
    sampler.sample(50, np.random.default_rng(3))
    assert pickle.dumps(np.random.get_state()) == state
    np.testing.assert_array_equal(train.x, before)


def test_a_table_of_levels_alone_is_refused():
    rows = Rows(np.zeros((4, 2)), np.array([0, 1, 0, 1]), np.arange(4))
    schema = Schema((2,), (2,), numeric=np.zeros(2, bool), cardinality=np.array([2, 2]))
    with pytest.raises(DataError, match="at least one must be numeric"):
        smote(rows, schema)
