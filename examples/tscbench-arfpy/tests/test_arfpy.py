"""The generator keeps what tscbench asks of it, whatever arfpy does underneath."""

import pickle

import cloudpickle
import numpy as np
import pytest
from tscbench_arfpy import arfpy

from tscbench import DataError, Rows, Schema

KINDS = {"numbers": (0, 0, 0), "mixed": (0, 3, 0, 2, 0), "levels": (3, 2)}


def table(levels, n=60, seed=0):
    """Numbers, whole numbers and levels; the last numeric column is constant."""
    rng = np.random.default_rng(seed)
    levels = np.array(levels)
    x = rng.normal(size=(n, len(levels)))
    for j, cardinality in enumerate(levels):
        if cardinality:
            x[:, j] = rng.integers(0, cardinality, n)
    if (numeric := np.flatnonzero(levels == 0)).size:
        x[:, numeric[1]] = rng.integers(0, 9, n)
        x[:, numeric[-1]] = 4.25
    schema = Schema(x.shape[1:], (2,), numeric=levels == 0, cardinality=levels)
    return Rows(x, None, np.arange(n)), schema


def fitted(train, schema, seed=1, **parameters):
    return arfpy(train, schema, np.random.default_rng(seed), **{"n_trees": 4, **parameters})


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_such_as_the_training_rows(kind):
    train, schema = table(KINDS[kind])
    sampler = fitted(train, schema)
    for n in (0, 1, 7, 301):
        x = sampler.sample(n, np.random.default_rng(2))
        assert x.shape == (n, len(KINDS[kind])) and x.dtype == np.float64
        assert np.isfinite(x).all()
    for j, cardinality in enumerate(schema.cardinality):
        if cardinality:
            assert set(x[:, j]) == set(range(cardinality))
    if (numeric := np.flatnonzero(schema.numeric)).size:
        assert (x[:, numeric[1]] == np.round(x[:, numeric[1]])).all()
        np.testing.assert_array_equal(x[:, numeric[-1]], 4.25)


def test_the_rng_alone_decides_and_numpys_own_state_stays_as_it_was():
    train, schema = table(KINDS["mixed"])
    before = train.x.copy()
    np.random.seed(7)
    state = pickle.dumps(np.random.get_state())
    sampler = fitted(train, schema)
    first = sampler.sample(50, np.random.default_rng(2))
    assert pickle.dumps(np.random.get_state()) == state
    np.random.seed(8)
    again = fitted(train, schema)
    np.testing.assert_array_equal(again.sample(50, np.random.default_rng(2)), first)
    revived = pickle.loads(cloudpickle.dumps(sampler))
    np.testing.assert_array_equal(revived.sample(50, np.random.default_rng(2)), first)
    assert not np.array_equal(sampler.sample(50, np.random.default_rng(3)), first)
    other = fitted(train, schema, seed=2)
    assert not np.array_equal(other.sample(50, np.random.default_rng(2)), first)
    np.testing.assert_array_equal(train.x, before)


def test_the_state_stays_as_it_was_when_arfpy_fails():
    train, schema = table(KINDS["numbers"])
    state = pickle.dumps(np.random.get_state())
    with pytest.raises(AssertionError, match="num_trees"):
        fitted(train, schema, n_trees=0)
    assert pickle.dumps(np.random.get_state()) == state


def test_numpy_itself_gets_no_old_name():
    had = hasattr(np, "in1d")
    fitted(*table(KINDS["numbers"]))
    assert hasattr(np, "in1d") == had


def test_leaves_of_one_row_and_leaves_without_spread_can_be_drawn_from():
    for seed in range(5):
        train, schema = table(KINDS["mixed"], n=12, seed=seed)
        x = fitted(train, schema, min_leaf=1).sample(100, np.random.default_rng(seed))
        assert np.isfinite(x).all()


def test_two_training_rows_are_the_fewest():
    train, schema = table(KINDS["numbers"], n=2)
    assert fitted(train, schema).sample(5, np.random.default_rng(0)).shape == (5, 3)
    with pytest.raises(DataError, match="1 training rows"):
        fitted(train.take(np.arange(1)), schema)


def test_a_dependence_is_kept_that_independent_columns_would_not_have():
    """On a line, with noise of a tenth: the rest of x1 after x0 has a variance of 0.01."""
    rng = np.random.default_rng(0)
    line = rng.normal(size=600)
    x = np.column_stack([line, line + 0.1 * rng.normal(size=600)])
    schema = Schema((2,), (2,), numeric=np.ones(2, bool), cardinality=np.zeros(2, int))
    made = fitted(Rows(x, None, np.arange(600)), schema, n_trees=10).sample(
        2000, np.random.default_rng(3)
    )
    assert np.corrcoef(made.T)[0, 1] > 0.95
    np.testing.assert_allclose(made.mean(axis=0), 0, atol=0.15)
    np.testing.assert_allclose(made.std(axis=0), x.std(axis=0), rtol=0.1)
