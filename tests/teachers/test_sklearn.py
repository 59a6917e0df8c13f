"""The sklearn teacher: scikit-learn's own answers, and what its tags refuse."""

import cloudpickle
import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tscbench import Link, Rows, Schema, SpecError, to_logits
from tscbench.line.keys import plugin_key
from tscbench.registry import discover

REGISTRY = discover()
FOREST = "sklearn(estimator=sklearn.ensemble.ExtraTreesClassifier, n_estimators=12)"
LOGISTIC = (
    "sklearn(estimator=[sklearn.preprocessing.StandardScaler, "
    "sklearn.linear_model.LogisticRegression], logisticregression__C=0.5)"
)


def table(k: int, n: int = 120) -> tuple[Rows, Schema]:
    rng = np.random.default_rng(k)
    x = rng.standard_normal((n, 4)) * [1.0, 10.0, 0.1, 1.0]
    y = np.digitize(x[:, 0] + 0.5 * rng.standard_normal(n), np.linspace(-1, 1, k - 1))
    schema = Schema((4,), (k,), numeric=np.ones(4, bool), cardinality=np.zeros(4, int))
    return Rows(x, y, np.arange(n)), schema


def fit(text: str, rows: Rows, schema: Schema, seed: int = 0):
    return REGISTRY.bind("teacher", text)(
        train=rows, schema=schema, rng=np.random.default_rng(seed)
    )


@pytest.mark.parametrize("k", [2, 3])
def test_it_answers_with_the_log_odds_of_predict_proba(k: int) -> None:
    rows, schema = table(k)
    peer = make_pipeline(StandardScaler(), LogisticRegression(C=0.5)).fit(rows.x, rows.y)
    fitted = fit(LOGISTIC, rows, schema)
    expected = to_logits(peer.predict_proba(rows.x), schema)
    np.testing.assert_array_equal(fitted.predict(rows), expected)
    assert fitted.size == {"parameters": 5 if k == 2 else 15}
    assert fitted.model["logisticregression"].C == 0.5


def test_its_seed_is_the_rngs() -> None:
    rows, schema = table(3)
    seed = int(np.random.default_rng(0).integers(2**31))
    peer = ExtraTreesClassifier(12, random_state=seed).fit(rows.x, rows.y)
    fitted = fit(FOREST, rows, schema)
    expected = to_logits(peer.predict_proba(rows.x), schema)
    np.testing.assert_array_equal(fitted.predict(rows), expected)
    again = cloudpickle.loads(cloudpickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict(rows), expected)


def test_one_class_is_answered_without_a_fit() -> None:
    rows, schema = table(2)
    z = fit(LOGISTIC, Rows(rows.x, np.ones_like(rows.y), rows.id), schema).predict(rows)
    np.testing.assert_array_equal(z, to_logits(np.ones(len(rows)), schema))


def test_images_are_flattened_to_floats() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (40, 1, 3, 3)).astype(np.uint8)
    rows, schema = (
        Rows(x, np.arange(40) % 2, np.arange(40)),
        Schema((1, 3, 3), (2,), modality="images"),
    )
    peer = make_pipeline(StandardScaler(), LogisticRegression(C=0.5))
    peer.fit(x.reshape(40, -1).astype(float), rows.y)
    expected = to_logits(peer.predict_proba(x.reshape(40, -1).astype(float)), schema)
    np.testing.assert_array_equal(fit(LOGISTIC, rows, schema).predict(rows), expected)


@pytest.mark.parametrize(
    ("text", "needs"),
    [(FOREST, set()), (LOGISTIC, {"complete", "single_label"})],
)
def test_needs_follow_the_estimator(text: str, needs: set[str]) -> None:
    assert REGISTRY.bind("teacher", text).needs == needs


def test_labels_are_learnt_together_by_what_can() -> None:
    rows, _ = table(2)
    labels = (rows.x[:, :2] > 0).astype(float)
    schema = Schema((4,), (2,), Link.SIGMOID)
    seed = int(np.random.default_rng(0).integers(2**31))
    peer = ExtraTreesClassifier(12, random_state=seed).fit(rows.x, labels)
    p = np.stack([one[:, 1] for one in peer.predict_proba(rows.x)], axis=1)
    z = fit(FOREST, Rows(rows.x, labels, rows.id), schema).predict(rows)
    np.testing.assert_array_equal(z, to_logits(p, schema))


def test_a_regressor_is_refused_before_any_fit() -> None:
    bound = REGISTRY.bind("teacher", "sklearn(estimator=sklearn.svm.SVR)")
    with pytest.raises(SpecError, match="teacher sklearn: SVR is a regressor, not a classifier"):
        _ = bound.needs


def test_the_spec_reads_back_and_enters_the_recipe() -> None:
    text = (
        "sklearn(bootstrap=true, estimator=sklearn.ensemble.ExtraTreesClassifier, "
        "max_features=1.0, n_estimators=3)"
    )
    bound = REGISTRY.bind("teacher", text)
    assert str(bound) == text
    assert REGISTRY.bind("teacher", str(bound)).params == bound.params
    other = REGISTRY.bind("teacher", text.replace("1.0", "1"))
    assert len({plugin_key(bound), plugin_key(REGISTRY.bind("teacher", text))}) == 1
    assert plugin_key(other) != plugin_key(bound), "all columns are not one column"
    inner = (
        "sklearn(estimator=sklearn.calibration.CalibratedClassifierCV(estimator=sklearn.svm.{}))"
    )
    keys = {plugin_key(REGISTRY.bind("teacher", inner.format(s))) for s in ("SVC(C=2)", "SVC")}
    assert len(keys) == 2
