"""Classifiers and regressors of scikit-learn: what they need of data, and what they answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tscbench.contracts.errors import SpecError
from tscbench.contracts.scales import to_logits
from tscbench.contracts.types import Array, Link, Schema
from tscbench.tabular.bound import method_of
from tscbench.tabular.trees import boosted_size, tree_size

_FILLERS = ("sklearn.impute", "sklearn.preprocessing._encoders")
"""Modules of the transformers behind which no value is missing."""


def estimator_kind(estimator: Any, kinds: tuple[str, ...], where: str) -> str:
    """Which of `kinds` an unfitted estimator is, of classifier and regressor.

    Raises:
        SpecError: none of them, or it does not say.
    """
    from sklearn.utils import get_tags

    name = type(estimator).__name__
    try:
        kind = get_tags(estimator).estimator_type
    except (AttributeError, TypeError) as error:
        said = str(error).removeprefix("The following error was raised: ").partition(". ")[0]
        raise SpecError(
            f"{where}: {name} does not say what it is ({said}); it must be a complete "
            "sklearn.base.BaseEstimator"
        ) from error
    if kind not in kinds:
        but = f"is a {kind}, not" if kind else "is not"
        raise SpecError(f"{where}: {name} {but} a {' or '.join(kinds)}; name one that is")
    return str(kind)


def estimator_needs(estimator: Any) -> frozenset[str]:
    """What an unfitted estimator needs of the data, as its tags say.

    A classifier that cannot learn several labels at once needs `single_label`, one that cannot
    tell more than two classes `two_classes`; what cannot take a missing value needs `complete`.
    """
    from sklearn.utils import get_tags

    tags = get_tags(estimator)
    needs = set() if _takes_missing(estimator) else {"complete"}
    if tags.classifier_tags is not None:
        several = tags.classifier_tags.multi_label or tags.target_tags.multi_output
        needs |= set() if several else {"single_label"}
        needs |= set() if tags.target_tags.single_output else {"multi_label"}
        needs |= set() if several or tags.classifier_tags.multi_class else {"two_classes"}
    return frozenset(needs)


def _takes_missing(estimator: Any) -> bool:
    """Whether a missing value may enter: a pipeline's tags say nothing, its steps' do. Behind a
    transformer of single columns nobody knows which of them it was in."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline
    from sklearn.utils import get_tags

    if isinstance(estimator, ColumnTransformer):
        parts = [part for _, part, _ in estimator.transformers if not isinstance(part, str)]
        return all(_takes_missing(part) for part in parts)
    if not isinstance(estimator, Pipeline):
        return bool(get_tags(estimator).input_tags.allow_nan)
    for _, step in estimator.steps:
        if step in (None, "passthrough"):
            continue
        if not _takes_missing(step):
            return False
        if isinstance(step, ColumnTransformer) or type(step).__module__.startswith(_FILLERS):
            return True
    return True


def classifier_outputs(model: Any, x: Array, schema: Schema, codes: Array | None = None) -> Array:
    """Logits `(m, k)` of a fitted classifier, or of one of several labels of 0 and 1.

    They are those of `predict_proba` where it has one, else `decision_function` as it is, with 0
    for the first of two classes, else those of the certain class that `predict` names. A class that
    training lacked has the logit of probability 0. codes: of its `classes_`, where these are not
    codes themselves.
    """
    if schema.link is Link.SIGMOID:
        return _of_labels(model, x, schema)
    seen = np.asarray(model.classes_ if codes is None else codes).astype(int)
    method, answer = _best(model)
    p = np.zeros((len(x), schema.outputs[0]))
    if method == "predict_proba":
        p[:, seen] = answer(x)
        return to_logits(p, schema)
    if method == "predict":
        p[:, seen] = np.asarray(answer(x))[:, None] == np.asarray(model.classes_)
        return to_logits(p, schema)
    raw = np.asarray(answer(x), dtype=np.float64)
    if raw.ndim == 1:
        raw = np.stack([np.zeros_like(raw), raw], axis=1)
    z = to_logits(p, schema)
    whole = len(seen) == p.shape[1]
    z[:, seen] = raw if whole else raw - np.logaddexp.reduce(raw, axis=1, keepdims=True)
    return z


def _best(model: Any) -> tuple[str, Callable[[Array], Any]]:
    """The method that says most about a row: scikit-learn shows those that a model has."""
    names = ("predict_proba", "decision_function", "predict")
    return next((name, method_of(model, name)) for name in names if hasattr(model, name))


def _of_labels(model: Any, x: Array, schema: Schema) -> Array:
    """Logits `(m, k)` of several labels; forests and wrappers answer with one array a label."""
    k = schema.outputs[0]
    method, answer = _best(model)
    found = answer(x)
    if method == "decision_function":
        return np.asarray(found, dtype=np.float64).reshape(len(x), k)
    if not isinstance(found, list):
        found = np.asarray(found, dtype=np.float64)
        alone = k == 1 and found.shape[1:] == (2,)
        return to_logits(found[:, 1:] if alone else found.reshape(len(x), k), schema)
    p = np.zeros((len(x), k))
    for label, (columns, classes) in enumerate(zip(found, model.classes_, strict=True)):
        p[:, label] = columns[:, np.asarray(classes) == 1].sum(axis=1)
    return to_logits(p, schema)


def estimator_size(model: Any) -> dict[str, int]:
    """Counts that a fitted model shows at once: trees, nodes and leaves, or coefficients; of a
    pipeline those of its last step. Empty where there are none."""
    from sklearn.pipeline import Pipeline

    if isinstance(model, Pipeline):
        return estimator_size(model.steps[-1][1])
    if hasattr(model, "_predictors"):
        return boosted_size([model])
    members = np.ravel(np.asarray(getattr(model, "estimators_", [model]), dtype=object))
    if len(members) and all(hasattr(member, "tree_") for member in members):
        return tree_size([member.tree_ for member in members])
    if hasattr(model, "coefs_"):  # a network, with an array for each layer
        return {"parameters": sum(int(a.size) for a in (*model.coefs_, *model.intercepts_))}
    if isinstance(getattr(model, "coef_", None), np.ndarray):
        return {"parameters": int(model.coef_.size + np.size(getattr(model, "intercept_", 0)))}
    return {}
