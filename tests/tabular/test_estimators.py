"""Estimators by import path: what a spec builds, what it refuses, and what tags become."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from tscbench import Link, Schema, SpecError, to_logits
from tscbench.contracts.spec import parse
from tscbench.tabular import (
    build_estimator,
    classifier_outputs,
    estimator_kind,
    estimator_needs,
    estimator_size,
    seed_estimator,
)

STEPS = "[sklearn.preprocessing.StandardScaler, sklearn.linear_model.LogisticRegression]"


def build(text: str):
    """What `sklearn(…)` with this inside builds."""
    params = dict(parse(f"sklearn({text})").params)
    return build_estimator(params.pop("estimator"), params, "teacher sklearn")


def test_a_path_with_parameters_is_that_estimator() -> None:
    made = build("estimator=sklearn.ensemble.ExtraTreesClassifier, n_estimators=7, max_depth=none")
    assert type(made) is ExtraTreesClassifier
    assert made.n_estimators == 7 and made.max_depth is None


def test_one_and_one_point_nought_stay_what_they_are() -> None:
    whole = build("estimator=sklearn.ensemble.ExtraTreesClassifier, max_features=1.0")
    single = build("estimator=sklearn.ensemble.ExtraTreesClassifier, max_features=1")
    assert type(whole.max_features) is float and type(single.max_features) is int


def test_a_list_is_a_pipeline_with_parameters_of_its_steps() -> None:
    made = build(f"estimator={STEPS}, logisticregression__C=0.1")
    assert isinstance(made, Pipeline) and list(made.named_steps) == [
        "standardscaler",
        "logisticregression",
    ]
    assert made["logisticregression"].C == 0.1
    nested = build(
        "estimator=[sklearn.preprocessing.MinMaxScaler(feature_range=[-1, 1]), sklearn.svm.SVC]"
    )
    assert isinstance(nested[0], MinMaxScaler) and nested[0].feature_range == (-1, 1)


def test_values_that_name_estimators_are_estimators() -> None:
    made = build(
        "estimator=sklearn.ensemble.AdaBoostClassifier("
        "estimator=sklearn.tree.DecisionTreeClassifier(max_depth=2)), estimator__max_leaf_nodes=3"
    )
    assert isinstance(made, AdaBoostClassifier)
    assert isinstance(made.estimator, DecisionTreeClassifier)
    assert made.estimator.max_depth == 2 and made.estimator.max_leaf_nodes == 3
    voting = build(
        "estimator=sklearn.ensemble.VotingClassifier(voting=soft, estimators="
        "[[a, sklearn.naive_bayes.GaussianNB], [b, sklearn.svm.SVC(C=2)]])"
    )
    assert isinstance(voting, VotingClassifier)
    assert [name for name, _ in voting.estimators] == ["a", "b"] and voting.estimators[1][1].C == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("estimator=RandomForestClasifier", "did you mean 'sklearn.ensemble.RandomForestClassif"),
        ("estimator=sklearn.ensembl.ExtraTreesClassifier", "has no module 'ensembl'; did you mean"),
        ("estimator=sklearn.ensemble.ExtraTreClassifier", "did you mean 'ExtraTreesClassifier'"),
        ("estimator=no_such_package.Thing", "there is no package 'no_such_package'"),
        ("estimator=sklearn.pipeline.make_pipeline", "is no estimator class"),
        ("estimator=subprocess.Popen(args=ls)", "is no estimator class"),
        ("estimator=sklearn.svm.SVC, gama=1", "SVC has no parameter 'gama'; did you mean 'gamma'"),
        (f"estimator={STEPS}, C=1", "did you mean 'logisticregression__C'"),
        ("estimator=sklearn.svm.SVC, C=-1", "'C' parameter of SVC must be a float in the range"),
        ("estimator=sklearn.svm.SVC(C=high)", "Got 'high' instead"),
        ("estimator=sklearn.ensemble.VotingClassifier", "missing 1 required positional"),
        (
            "estimator=sklearn.ensemble.ExtraTreesClassifier, n_jobs=2",
            "give more cores with --jobs",
        ),
        (f"estimator={STEPS}, logisticregression__n_jobs=-1", "logisticregression__n_jobs=-1"),
        (
            "estimator=sklearn.ensemble.BaggingClassifier(estimator=sklearn.tree.DecisionTre)",
            "sklearn.tree has no 'DecisionTre'",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_its_cure(text: str, said: str) -> None:
    with pytest.raises(SpecError) as caught:
        build(text)
    assert said in str(caught.value) and str(caught.value).startswith("teacher sklearn: ")
    assert "\n" not in str(caught.value)


def test_what_is_neither_classifier_nor_regressor_is_refused() -> None:
    assert estimator_kind(SVC(), ("classifier", "regressor"), "x") == "classifier"
    with pytest.raises(SpecError, match="x: StandardScaler is not a classifier; name one that is"):
        estimator_kind(StandardScaler(), ("classifier",), "x")
    with pytest.raises(SpecError, match="LinearRegression is a regressor, not a classifier"):
        estimator_kind(
            build("estimator=sklearn.linear_model.LinearRegression"), ("classifier",), ""
        )


def test_every_open_random_state_comes_from_the_rng() -> None:
    forest = "sklearn.ensemble.ExtraTreesClassifier"
    text = f"estimator=[sklearn.decomposition.PCA, {forest}(random_state=3)]"
    one, two, other = build(text), build(text), build(text)
    for made, seed in ((one, 0), (two, 0), (other, 1)):
        seed_estimator(made, np.random.default_rng(seed))
    assert one["extratreesclassifier"].random_state == 3, "what is given stays"
    assert one["pca"].random_state == two["pca"].random_state != other["pca"].random_state


@pytest.mark.parametrize(
    ("estimator", "needs"),
    [
        (ExtraTreesClassifier(), set()),
        (HistGradientBoostingClassifier(), {"single_label"}),
        (LogisticRegression(), {"complete", "single_label"}),
        (MLPClassifier(), {"complete"}),
        (MultiOutputClassifier(LinearSVC()), {"complete", "multi_label"}),
        (make_pipeline(SimpleImputer(), LogisticRegression()), {"single_label"}),
        (make_pipeline(StandardScaler(), LogisticRegression()), {"complete", "single_label"}),
        (make_pipeline(StandardScaler(), ExtraTreesClassifier()), set()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_needs_are_the_tags(estimator, needs) -> None:
    assert estimator_needs(estimator) == needs


class TwoOnly(ClassifierMixin, BaseEstimator):
    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def test_a_classifier_of_two_classes_needs_two() -> None:
    assert estimator_needs(TwoOnly()) == {"complete", "single_label", "two_classes"}


def problem(k: int, n: int = 90):
    rng = np.random.default_rng(k)
    x = rng.standard_normal((n, 3))
    return x, np.digitize(x[:, 0] + 0.3 * rng.standard_normal(n), np.linspace(-1, 1, k - 1))


@pytest.mark.parametrize("k", [2, 3])
def test_outputs_are_log_odds_else_scores_else_decisions(k: int) -> None:
    x, y = problem(k)
    schema = Schema((3,), (k,))
    soft = LogisticRegression().fit(x, y)
    np.testing.assert_array_equal(
        classifier_outputs(soft, x, schema), to_logits(soft.predict_proba(x), schema)
    )
    scores = LinearSVC(random_state=0).fit(x, y)
    raw = scores.decision_function(x)
    expected = raw if k > 2 else np.stack([np.zeros(len(x)), raw], axis=1)
    np.testing.assert_array_equal(classifier_outputs(scores, x, schema), expected)
    hard = VotingClassifier([("a", soft), ("b", scores)]).fit(x, y)
    decided = classifier_outputs(hard, x, schema)
    np.testing.assert_array_equal(decided, to_logits(np.eye(k)[hard.predict(x)], schema))


@pytest.mark.parametrize("model", [LogisticRegression(), LinearSVC(random_state=0)])
def test_a_class_that_training_lacked_has_probability_nought(model) -> None:
    x, y = problem(3)
    schema = Schema((3,), (4,))
    z = classifier_outputs(model.fit(x, y + (y > 0)), x, schema)  # classes 0, 2, 3
    assert (z[:, 1] == to_logits(np.zeros((1, 4)), schema)[0, 1]).all()
    known = model.decision_function(x)
    np.testing.assert_allclose(z[:, [2, 3]] - z[:, [0]], known[:, 1:] - known[:, :1], atol=1e-9)


def test_class_names_are_put_in_their_places() -> None:
    x, y = problem(3)
    names = np.array(["low", "mid", "top"])
    schema = Schema((3,), (3,))
    plain = LogisticRegression().fit(x, y)
    other = LogisticRegression().fit(x, names[[1, 2, 0]][y])  # its classes_ are low, mid, top
    z = classifier_outputs(other, x, schema, np.array([2, 0, 1]))
    np.testing.assert_allclose(z, classifier_outputs(plain, x, schema), atol=1e-3)


@pytest.mark.parametrize(
    "model",
    [
        ExtraTreesClassifier(5, random_state=0),
        MLPClassifier((4,), max_iter=5, random_state=0),
        MultiOutputClassifier(LogisticRegression()),
    ],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_labels_have_a_logit_each(model) -> None:
    x, _ = problem(2)
    y = (x[:, :2] > 0).astype(float)
    schema = Schema((3,), (2,), Link.SIGMOID)
    p = model.fit(x, y).predict_proba(x)
    expected = np.stack([one[:, 1] for one in p], axis=1) if isinstance(p, list) else p
    np.testing.assert_array_equal(classifier_outputs(model, x, schema), to_logits(expected, schema))
    scores = RidgeClassifier().fit(x, y)
    np.testing.assert_array_equal(
        classifier_outputs(scores, x, schema), scores.decision_function(x)
    )


def test_a_label_that_is_the_same_in_all_rows_stays_so() -> None:
    x, _ = problem(2)
    y = np.stack([np.zeros(len(x)), np.ones(len(x)), x[:, 0] > 0], axis=1)
    schema = Schema((3,), (3,), Link.SIGMOID)
    z = classifier_outputs(ExtraTreesClassifier(3).fit(x, y), x, schema)
    assert (z[:, :2] == to_logits(np.array([0.0, 1.0]), schema)).all()


def test_sizes_that_a_model_shows_at_once() -> None:
    x, y = problem(3)
    trees = ExtraTreesClassifier(3, random_state=0).fit(x, y)
    assert estimator_size(trees) == {
        "trees": 3,
        "nodes": sum(t.tree_.node_count for t in trees.estimators_),
        "leaves": sum(t.tree_.n_leaves for t in trees.estimators_),
    }
    assert estimator_size(make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y)) == {
        "parameters": 3 * 3 + 3
    }
    boosted = HistGradientBoostingClassifier(max_iter=4).fit(x, y)
    assert estimator_size(boosted)["trees"] == 4 * 3
    assert estimator_size(SVC().fit(x, y)) == {}
