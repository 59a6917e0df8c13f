"""Rows without a class, and labels that are the same in all of them, whatever estimator learns."""

import numpy as np
import pytest

from tscbench import CompressionSet, Link, Loss, Rows, Schema, Targets, to_probabilities
from tscbench.registry import discover

N = 60
X = np.random.default_rng(0).standard_normal((N, 3))
REGISTRY = discover()


def schema(k, link=Link.SOFTMAX):
    return Schema((3,), (k,), numeric=np.ones(3, bool), cardinality=np.zeros(3, int), link=link)


def taught(text, y, made_of):
    rows = Rows(X, y, np.arange(N))
    fitted = REGISTRY.bind("teacher", text)(
        train=rows, schema=made_of, rng=np.random.default_rng(0)
    )
    return fitted, to_probabilities(fitted.predict(rows), made_of)


CLASSIFIERS = [
    "xgboost.XGBClassifier, n_estimators=3",
    "lightgbm.LGBMClassifier, n_estimators=3, verbose=-1",
    "catboost.CatBoostClassifier, n_estimators=3, verbose=0",
    "sklearn.linear_model.LogisticRegression",
]


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
@pytest.mark.parametrize("estimator", CLASSIFIERS)
@pytest.mark.parametrize("seen", [(0, 2), (1, 2), (2,)])
def test_a_class_that_the_rows_lack_is_never_likely(estimator, seen):
    y = np.asarray(seen)[(X[:, 0] > 0).astype(int) % len(seen)]
    _, p = taught(f"sklearn(estimator={estimator})", y, schema(3))
    assert (p.argmax(axis=1) == y).mean() > 0.7
    assert p[:, [c for c in range(3) if c not in seen]].max() < 1e-9


@pytest.mark.parametrize(
    "estimator",
    [
        "sklearn.multioutput.MultiOutputClassifier(estimator=sklearn.linear_model.LogisticRegression)",
        "sklearn.multioutput.ClassifierChain(estimator=sklearn.linear_model.LogisticRegression)",
        "sklearn.ensemble.RandomForestClassifier(n_estimators=5)",
    ],
)
@pytest.mark.parametrize("varying", [(0, 2), (1,), ()])
def test_a_label_that_does_not_vary_is_answered_as_it_is(estimator, varying):
    y = np.tile([1, 0, 1, 1], (N, 1))
    y[:, list(varying)] = (X[:, : len(varying)] > 0).astype(int)
    _, p = taught(f"sklearn(estimator={estimator})", y, schema(4, Link.SIGMOID))
    still = [c for c in range(4) if c not in varying]
    np.testing.assert_allclose(p[:, still], y[:, still], atol=1e-9)
    assert ((p[:, list(varying)] > 0.5) == y[:, list(varying)]).mean(axis=0).min(initial=1) > 0.8


def student(text, values, made_of):
    targets = Targets(values, Loss.SQUARED)
    rows = Rows(X, None, np.arange(N))
    learns = CompressionSet(rows, None, None, (targets,), N)
    fitted = REGISTRY.bind("student", text)(
        compression_set=learns, schema=made_of, rng=np.random.default_rng(0)
    )
    return to_probabilities(fitted.predict(rows), made_of)


@pytest.mark.parametrize("kind", ["Classifier", "Regressor"])
@pytest.mark.parametrize("library", ["xgboost.XGB", "catboost.CatBoost"])
def test_students_do_without_a_class_too(library, kind):
    wanted = np.eye(3)[np.where(X[:, 0] > 0, 2, 0)]
    p = student(f"sklearn(estimator={library}{kind}, n_estimators=9)", wanted, schema(3))
    assert (p.argmax(axis=1) == wanted.argmax(axis=1)).mean() > 0.9
    assert p[:, 1].max() < 1e-9
