"""What a dataset gives: rows and a schema that agree."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.types import Data, Link, Rows, Schema
from tscbench.testing.check import check
from tscbench.testing.checks.samplers import wrong_code, wrong_labels
from tscbench.testing.trial import Trial

SHAPED = ("works", "result_type", "shape")


@check("dataset", after=("works",))
def result_type(trial: Trial) -> None:
    """A dataset is `Data`: a schema, rows, and perhaps which of them are official test rows."""
    value = trial.attempt(trial.base).value
    if not isinstance(value, Data):
        raise trial.failed(f"it returned {type(value).__name__}; it must return Data(schema, rows)")
    if not isinstance(value.schema, Schema) or not isinstance(value.rows, Rows):
        raise trial.failed("its Data does not hold a Schema and Rows; write Data(schema, rows)")


def _data(trial: Trial) -> Data:
    data = trial.attempt(trial.base).value
    assert isinstance(data, Data)
    return data


@check("dataset")
def shape(trial: Trial) -> None:
    """Everything is aligned with the rows and with the columns of the schema."""
    data = _data(trial)
    rows, schema, n = data.rows, data.schema, len(data.rows)
    if rows.x.shape != (n, *schema.inputs) or n == 0:
        came = f"x has shape {rows.x.shape}"
        wanted = ", ".join(map(str, ("n", *schema.inputs)))
        raise trial.failed(f"{came}; it must be ({wanted}), n ≥ 1, as schema.inputs says")
    table = len(schema.inputs) == 1
    lengths = {"numeric": len(schema.numeric), "cardinality": len(schema.cardinality)}
    for name, length in lengths.items():
        if length != (schema.inputs[0] if table else 0):
            came = f"schema.{name} has length {length}"
            raise trial.failed(f"{came}; it must have one entry a column, and none for images")
    if rows.id.shape != (n,) or len(np.unique(rows.id)) != n or rows.id.min() < 0:
        raise trial.failed("ids are not distinct numbers ≥ 0, one a row; np.arange(n) will do")
    if data.test is not None and (data.test.shape != (n,) or data.test.dtype != bool):
        raise trial.failed(f"test is not a mask of {n} true or false; or give None")


@check("dataset", after=SHAPED)
def dtype(trial: Trial) -> None:
    """Rows of tables are float64 and images uint8."""
    data = _data(trial)
    wanted = np.dtype(np.uint8 if len(data.schema.inputs) == 3 else np.float64)
    if data.rows.x.dtype != wanted:
        raise trial.failed(f"x is {data.rows.x.dtype}; it must be {wanted}: x.astype(np.{wanted})")


@check("dataset", after=SHAPED)
def finite(trial: Trial) -> None:
    """Plugins are chosen by `schema.missing`: it says whether there is a NaN."""
    data = _data(trial)
    if data.rows.x.dtype.kind != "f":
        return
    if np.isinf(data.rows.x).any():
        raise trial.failed("x holds an infinite value; make it NaN, which says missing")
    empty = np.isnan(data.rows.x)
    holes = bool(empty.any() if data.mean_filled is None else (empty & ~data.mean_filled).any())
    if holes != data.schema.missing:
        came = f"schema.missing is {data.schema.missing}, and x holds {'' if holes else 'no '}NaN"
        raise trial.failed(f"{came}; write Schema(missing={holes})")


@check("dataset", after=SHAPED)
def codes_in_range(trial: Trial) -> None:
    """A categorical column holds codes 0…c-1, and has c levels."""
    data = _data(trial)
    if (data.schema.numeric != (data.schema.cardinality == 0)).any():
        raise trial.failed("cardinality is not 0 exactly where a column is numeric; make it so")
    column, code = wrong_code(data.rows.x, data.schema)
    if column >= 0:
        top = data.schema.cardinality[column] - 1
        came = f"column {column} is categorical and holds {code:.6g}"
        raise trial.failed(f"{came}; it must hold codes 0…{top}, or NaN")


@check("dataset", after=SHAPED)
def labels_in_range(trial: Trial) -> None:
    """Labels are class numbers 0…k-1, or 0 and 1 for each of several."""
    data = _data(trial)
    schema = data.schema
    if schema.link is Link.IDENTITY:
        return
    if wrong := wrong_labels(data.rows.y, len(data.rows), schema):
        raise trial.failed(f"y is {wrong}")
    if len(schema.classes) != schema.outputs[0]:
        came = f"schema.classes has {len(schema.classes)} names for {schema.outputs[0]} outputs"
        raise trial.failed(f"{came}; name each class or label")
