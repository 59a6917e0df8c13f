"""Any classifier, regressor or pipeline that follows scikit-learn's conventions, as a student."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tscbench import (
    Array,
    CompressionSet,
    Link,
    Predictor,
    Rng,
    Rows,
    Schema,
    Spec,
    SpecError,
    student,
)
from tscbench.tabular import (
    Ready,
    SeenClasses,
    bound_answers,
    build_estimator,
    classification_problem,
    equal_or_none,
    estimator_kind,
    estimator_needs,
    estimator_size,
    fit_classes,
    in_blocks,
    method_of,
    ready_to_fit,
    regressed_outputs,
    regression_problem,
)

WHERE = "student sklearn"
BINARY = Schema(inputs=(0,), outputs=(2,))  # what one label is to its own classifier


def _estimator(params: Mapping[str, Any]) -> tuple[Any, bool]:
    """The unfitted estimator, and whether it is a classifier."""
    from sklearn.utils import get_tags

    made = build_estimator(params["estimator"], params["params"], WHERE)
    kind = estimator_kind(made, ("classifier", "regressor"), WHERE)
    if not get_tags(made).target_tags.single_output:
        raise SpecError(
            f"{WHERE}: {type(made).__name__} fits several columns alone; name the estimator inside "
            "it, as a column that needs a model of its own gets one here"
        )
    return made, kind == "classifier"


def _needs(params: Mapping[str, Any]) -> frozenset[str]:
    # Several labels are no matter: each has a model of its own.
    return estimator_needs(_estimator(params)[0]) - {"single_label"}


def _offers(params: Mapping[str, Any]) -> set[str]:
    _, classifies = _estimator(params)
    return {"squared", "cross_entropy"} if classifies else {"squared", "signed_targets"}


@student(
    source="Pedregosa et al., 2011, Scikit-learn: Machine Learning in Python, JMLR 12",
    needs=_needs,
    offers=_offers,
    requires=("scikit-learn",),
    small={"estimator": "sklearn.ensemble.ExtraTreesClassifier", "n_estimators": 5},
)
def sklearn(
    compression_set: CompressionSet,
    schema: Schema,
    rng: Rng,
    *,
    estimator: str | Spec | tuple[str | Spec, ...],
    params: Mapping[str, Any],
) -> Predictor:
    """An estimator named by its import path: `sklearn(estimator=sklearn.svm.SVR, C=10)`.

    A regressor learns the target values, one model a column where it takes one column only.

    A classifier learns probabilities by weighted replication: a row counts once for each class,
    with the target as its weight. As cross-entropy is linear in the target, the sum is the
    cross-entropy to it; a classifier with another loss has that one in its place. Each of several
    labels has a classifier of its own. Where `fit` takes no `sample_weight`, as many rows as there
    are have a class each, drawn from their targets. In a pipeline the last step learns so; those
    before it see each row once, with its likeliest class. Weights are scaled to a mean of 1 a row.

    Every `random_state` that is not given comes from rng; `n_jobs`, `thread_count` and their like
    are the step's threads. What does not vary is answered as such, without the estimator.
    Categories are codes 0…c-1. Of the estimator's code only the version of scikit-learn is in the
    key: what another package makes is reused from the store when that package changes.

    Args:
        estimator: an import path, such as sklearn.svm.SVC; or a list of them, the steps of a
            pipeline. With brackets it takes parameters: sklearn.svm.SVC(C=10); so do values of
            params that are estimators themselves.
        params: any parameter of the estimator by its own name; of a step as svc__C.
    """
    made, classifies = _estimator({"estimator": estimator, "params": params})
    ready_to_fit(made, rng)
    if classifies:
        return _classifying(made, compression_set, schema, rng)
    return _regressing(made, compression_set, schema, rng)


def _classifying(made: Any, compression_set: CompressionSet, schema: Schema, rng: Rng) -> Predictor:
    from sklearn.base import clone

    x, p, weight = classification_problem(compression_set)
    weight = weight / weight.mean()
    if schema.link is not Link.SIGMOID:
        fitted = _learn_classes(made, x, p, weight, rng)
        made_of = _predictor(lambda b: fitted(b, schema), [fitted.model], schema)
        # A model whose classes are not the dataset's means nothing elsewhere.
        return made_of if fitted.codes is None else replace(made_of, model=None)
    pairs = [np.stack([1 - column, column], axis=1) for column in p.T]
    each = [_learn_classes(clone(made), x, pair, weight, rng) for pair in pairs]

    def answer(block: Array) -> Array:
        z = [one(block, BINARY) for one in each]
        return np.stack([label[:, 1] - label[:, 0] for label in z], axis=1)

    return _predictor(answer, [one.model for one in each], schema)


def _learn_classes(made: Any, x: Array, p: Array, weight: Array, rng: Rng) -> SeenClasses:
    """A classifier fitted on targets p `(m, k)`: each row once for each class that it may have."""
    share = np.maximum(p, 0.0)
    rows, y = np.nonzero(share)
    rough, weights = share.argmax(axis=1), (weight[:, None] * share)[rows, y]
    places = np.cumsum(np.isin(np.arange(p.shape[1]), y)) - 1  # the classes that there are

    def fit(labels: Array) -> Any:
        return _fit(made, x, places[rough], rows, labels, weights, rng)

    return fit_classes(fit, y)


def _regressing(made: Any, compression_set: CompressionSet, schema: Schema, rng: Rng) -> Predictor:
    from sklearn.base import clone
    from sklearn.utils import get_tags

    x, values, weight, scale = regression_problem(compression_set, schema)
    weight = weight / weight.mean()
    whole = values.shape[1] > 1 and get_tags(made).target_tags.multi_output
    targets = [values] if whole else list(values.T)
    rows = np.arange(len(x))
    models = [_regressor(clone(made), x, target, rows, weight, rng) for target in targets]
    ready = [Ready(model) for model in models]

    def answer(block: Array) -> Array:
        each = [np.asarray(method_of(one(), "predict")(block)) for one in ready]
        columns = [values.reshape(len(block), -1) for values in each]
        return regressed_outputs(np.concatenate(columns, axis=1), scale, schema)

    return _predictor(answer, models, schema)


def _regressor(made: Any, x: Array, y: Array, rows: Array, weight: Array, rng: Rng) -> Any:
    """A regressor fitted on y; what does not vary needs none, and some refuse it."""
    from sklearn.dummy import DummyRegressor

    if (y == y[0]).all():
        return DummyRegressor(strategy="constant", constant=y[0]).fit(x, y)
    return _fit(made, x, y, rows, y, weight, rng)


@bound_answers()
def _fit(made: Any, x: Array, rough: Array, rows: Array, y: Array, weight: Array, rng: Rng) -> Any:
    """Fits on the examples (x[rows], y) with these weights; rough: one target for each row of x,
    which is what the steps of a pipeline before the last see."""
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    last = made
    if isinstance(made, Pipeline):
        last = made.steps[-1][1]
        if len(made.steps) > 1:
            x = made[:-1].fit_transform(x, rough)
    if has_fit_parameter(last, "sample_weight"):
        last.fit(x[rows], y, sample_weight=equal_or_none(weight))
    elif len(rows) == x.shape[0] and equal_or_none(weight) is None:
        last.fit(x, y)
    else:
        drawn = _drawn(weight, x.shape[0], rng)
        last.fit(x[rows[drawn]], y[drawn])
    return made


def _drawn(weight: Array, n: int, rng: Rng) -> Array:
    """n positions in proportion to `weight`, one from each n-th part of its sum: rows of equal
    weight are drawn once each, with one of their classes."""
    edges = np.cumsum(weight)
    places = (np.arange(n) + rng.random(n)) * edges[-1] / n
    return np.minimum(np.searchsorted(edges, places, side="right"), len(weight) - 1)


def _predictor(answer: Callable[[Array], Array], models: list[Any], schema: Schema) -> Predictor:
    sizes = [estimator_size(model) for model in models]
    size = {name: sum(one.get(name, 0) for one in sizes) for name in sizes[0]}

    def predict(rows: Rows) -> Array:
        return in_blocks(lambda b: answer(b.astype(np.float64)), rows.x, schema.outputs[0])

    return Predictor(predict, size=size, model=models[0] if len(models) == 1 else _joined(models))


def _joined(models: list[Any]) -> Any:
    """One estimator that answers as all of them, a column each."""
    from sklearn.base import is_classifier
    from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor

    if is_classifier(models[0]):
        together = MultiOutputClassifier(models[0])
        together.classes_ = [model.classes_ for model in models]
    else:
        together = MultiOutputRegressor(models[0])
    together.estimators_ = models
    return together
