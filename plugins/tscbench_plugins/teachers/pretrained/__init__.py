"""A model that was trained elsewhere, from its file, as a teacher."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np

from tscbench import Array, DataError, PluginError, Predictor, Rows, Schema, SpecError, teacher
from tscbench.tabular import in_blocks

READERS = {
    ".joblib": ("joblib", ""),
    ".pkl": ("joblib", ""),
    ".skops": ("skops", "skops"),
    ".onnx": ("onnxruntime", "onnx"),
}
"""The library that reads a file, and the extra that installs it."""


def _needs(params: Mapping[str, Any]) -> frozenset[str]:
    """Nothing; but what cannot be read here is refused before anything runs."""
    path = params["path"]
    if path.suffix.lower() not in READERS:
        raise SpecError(
            f"teacher pretrained: {path} is none of {', '.join(READERS)}; save the model as one"
        )
    library, extra = READERS[path.suffix.lower()]
    if find_spec(library) is None:
        cure = f'pip install "tscbench[{extra}]"'
        raise PluginError(f"teacher pretrained: {path} takes {library}, which is absent: {cure}")
    return frozenset()


def _check(params: Mapping[str, Any], schema: Schema) -> str:
    """Why the model cannot serve data of this schema: it is opened and tried on made-up rows."""
    from tscbench_plugins.teachers.pretrained.inputs import made_up_rows

    try:
        _open(made_up_rows(schema), schema, **params)
    except DataError as error:
        return str(error)
    return ""


@teacher(
    source="a model supplied by the user",
    needs=_needs,
    offers={"deterministic", "unknown_training_rows"},
    check=_check,
    requires=("scikit-learn",),
)
def pretrained(
    train: Rows,
    schema: Schema,
    *,
    path: Path,
    outputs: Literal["auto", "probabilities", "logits"] = "auto",
    classes: tuple[str, ...] = (),
    categories: Literal["auto", "levels", "codes"] = "auto",
    trust: tuple[str, ...] = (),
) -> Predictor:
    """A fitted model from a .joblib, .pkl, .skops or .onnx file; nothing is trained.

    Which rows it was trained on is unknown: its scores and those of its students may be on rows
    that it has seen, and in-bag and cross-fit answers are the same.

    Reading a .joblib or .pkl file runs whatever code is in it, and `plan` reads it too: read those
    alone that you would run. A .skops file is read without, and an .onnx file holds none.

    A model that knows the names of its columns is given a data frame of these, as the dataset's
    own table has them; one that does not an array. An .onnx model gets one array, or an input for
    each column by its name, in the precision that it asks for.

    Args:
        path: the file.
        outputs: what a regressor or an .onnx model answers, one column for each class, of two
            perhaps for the second alone. auto: a column that is named so, else probabilities where
            those of the training rows lie in [0, 1] and, of classes, sum to 1; else logits.
        classes: the dataset's classes in the order of the model's, where that is another.
        categories: what the model was fitted on, levels as the table has them or codes 0…c-1.
            auto: as its encoders show, or, of an .onnx model, the types of its inputs; codes where
            it knows no names of columns.
        trust: types in a .skops file to be read besides those that skops holds for harmless.

    Raises:
        DataError: a file that does not read, or a model of other columns or classes.
    """
    rows = train.x[:1000].reshape(-1, int(np.prod(schema.inputs)))
    answer, facts = _open(rows, schema, path, outputs, classes, categories, trust)

    if not np.isfinite(answer(rows[:100])).all():
        raise DataError(
            f"{path.name}: answers a training row with a number that is not finite; mend the model"
        )

    def predict(rows: Rows) -> Array:
        return in_blocks(answer, rows.x, schema.outputs[0])

    return Predictor(predict, **facts)


def _open(
    rows: Array,
    schema: Schema,
    path: Path,
    outputs: str,
    classes: tuple[str, ...],
    categories: str,
    trust: tuple[str, ...],
) -> tuple[Callable[[Array], Array], dict[str, Any]]:
    """What answers blocks of x, tried on some rows, and what a `Predictor` tells of it."""
    try:
        if path.suffix.lower() == ".onnx":
            from tscbench_plugins.teachers.pretrained.onnx import open_onnx

            answer, facts = open_onnx(path, rows, schema, outputs, classes, categories)
        else:
            from tscbench_plugins.teachers.pretrained.estimator import open_estimator

            answer, facts = open_estimator(path, schema, outputs, classes, categories, trust)
        found = answer(rows[:100])
        if found.shape[1:] != schema.outputs:
            raise DataError(f"answers rows of shape {found.shape[1:]}; it must be {schema.outputs}")
    except DataError as error:
        raise DataError(f"{path.name}: {error}") from error
    except Exception as error:
        said = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise DataError(
            f"{path.name}: does not answer the rows of this dataset ({said}); it must take x "
            f"(rows, {', '.join(map(str, schema.inputs))}), or its columns by name with "
            "categories=levels or categories=codes"
        ) from error
    return answer, facts
