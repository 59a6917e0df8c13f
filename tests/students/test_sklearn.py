"""The sklearn student: weighted replication against a minimiser of the soft cross-entropy."""

import cloudpickle
import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVR
from tscbench_plugins.students.sklearn import _drawn

from tscbench import (
    CompressionSet,
    ContractError,
    Link,
    Loss,
    Rows,
    Scale,
    Schema,
    SpecError,
    Targets,
    to_logits,
    to_probabilities,
)
from tscbench.registry import discover

REGISTRY = discover()
EXACT = (
    "sklearn(estimator=sklearn.linear_model.LogisticRegression, tol=1e-10, max_iter=5000, C=0.7)"
)


def problem(k: int, link: Link = Link.SOFTMAX, loss: Loss = Loss.SQUARED, weight=1.0):
    rng = np.random.default_rng(k)
    x = rng.standard_normal((80, 3))
    schema = Schema((3,), (k,), link, numeric=np.ones(3, bool), cardinality=np.zeros(3, int))
    outputs = 1.5 * x @ rng.standard_normal((3, k)) + rng.standard_normal((80, k))
    targets = (Targets(to_probabilities(outputs, schema), loss, weight=weight),)
    rows = Rows(x, None, np.full(80, -1))
    return CompressionSet(rows, outputs, None, targets, 80), schema


def fit(text: str, given: CompressionSet, schema: Schema, seed: int = 0):
    return REGISTRY.bind("student", text)(
        compression_set=given, schema=schema, rng=np.random.default_rng(seed)
    )


def soft_minimiser(x, p, weight, c: float):
    """Coefficients `(d, k)` and intercepts of the least ½‖w‖² + C Σ weight · cross-entropy."""
    d, k = x.shape[1], p.shape[1]

    def loss(flat):
        w, b = flat[: d * k].reshape(d, k), flat[d * k :]
        z = x @ w + b
        log_q = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
        slope = (np.exp(log_q) - p) * weight[:, None] * c
        value = 0.5 * (w**2).sum() - c * (weight[:, None] * p * log_q).sum()
        return value, np.concatenate([(x.T @ slope + w).ravel(), slope.sum(axis=0)])

    start = np.zeros(d * k + k)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 5000, "ftol": 0})
    return found.x[: d * k].reshape(d, k), found.x[d * k :]


@pytest.mark.parametrize("loss", list(Loss))
@pytest.mark.parametrize("weighted", [False, True])
def test_replication_is_the_soft_cross_entropy(loss: Loss, weighted: bool) -> None:
    weight = np.random.default_rng(1).uniform(0.2, 3, 80) if weighted else 1.0
    given, schema = problem(3, loss=loss, weight=weight)
    p = given.targets[0].values
    share = np.broadcast_to(weight, 80) / np.mean(weight)
    w, b = soft_minimiser(given.rows.x, p, share, c=0.7)
    z = given.rows.x @ w + b
    ours = to_probabilities(fit(EXACT, given, schema).predict(given.rows), schema)
    np.testing.assert_allclose(ours, to_probabilities(z, schema), atol=2e-5)


def test_two_terms_are_their_weighted_mean() -> None:
    given, schema = problem(3)
    first = given.targets[0].values
    second = np.roll(first, 1, axis=1)
    both = (
        Targets(first, Loss.CROSS_ENTROPY, weight=3.0),
        Targets(second, Loss.CROSS_ENTROPY, weight=1.0),
    )
    mean = (Targets(0.75 * first + 0.25 * second, Loss.CROSS_ENTROPY),)
    ours, theirs = (
        fit(EXACT, CompressionSet(given.rows, None, None, t, 80), schema) for t in (both, mean)
    )
    np.testing.assert_allclose(ours.predict(given.rows), theirs.predict(given.rows), atol=1e-7)


def test_hard_targets_are_the_plain_fit() -> None:
    given, schema = problem(2)
    y = given.targets[0].values.argmax(axis=1)
    hard = (Targets(np.eye(2)[y], Loss.CROSS_ENTROPY),)
    fitted = fit(EXACT, CompressionSet(given.rows, None, None, hard, 80), schema)
    peer = LogisticRegression(C=0.7, tol=1e-10, max_iter=5000).fit(given.rows.x, y)
    expected = to_logits(peer.predict_proba(given.rows.x), schema)
    np.testing.assert_array_equal(fitted.predict(given.rows), expected)
    assert fitted.size == {"parameters": 4}


def test_each_label_has_a_classifier_of_its_own() -> None:
    given, schema = problem(3, Link.SIGMOID)
    fitted = fit(EXACT, given, schema)
    z = fitted.predict(given.rows)
    two = Schema((3,), (2,))
    for label, p in enumerate(given.targets[0].values.T):
        alone = (Targets(np.stack([1 - p, p], axis=1), Loss.CROSS_ENTROPY),)
        own = fit(EXACT, CompressionSet(given.rows, None, None, alone, 80), two)
        odds = own.predict(given.rows)
        np.testing.assert_allclose(z[:, label], odds[:, 1] - odds[:, 0], atol=1e-9)
    assert isinstance(fitted.model, MultiOutputClassifier)
    p = np.stack([one[:, 1] for one in fitted.model.predict_proba(given.rows.x)], axis=1)
    np.testing.assert_allclose(z, to_logits(p, schema), atol=1e-9)


def test_a_pipelines_first_steps_see_each_row_once() -> None:
    given, schema = problem(3)
    steps = "sklearn.preprocessing.StandardScaler, sklearn.linear_model.LogisticRegression"
    fitted = fit(f"sklearn(estimator=[{steps}])", given, schema)
    np.testing.assert_allclose(fitted.model["standardscaler"].mean_, given.rows.x.mean(axis=0))
    assert fitted.model.predict(given.rows.x).shape == (80,)


class Recorder(ClassifierMixin, BaseEstimator):
    """Keeps what it was fitted on; its `fit` takes no weights."""

    def fit(self, x, y):
        self.x_, self.y_, self.classes_ = x, y, np.unique(y)
        return self

    def predict(self, x):
        return np.full(len(x), self.classes_[0])


def test_without_sample_weight_each_row_has_one_drawn_class(monkeypatch) -> None:
    monkeypatch.setattr("sklearn.svm.Recorder", Recorder, raising=False)
    given, schema = problem(3)
    shares = np.zeros(3)
    for seed in range(60):
        kept = fit("sklearn(estimator=sklearn.svm.Recorder)", given, schema, seed).model
        np.testing.assert_array_equal(kept.x_, given.rows.x)
        shares += np.bincount(kept.y_, minlength=3) / 80 / 60
    p = given.targets[0].values.mean(axis=0)
    np.testing.assert_allclose(shares, p, atol=4 * np.sqrt(0.25 / 80 / 60))


def test_draws_are_in_proportion_to_weight() -> None:
    weight = np.array([0.5, 0.0, 2.0, 1.5])
    drawn = np.concatenate([_drawn(weight, 4, np.random.default_rng(s)) for s in range(500)])
    np.testing.assert_allclose(np.bincount(drawn, minlength=4) / 500, weight, atol=0.1)


def test_a_neighbour_classifier_learns_from_drawn_classes() -> None:
    given, schema = problem(2)
    fitted = fit("sklearn(estimator=sklearn.neighbors.KNeighborsClassifier)", given, schema)
    assert isinstance(fitted.model, KNeighborsClassifier) and fitted.size == {}
    same = fit("sklearn(estimator=sklearn.neighbors.KNeighborsClassifier)", given, schema)
    np.testing.assert_array_equal(fitted.predict(given.rows), same.predict(given.rows))


@pytest.mark.parametrize("scale", list(Scale))
def test_a_regressor_learns_all_columns_at_once_where_it_can(scale: Scale) -> None:
    given, schema = problem(3)
    targets = (Targets(given.targets[0].values, Loss.SQUARED, scale),)
    text = "sklearn(estimator=sklearn.ensemble.ExtraTreesRegressor, n_estimators=6)"
    given = CompressionSet(given.rows, None, None, targets, 80)
    seed = int(np.random.default_rng(0).integers(2**31))
    values = ExtraTreesRegressor(6, random_state=seed).fit(given.rows.x, targets[0].values)
    values = values.predict(given.rows.x)
    expected = to_logits(values.round(10), schema) if scale is Scale.PROBABILITY else values
    fitted = fit(text, given, schema)
    np.testing.assert_allclose(fitted.predict(given.rows), expected, atol=1e-12)
    revived = cloudpickle.loads(cloudpickle.dumps(fitted))
    np.testing.assert_array_equal(revived.predict(given.rows), fitted.predict(given.rows))


def test_a_regressor_of_one_column_is_fitted_for_each() -> None:
    given, schema = problem(3)
    fitted = fit("sklearn(estimator=sklearn.svm.SVR, C=2)", given, schema)
    columns = [SVR(C=2).fit(given.rows.x, p) for p in given.targets[0].values.T]
    expected = np.stack([model.predict(given.rows.x) for model in columns], axis=1)
    np.testing.assert_allclose(fitted.predict(given.rows), to_logits(expected, schema), atol=1e-9)
    assert isinstance(fitted.model, MultiOutputRegressor)
    np.testing.assert_allclose(fitted.model.predict(given.rows.x), expected, atol=1e-12)


def test_a_regressors_weights_count() -> None:
    weight = np.random.default_rng(0).uniform(0.1, 2, 80)
    given, schema = problem(2, weight=weight)
    p = given.targets[0].values[:, 1]
    peer = LinearRegression().fit(given.rows.x, p, sample_weight=weight)
    fitted = fit("sklearn(estimator=sklearn.linear_model.LinearRegression)", given, schema)
    expected = to_logits(peer.predict(given.rows.x), schema)
    np.testing.assert_allclose(fitted.predict(given.rows), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "offers", "needs"),
    [
        ("sklearn.linear_model.LogisticRegression", {"squared", "cross_entropy"}, {"complete"}),
        ("sklearn.ensemble.ExtraTreesRegressor", {"squared", "signed_targets"}, set()),
        ("sklearn.svm.SVR", {"squared", "signed_targets"}, {"complete"}),
    ],
)
def test_offers_and_needs_follow_the_estimator(text, offers, needs) -> None:
    bound = REGISTRY.bind("student", f"sklearn(estimator={text})")
    assert bound.offers == offers and bound.needs == needs


def test_objectives_that_a_classifier_cannot_learn_say_so_before_a_fit() -> None:
    classifier = REGISTRY.bind("student", EXACT)
    for objective in ("logits", "soft"):
        assert REGISTRY.bind("objective", objective).needs - classifier.offers
    for objective in ("probabilities", "hard", "labels", "soft(temperature=1)"):
        assert not REGISTRY.bind("objective", objective).needs - classifier.offers
    given, schema = problem(3)
    logits = (Targets(given.outputs, Loss.SQUARED, Scale.LOGIT),)
    with pytest.raises(ContractError, match="a classifier learns probabilities at temperature 1"):
        fit(EXACT, CompressionSet(given.rows, None, None, logits, 80), schema)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sklearn.preprocessing.StandardScaler", "is not a classifier or regressor"),
        (
            "sklearn.multioutput.MultiOutputClassifier(estimator=sklearn.svm.SVC)",
            "fits several columns alone; name the estimator inside it",
        ),
    ],
)
def test_what_is_no_student_is_refused_before_a_fit(text: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        _ = REGISTRY.bind("student", f"sklearn(estimator={text})").offers
