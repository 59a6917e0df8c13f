"""Models in ONNX files, answered by onnxruntime on one thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from tscbench import Array, DataError, Link, Rows, Scale, Schema
from tscbench_plugins.teachers.pretrained.classes import class_codes, class_outputs

TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(uint8)": np.uint8}


def open_onnx(
    path: Path, train: Rows, schema: Schema, outputs: str, classes: tuple[str, ...]
) -> tuple[Callable[[Array], Array], dict[str, Any]]:
    """What answers blocks of x `(m, d)` with logits `(m, k)`, and what a `Predictor` tells of it.

    Raises:
        DataError: the file does not read, or the model does not fit the dataset.
    """
    model = path.read_bytes()
    shape, kind = _input(_session(model), schema)
    chosen = _output(_session(model), outputs)

    def values(block: Array) -> tuple[Array, list[Any] | None]:
        session = _session(model)
        x = block.reshape(len(block), *shape).astype(kind)
        found = session.run([chosen], {session.get_inputs()[0].name: x})[0]
        if not isinstance(found, list):
            return np.asarray(found, np.float64).reshape(len(block), -1), None
        names = list(found[0])  # a mapping from class to probability for each row
        return np.array([[row[name] for name in names] for row in found], np.float64), names

    seen, names = values(train.x[:1000].reshape(-1, int(np.prod(schema.inputs))))
    scale = _scale(outputs, chosen, seen, schema)
    codes = class_codes(names, classes, schema)

    def answer(block: Array) -> Array:
        return class_outputs(values(block)[0], scale, codes, schema)

    return answer, {"size": {"bytes": len(model)}}


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
        raise DataError(f"takes {shown}; it must take one array of {', '.join(TYPES)}")
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
