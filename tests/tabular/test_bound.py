"""Estimators in a step: its threads under every name, parameters that signatures do not list."""

import inspect
import pickle
from typing import ClassVar

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tscbench import SpecError
from tscbench.contracts.spec import parse
from tscbench.contracts.threads import granted
from tscbench.tabular import Ready, bound, bound_answers, build_estimator, method_of, ready_to_fit
from tscbench.tabular.bound import own_parameters

X, Y = make_classification(120, 6, random_state=0)
NUMBER = {
    "lightgbm.LGBMClassifier": "n_jobs",
    "xgboost.XGBClassifier": "n_jobs",
    "catboost.CatBoostClassifier": "thread_count",
}


def build(text: str, threads: int = 1):
    params = dict(parse(f"sklearn({text})").params)
    with granted(threads):
        made = build_estimator(params.pop("estimator"), params, "teacher sklearn")
        return ready_to_fit(made, np.random.default_rng(0))


@pytest.mark.parametrize("path", NUMBER)
@pytest.mark.parametrize("threads", [1, 3])
def test_a_step_s_threads_are_the_library_s(path, threads):
    assert build(f"estimator={path}", threads).get_params()[NUMBER[path]] == threads
    inner = build(f"estimator=[sklearn.preprocessing.StandardScaler, {path}]", threads)
    assert inner[-1].get_params()[NUMBER[path]] == threads
    several = build(f"estimator=sklearn.multioutput.MultiOutputClassifier(estimator={path})", 3)
    assert several.n_jobs is None and several.estimator.get_params()[NUMBER[path]] == 3


@pytest.mark.parametrize(
    ("path", "name"),
    [
        *NUMBER.items(),
        ("lightgbm.LGBMClassifier", "num_threads"),
        ("xgboost.XGBClassifier", "nthread"),
    ],
)
def test_other_numbers_of_threads_are_refused(path, name):
    with pytest.raises(SpecError, match=f"{name}=4 is refused.*suite's `threads`"):
        build(f"estimator={path}, {name}=4")
    assert build(f"estimator={path}, {name}=1", threads=2).get_params()[name] == 1


def test_scikit_learn_s_own_number_stays_unsaid_where_it_is_one():
    assert build("estimator=sklearn.linear_model.LogisticRegression").n_jobs is None
    forest = build("estimator=sklearn.ensemble.ExtraTreesClassifier", 2)
    assert forest.n_jobs == 2
    with granted(2):
        assert Ready(forest.fit(X, Y))().n_jobs is None, "sums of threads come in any order"


def test_catboost_is_seeded_and_writes_no_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = build("estimator=catboost.CatBoostClassifier, n_estimators=3, verbose=0")
    assert made.get_params()["random_state"] == int(np.random.default_rng(0).integers(2**31))
    made.fit(X, Y)
    assert not list(tmp_path.iterdir())
    given = build("estimator=catboost.CatBoostClassifier, random_seed=5")
    assert "random_state" not in given.get_params()


def test_a_model_from_a_file_is_bound_when_it_is_asked():
    from lightgbm import LGBMClassifier
    from sklearn.pipeline import make_pipeline
    from xgboost import XGBClassifier

    light = make_pipeline(LGBMClassifier(n_estimators=2, n_jobs=-1, verbose=-1)).fit(X, Y)
    assert Ready(light)()[-1].n_jobs == 1
    boosted = XGBClassifier(n_estimators=2, n_jobs=4).fit(X, Y)
    with granted(2):
        assert Ready(boosted)().n_jobs == 2
    assert '"nthread":"2"' in boosted.get_booster().save_config()


class Asked(ClassifierMixin, BaseEstimator):
    """Takes a number of threads with each question, and notes it."""

    told: ClassVar[set[int]] = set()

    def fit(self, x, y, sample_weight=None):
        self.classes_ = np.unique(y)
        return self

    def predict(self, x, thread_count=-1):
        self.told.add(thread_count)
        return np.full(len(x), self.classes_[0])

    def predict_proba(self, x, thread_count=-1):
        self.told.add(thread_count)
        return np.full((len(x), len(self.classes_)), 1 / len(self.classes_))


@pytest.mark.parametrize(
    "made",
    [
        Asked(),
        make_pipeline(StandardScaler(), Asked()),
        VotingClassifier([("a", Asked()), ("b", DummyClassifier())], voting="soft"),
        StackingClassifier([("a", Asked()), ("b", DummyClassifier())], cv=2),
        CalibratedClassifierCV(Asked(), cv=2),
        OneVsRestClassifier(Asked()),
    ],
)
def test_who_takes_threads_with_each_question_gets_them_from_any_ensemble(made, monkeypatch):
    monkeypatch.setattr(bound, "_ASKED", {})
    own = Asked.predict, Asked.predict_proba
    with granted(3):
        with bound_answers():
            pass
        ready_to_fit(made, np.random.default_rng(0))
        Asked.told.clear()
        with bound_answers():
            made.fit(X, Y)
        fitted = pickle.loads(pickle.dumps(Ready(made, n=3)))
        bound._ASKED.clear()  # as in another process
        method_of(fitted(), "predict_proba" if hasattr(made, "predict_proba") else "predict")(X)
    assert Asked.told == {3} and own == (Asked.predict, Asked.predict_proba)


def test_catboost_answers_with_the_step_s_threads(monkeypatch):
    from catboost import CatBoostClassifier

    assert "thread_count" in inspect.signature(CatBoostClassifier.predict_proba).parameters
    made = CatBoostClassifier(n_estimators=2, verbose=0, allow_writing_files=False).fit(X, Y)
    plain = made.predict_proba(X)
    Ready(made)()
    assert CatBoostClassifier in bound._ASKED
    np.testing.assert_array_equal(method_of(made, "predict_proba")(X), plain)


def test_what_a_library_takes_without_listing_it_is_accepted():
    assert own_parameters(build("estimator=lightgbm.LGBMClassifier, verbose=-1"))["verbose"] == -1
    made = build("estimator=[sklearn.preprocessing.StandardScaler, lightgbm.LGBMClassifier], "
                 "lgbmclassifier__verbose=-1")  # fmt: skip
    assert made[-1].get_params()["verbose"] == -1
    boosted = build("estimator=xgboost.XGBClassifier, max_cached_hist_node=8, n_estimators=5")
    assert boosted.get_params()["max_cached_hist_node"] == 8 and boosted.n_estimators == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("estimator=lightgbm.LGBMClassifier, n_estimatrs=3", "did you mean 'n_estimators'"),
        ("estimator=xgboost.XGBClassifier, n_estimatrs=3", "did you mean 'n_estimators'"),
        ("estimator=catboost.CatBoostClassifier, iteration=3", "did you mean 'iterations'"),
        ("estimator=sklearn.svm.SVC, gama=3", "did you mean 'gamma'"),
    ],
)
def test_a_misspelt_parameter_is_refused(text, said):
    with pytest.raises(SpecError, match=said):
        build(text)
