"""Queries: who answers which row."""

import numpy as np
import pytest
from tscbench_plugins.queries.crossfit import crossfit
from tscbench_plugins.queries.inbag import inbag
from tscbench_plugins.queries.oob import oob

from tscbench import Array, Predictor, Rows, Schema, to_logits
from tscbench.contracts.kinds import plugin_of

TWO = Schema((1,), (2,))


def constant(p: float) -> Predictor:
    return Predictor(lambda rows: to_logits(np.full(len(rows), p), TWO))


def memory(train: Rows) -> Predictor:
    """One nearest neighbour: gives every training row its own label."""

    def predict(rows: Rows) -> Array:
        nearest = np.abs(rows.x - train.x.T).argmin(axis=1)
        return to_logits(train.y[nearest].astype(float), TWO)

    return Predictor(predict)


def test_inbag_shows_the_teacher_no_labels() -> None:
    def predict(rows: Rows) -> Array:
        assert rows.y is None
        return np.zeros((len(rows), 2))

    rows = Rows(np.zeros((3, 1)), np.array([0, 1, 0]), np.arange(3))
    assert inbag(Predictor(predict), rows).shape == (3, 2)


def test_oob_asks_for_training_rows_by_id() -> None:
    def predict_oob(ids: Array) -> Array:
        z = np.stack([np.zeros(len(ids)), ids.astype(float)], axis=1)
        z[ids == 7] = np.nan
        return z

    teacher = Predictor(constant(0.5).predict, predict_oob=predict_oob)
    rows = Rows(np.zeros((5, 1)), None, np.array([3, -1, 7, 2, -1]))
    expected = [[0, 3], [0, 0], [np.nan, np.nan], [0, 2], [0, 0]]
    np.testing.assert_array_equal(oob(teacher, rows, TWO), expected)
    np.testing.assert_array_equal(oob(teacher, rows.take(np.arange(1)), TWO), [[0, 3]])
    assert oob(teacher, rows.take(np.arange(0)), TWO).shape == (0, 2)
    assert plugin_of(oob).needs_of({}) == {"oob"}


def test_crossfit_answers_with_the_teacher_that_never_saw_the_row() -> None:
    teachers = [constant(0.1), constant(0.3), constant(0.9)]
    fold = np.array([0, 1, 2, -1, 1])
    rows = Rows(np.zeros((6, 1)), None, np.array([4, 0, -1, 2, 3, 1]))
    z = crossfit(teachers, fold, rows, TWO, folds=3)
    mean = (0.1 + 0.3 + 0.9) / 3
    expected = to_logits(np.array([0.3, 0.1, mean, 0.9, mean, 0.3]), TWO)
    np.testing.assert_allclose(z, expected, atol=1e-12)


@pytest.mark.parametrize("folds", [2, 5])
def test_a_teacher_that_remembers_is_no_oracle_under_crossfit(folds: int) -> None:
    rng = np.random.default_rng(0)
    n = 200
    train = Rows(rng.random((n, 1)), rng.integers(0, 2, n), np.arange(n))
    fold = np.arange(n) % folds
    teachers = [memory(train.take(fold != i)) for i in range(folds)]
    decided = crossfit(teachers, fold, train, TWO, folds=folds)[:, 1] > 0
    assert np.array_equal(inbag(memory(train), train)[:, 1] > 0, train.y == 1)
    assert 0.35 < np.mean(decided == train.y) < 0.65


def test_crossfit_takes_one_teacher_at_a_time_and_only_those_it_needs() -> None:
    class Lazy:
        asked: list[int] = []

        def __getitem__(self, i: int) -> Predictor:
            self.asked.append(i)
            return constant(0.5)

    lazy = Lazy()
    rows = Rows(np.zeros((2, 1)), None, np.array([0, 1]))
    crossfit(lazy, np.array([3, 1]), rows, TWO, folds=4)
    assert lazy.asked == [1, 3]
    assert plugin_of(crossfit).fits == "folds"
