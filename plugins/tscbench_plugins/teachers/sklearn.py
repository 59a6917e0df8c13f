"""Any classifier or pipeline that follows scikit-learn's conventions, as a teacher."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tscbench import Array, Predictor, Rng, Rows, Schema, Spec, teacher
from tscbench.tabular import (
    bound_answers,
    build_estimator,
    estimator_kind,
    estimator_needs,
    estimator_size,
    fit_classes,
    fit_labels,
    in_blocks,
    ready_to_fit,
)

WHERE = "teacher sklearn"


def _classifier(params: Mapping[str, Any]) -> Any:
    made = build_estimator(params["estimator"], params["params"], WHERE)
    estimator_kind(made, ("classifier",), WHERE)
    return made


@teacher(
    source="Pedregosa et al., 2011, Scikit-learn: Machine Learning in Python, JMLR 12",
    needs=lambda params: estimator_needs(_classifier(params)),
    requires=("scikit-learn",),
    small={"estimator": "sklearn.ensemble.ExtraTreesClassifier", "n_estimators": 5},
)
def sklearn(
    train: Rows,
    schema: Schema,
    rng: Rng,
    *,
    estimator: str | Spec | tuple[str | Spec, ...],
    params: Mapping[str, Any],
) -> Predictor:
    """A classifier named by its import path: `sklearn(estimator=sklearn.svm.SVC, C=10)`.

    Its outputs are those of `predict_proba`, else of `decision_function`, else the certain class
    that `predict` names. Every `random_state` that is not given comes from rng; `n_jobs` stays 1.
    Categories reach it as codes 0…c-1. What its tags exclude, such as missing values, is a need.
    Of its code only the version of scikit-learn is in the key: what another package makes is
    reused from the store when that package changes, so wrap your own classes in a plugin instead.

    Args:
        estimator: an import path, such as sklearn.svm.SVC; or a list of them, the steps of a
            pipeline. With brackets it takes parameters: sklearn.svm.SVC(C=10); so do values of
            params that are estimators themselves.
        params: any parameter of the estimator by its own name; of a step as svc__C.
    """
    from sklearn.utils import get_tags

    model = ready_to_fit(_classifier({"estimator": estimator, "params": params}), rng)
    x = train.x.reshape(len(train), -1).astype(np.float64)

    @bound_answers()
    def fit(y: Array) -> Any:
        if y.shape[1:] == (1,) and get_tags(model).target_tags.single_output:
            y = y.ravel()
        return model.fit(x, y)

    fitted = (fit_classes if train.y.ndim == 1 else fit_labels)(fit, train.y)

    def answer(block: Array) -> Array:
        return fitted(block.astype(np.float64), schema)

    def predict(rows: Rows) -> Array:
        return in_blocks(answer, rows.x, schema.outputs[0])

    return Predictor(predict, size=estimator_size(fitted.model), model=fitted.model)
