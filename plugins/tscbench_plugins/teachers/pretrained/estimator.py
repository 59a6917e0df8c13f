"""Estimators of scikit-learn's conventions, from joblib and skops files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tscbench import Array, DataError, Link, Scale, Schema, SpecError
from tscbench.tabular import (
    Ready,
    classifier_outputs,
    estimator_kind,
    estimator_size,
    method_of,
)
from tscbench_plugins.teachers.pretrained.classes import class_codes, class_outputs
from tscbench_plugins.teachers.pretrained.inputs import model_inputs


def open_estimator(
    path: Path,
    schema: Schema,
    outputs: str,
    classes: tuple[str, ...],
    categories: str,
    trust: Sequence[str],
) -> tuple[Callable[[Array], Array], dict[str, Any]]:
    """What answers blocks of x `(m, d)` with logits `(m, k)`, and what a `Predictor` tells of it.

    Raises:
        DataError: the file does not read, or the model does not fit the dataset.
    """
    model = _skops(path, trust) if path.suffix.lower() == ".skops" else _joblib(path)
    regressor = _is_regressor(model)
    inputs = model_inputs(model, schema, categories)
    ready = Ready(model)
    facts = {"model": model, "size": estimator_size(model)}
    if regressor and outputs == "auto":
        raise DataError("is a regressor; say outputs=probabilities or outputs=logits")
    if regressor:
        scale = Scale.LOGIT if outputs == "logits" else Scale.PROBABILITY
        codes = class_codes(None, classes, schema)

        def regressed(block: Array) -> Array:
            values = np.asarray(method_of(ready(), "predict")(inputs(block)), np.float64)
            return class_outputs(values.reshape(len(block), -1), scale, codes, schema)

        return regressed, facts
    several = schema.link is Link.SIGMOID
    known = None if several else class_codes(list(model.classes_), classes, schema)

    def classified(block: Array) -> Array:
        return classifier_outputs(ready(), inputs(block), schema, known)

    return classified, facts


def _is_regressor(model: Any) -> bool:
    try:
        return estimator_kind(model, ("classifier", "regressor"), "") == "regressor"
    except SpecError as error:
        name = type(model).__name__
        raise DataError(f"holds a {name}; it must be a fitted classifier or regressor") from error


def _joblib(path: Path) -> Any:
    import joblib

    try:
        return joblib.load(path)
    except ModuleNotFoundError as error:
        raise DataError(f"needs {error.name}, which is not installed here; install it") from error
    except Exception as error:
        said = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise DataError(f"does not read ({said}); save the model anew with joblib.dump") from error


def _skops(path: Path, trust: Sequence[str]) -> Any:
    from skops import io

    try:
        unknown = sorted(set(io.get_untrusted_types(file=path)) - set(trust))
        if not unknown:
            return io.load(path, trusted=list(trust))
    except Exception as error:
        said = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise DataError(f"does not read ({said}); save the model anew with skops.io") from error
    raise DataError(
        f"holds types that skops does not trust by itself: {', '.join(unknown)}; if you do, say "
        f"trust=[{', '.join(unknown)}]"
    )
