"""Models in ONNX files, answered by onnxruntime on one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from tscbench import Array, DataError, Link, Scale, Schema
from tscbench.tabular import to_frame
from tscbench_plugins.teachers.pretrained.classes import class_codes, class_outputs
from tscbench_plugins.teachers.pretrained.shown import differ, levels_of

TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(uint8)": np.uint8}
NUMBERS = {**TYPES, "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(bool)": np.bool_}
"""Types of one array of all columns, and of the numbers in one column."""


@dataclass(frozen=True)
class Input:
    """One input of a model: its name, its type, and the shape of a row in it."""

    name: str
    type: str
    row: list[Any]


def open_onnx(
    path: Path,
    rows: Array,
    schema: Schema,
    outputs: str,
    classes: tuple[str, ...],
    categories: str,
) -> tuple[Callable[[Array], Array], dict[str, Any]]:
    """What answers blocks of x `(m, d)` with logits `(m, k)`, and what a `Predictor` tells of it.

    Raises:
        DataError: the file does not read, or the model does not fit the dataset.
    """
    model = path.read_bytes()
    feed = _feed(_session(model), schema, categories)
    chosen = _output(_session(model), outputs)

    def values(block: Array) -> tuple[Array, list[Any] | None]:
        found = _session(model).run([chosen], feed(block))[0]
        if not isinstance(found, list):
            return np.asarray(found, np.float64).reshape(len(block), -1), None
        names = list(found[0])  # a mapping from class to probability for each row
        return np.array([[row[name] for name in names] for row in found], np.float64), names

    seen, names = values(rows)
    scale = _scale(outputs, chosen, seen, schema)
    codes = class_codes(names, classes, schema)

    def answer(block: Array) -> Array:
        return class_outputs(values(block)[0], scale, codes, schema)

    return answer, {"size": {"bytes": len(model)}}


def _feed(session: Any, schema: Schema, categories: str) -> Callable[[Array], dict[str, Array]]:
    """From a block of x to the model's inputs: one array, or one for each column by its name."""
    inputs = [Input(i.name, i.type, list(i.shape[1:])) for i in session.get_inputs()]
    one_each = all(i.row in ([], [1]) for i in inputs)
    if one_each and {i.name for i in inputs} <= {*schema.columns} and schema.inputs != (1,):
        return _by_name(inputs, schema, categories)
    shape, kind = _input(session, schema)
    name = inputs[0].name
    return lambda block: {name: block.reshape(len(block), *shape).astype(kind)}


def _by_name(
    inputs: Sequence[Input], schema: Schema, categories: str
) -> Callable[[Array], dict[str, Array]]:
    """Columns by name: levels as text where the model takes text, else numbers."""
    texts = [i.name for i in inputs if i.type == "tensor(string)"]
    if other := [i for i in inputs if i.type != "tensor(string)" and i.type not in NUMBERS]:
        raise DataError(f"takes {other[0].name} {other[0].type}; it must take numbers or strings")
    unlike = [name for name in differ([i.name for i in inputs], schema) if name not in texts]
    if unlike and categories == "auto" and not texts and _may_be_numbers(unlike[0], schema):
        raise DataError(
            f"does not show whether its column {unlike[0]!r} held levels or codes; say "
            "categories=levels or categories=codes"
        )
    levels = bool(texts) if categories == "auto" else categories == "levels"

    def feed(block: Array) -> dict[str, Array]:
        frame = to_frame(block, schema)
        found = {}
        for i in inputs:
            cells = frame[i.name]
            if i.type == "tensor(string)":
                array = np.array([str(v) for v in cells], object)
            elif levels and _may_be_numbers(i.name, schema):
                array = cells.to_numpy(np.float64, na_value=np.nan).astype(NUMBERS[i.type])
            else:
                array = block[:, schema.columns.index(i.name)].astype(NUMBERS[i.type])
            found[i.name] = array.reshape(len(block), *i.row)
        return found

    return feed


def _may_be_numbers(column: str, schema: Schema) -> bool:
    return not any(isinstance(level, str) for level in levels_of(column, schema))


@lru_cache(maxsize=2)
def _session(model: bytes) -> Any:
    """A session of one thread. It does not pickle: each process has its own."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        said = str(error).partition("\n")[0]
        raise DataError(f"does not read as ONNX ({said}); export the model anew") from error


def _input(session: Any, schema: Schema) -> tuple[tuple[int, ...], Any]:
    """The shape of one row and the type, as the model's only input has them."""
    found = [(i.name, i.type, i.shape) for i in session.get_inputs()]
    if len(found) != 1 or found[0][1] not in TYPES:
        shown = ", ".join(f"{name} {kind}" for name, kind, _ in found)
        raise DataError(
            f"takes {shown}; it must take one array of {', '.join(TYPES)}, or columns of the "
            f"dataset by their names: {', '.join(schema.columns)}"
        )
    _, kind, shape = found[0]
    flat = (int(np.prod(schema.inputs)),)
    for ours in (flat, schema.inputs):
        fixed = [(a, b) for a, b in zip(shape[1:], ours) if isinstance(a, int)]
        if len(shape) == 1 + len(ours) and all(a == b for a, b in fixed):
            return ours, TYPES[kind]
    wanted = ", ".join(map(str, schema.inputs))
    raise DataError(f"takes rows of shape {shape[1:]}, and the dataset's are ({wanted})")


def _output(session: Any, outputs: str) -> str:
    """The output that says most: of several with numbers the one that is named for it."""
    found = [o.name for o in session.get_outputs() if "float" in o.type or "double" in o.type]
    wanted = ["prob", "logit"] if outputs == "probabilities" else ["logit", "prob"]
    named = [name for word in wanted for name in found if word in name.lower()]
    if not named and len(found) != 1:
        has = ", ".join(f"{o.name} {o.type}" for o in session.get_outputs())
        raise DataError(f"answers {has}; it must answer one array of probabilities or logits")
    return str((named or found)[0])


def _scale(outputs: str, name: str, seen: Array, schema: Schema) -> Scale:
    """What the numbers are, where that was not said."""
    if outputs == "auto" and "logit" not in name.lower():
        inside = bool(((seen >= -1e-6) & (seen <= 1 + 1e-6)).all())
        classes = schema.link is Link.SOFTMAX and seen.shape[1] > 1
        if inside and (not classes or np.allclose(seen.sum(axis=1), 1, atol=1e-4)):
            return Scale.PROBABILITY
    return Scale.PROBABILITY if outputs == "probabilities" else Scale.LOGIT
