"""Nadaraya-Watson: interpolates, and is otherwise the weighted mean that its formula says."""

import numpy as np
import pytest
from tscbench_plugins.teachers.nadaraya_watson import nadaraya_watson

from tscbench import Rows, Schema, SpecError, to_probabilities


def schema_of(d: int, k: int = 2) -> Schema:
    return Schema((d,), (k,), numeric=np.ones(d, bool), cardinality=np.zeros(d, int))


def table(d: int, k: int = 2, n: int = 60) -> Rows:
    rng = np.random.default_rng(d)
    return Rows(rng.random((n, d)), rng.integers(0, k, n), np.arange(n))


def answers(train: Rows, x: np.ndarray, k: int = 2, **params) -> np.ndarray:
    schema = schema_of(train.x.shape[1], k)
    model = nadaraya_watson(train, schema, **params)
    return to_probabilities(model.predict(Rows(x, None, np.full(len(x), -1))), schema)


def test_training_rows_have_their_own_label():
    train = table(2)
    assert np.abs(answers(train, train.x)[:, 1] - train.y).max() < 1e-9


def test_equal_rows_have_their_mean_label():
    train = table(2)
    train.x[1:4] = train.x[0]
    train.y[:4] = [1, 0, 1, 1]
    assert answers(train, train.x[:1])[0, 1] == pytest.approx(0.75, abs=1e-12)


@pytest.mark.parametrize(("d", "a"), [(1, 0.25), (2, None), (3, 1.2)])
def test_other_rows_have_the_mean_by_its_formula(d, a):
    train, fresh = table(d, 3), np.random.default_rng(9).random((20, d))
    h = 0.8 * 60 ** (-1 / (4 + d))
    wanted = []
    for x in fresh:
        u = np.linalg.norm(x - train.x, axis=1) / h
        weight = np.where(u <= 1, u ** -(d / 4 if a is None else a), 0)
        wanted.append([weight[train.y == c].sum() / weight.sum() for c in range(3)])
    found = answers(train, fresh, 3, bandwidth=0.8, exponent=a)
    np.testing.assert_allclose(found, wanted, atol=1e-9)


def test_far_rows_have_the_mean_of_all():
    train = table(2)
    assert answers(train, np.array([[9.0, 9.0]]))[0, 1] == pytest.approx(train.y.mean())


@pytest.mark.parametrize("exponent", [0.0, 1.0])
def test_an_exponent_for_which_the_rate_does_not_hold_is_refused(exponent):
    with pytest.raises(SpecError, match="between 0 and 1: leave it out for 0.5"):
        nadaraya_watson(table(2), schema_of(2), exponent=exponent)
