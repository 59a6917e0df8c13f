"""Trees as ONNX add up to what scikit-learn adds up, bit for bit."""

import warnings

import numpy as np
import onnxruntime
import pytest
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression
from sklearn.multioutput import MultiOutputRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tscbench.export.ensembles import ensemble_graph
from tscbench.export.onnx_tail import HEAD
from tscbench.export.trees import ensemble_of

CATEGORIES = [1, 3]


def table(n: int = 400, gaps: bool = True):
    """Two columns of numbers and two of codes, with gaps; three targets, and a class."""
    rng = np.random.default_rng(n)
    x = np.stack([rng.normal(size=n), rng.integers(0, 5, n), rng.random(n), rng.integers(0, 40, n)])
    x = x.T
    y = np.stack([x[:, 0] + x[:, 1] % 2, x[:, 3] % 3 + x[:, 2], x[:, 1] * x[:, 2]], axis=1)
    if gaps:
        x[rng.random(x.shape) < 0.1] = np.nan
    return x, y, np.digitize(y[:, 0], [-0.5, 0.5, 1.5])


def odd_rows():
    """Rows that no training row is like: unseen codes, extremes, nothing at all."""
    return np.array(
        [[0, 9, 0, 77], [0, -1, 0, -3], [1e30, 4, -1e30, 39], [np.nan] * 4, [0.1, 4.0, 0.3, 255]]
    )


def answers(model, x):
    graph = ensemble_graph(ensemble_of(model), x.shape[1], HEAD)
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    return session.run(["values"], {"x": x})[0]


def check(model, call, x):
    expected = getattr(model, call)(x).reshape(len(x), -1)
    np.testing.assert_array_equal(answers(model, x), expected)
    np.testing.assert_array_equal(answers(model, x[:1]), expected[:1])


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("gaps", [False, True])
def test_regression_trees_and_forests(k, gaps):
    x, y, _ = table(gaps=gaps)
    y = y[:, :k].squeeze()
    rows = np.concatenate([x, odd_rows()]) if gaps else x + 1e-9
    check(DecisionTreeRegressor(random_state=0).fit(x, y), "predict", rows)
    check(DecisionTreeRegressor(max_leaf_nodes=5).fit(x, y), "predict", rows)
    check(RandomForestRegressor(7, random_state=0).fit(x, y), "predict", rows)
    check(DecisionTreeRegressor().fit(x, np.zeros_like(y)), "predict", rows)


def test_classification_trees_and_forests():
    x, _, c = table()
    rows = np.concatenate([x, odd_rows()])
    for model in (DecisionTreeClassifier(), RandomForestClassifier(5), ExtraTreesClassifier(5)):
        check(model.set_params(random_state=0).fit(x, c), "predict_proba", rows)


@pytest.mark.parametrize("categories", [None, CATEGORIES])
def test_boosted_trees(categories):
    x, y, c = table()
    rows = np.concatenate([x, odd_rows()])
    one = HistGradientBoostingRegressor(max_iter=9, categorical_features=categories)
    check(one.fit(x, y[:, 1]), "predict", rows)
    several = MultiOutputRegressor(one).fit(x, y)
    check(several, "predict", rows)
    assert bool(ensemble_of(several).switches) == (categories is not None)
    classes = HistGradientBoostingClassifier(max_iter=5, categorical_features=categories)
    check(classes.fit(x, c), "decision_function", rows)
    check(classes.fit(x, c > 1), "decision_function", rows)


def test_a_value_that_equals_a_split_in_double_precision_alone():
    x = np.array([[0.1], [0.1 + 1e-12], [0.3]] * 40)
    y = np.array([0.0, 1.0, 2.0] * 40)
    model = HistGradientBoostingRegressor(max_iter=3, min_samples_leaf=1).fit(x, y)
    assert len(set(model.predict(x))) == 3, "the split is finer than float32"
    check(model, "predict", x)


def test_other_models_are_left_to_others():
    x, y, _ = table(gaps=False)
    assert ensemble_of(LinearRegression().fit(x, y)) is None
    assert ensemble_of(MultiOutputRegressor(LinearRegression()).fit(x, y)) is None
    several = RandomForestClassifier(3).fit(x, (y > 0).astype(int))
    assert ensemble_of(several) is None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        poisson = HistGradientBoostingRegressor(loss="poisson", max_iter=2).fit(x, np.abs(y[:, 0]))
    assert ensemble_of(poisson) is None, "a link stands between sum and answer"
