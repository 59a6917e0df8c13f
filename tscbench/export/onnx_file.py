"""A student as an ONNX file, whose graph goes from rows to logits, probabilities and decision."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tscbench.contracts.types import Array, Link, Predictor, Rows, Schema
from tscbench.export.ensembles import ensemble_graph
from tscbench.export.made import Answer, Made, is_torch
from tscbench.export.onnx_tail import HEAD, with_tail
from tscbench.export.reading import read_values
from tscbench.export.trees import ensemble_of

OPSETS = {"": 18, "ai.onnx.ml": 3}  # those of HEAD

USAGE = """\
import numpy as np
import onnxruntime

student = onnxruntime.InferenceSession("student.onnx")
logits, probabilities, decision = student.run(None, {"x": x.astype(np.float64)})
"""


def make_onnx(student: Predictor, rows: Rows, schema: Schema) -> Made:
    """The student's model as ONNX. On `rows` it is found out what its raw values mean."""
    flat = (int(np.prod(schema.inputs)),)
    shape = schema.inputs if is_torch(student.model) else flat
    raw, name = _raw(student.model, shape)
    values = _session(raw.SerializeToString()).run([name], _inputs(rows.x, shape))[0]
    reading = read_values(values, student.predict(rows.unlabelled()), schema)
    body = with_tail(raw, name, reading, schema).SerializeToString()

    def opened(path: Path) -> Answer:
        session = _session(str(path))

        def answer(x: Array) -> tuple[Array, Array]:
            found = session.run(["probabilities", "decision"], _inputs(x, shape))
            return found[0], found[1]

        return answer

    return Made(body, _facts(shape, schema), USAGE, opened)


def _inputs(x: Array, shape: tuple[int, ...]) -> dict[str, Array]:
    return {"x": x.astype(np.float64).reshape(-1, *shape)}


def _facts(shape: tuple[int, ...], schema: Schema) -> dict[str, Any]:
    softmax = schema.link is Link.SOFTMAX
    each = "place in classes, int64 (rows,)" if softmax else "0 or 1, int64 (rows, classes)"
    return {
        "input": {"name": "x", "type": "float64", "shape": ["rows", *shape]},
        "outputs": {
            "logits": f"float64 (rows, classes); {schema.link} of them are the probabilities",
            "probabilities": "float64 (rows, classes)",
            "decision": each,
        },
    }


def _session(model: str | bytes) -> Any:
    """A session of one thread, which answers alike on any number of cores."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _raw(model: Any, shape: tuple[int, ...]) -> tuple[Any, str]:
    """The model from `x`, float64, to raw values, and the name of that output.

    Trees, and modules that take float64, compute with it; what else there is rounds to float32.
    """
    with _quiet():
        ensemble = None if is_torch(model) else ensemble_of(model)
        if ensemble is not None:
            return ensemble_graph(ensemble, shape[0], HEAD), "values"
        found, name = (_of_torch if is_torch(model) else _of_sklearn)(model, shape)
    return _rounded(found), name


def _rounded(model: Any) -> Any:
    """A model that takes float32 or float64, made to take float64 and round it where need be."""
    from onnx import TensorProto, helper

    (x,) = model.graph.input
    if x.type.tensor_type.elem_type == TensorProto.DOUBLE:
        return model
    for node in model.graph.node:
        node.input[:] = ["single_x" if name == "x" else name for name in node.input]
    model.graph.node.insert(0, helper.make_node("Cast", ["x"], ["single_x"], to=TensorProto.FLOAT))
    x.type.tensor_type.elem_type = TensorProto.DOUBLE
    return model


def _of_torch(model: Any, shape: tuple[int, ...]) -> tuple[Any, str]:
    import torch

    x = torch.zeros(2, *shape, dtype=torch.float64)
    try:
        with torch.inference_mode():
            model(x)
    except RuntimeError:  # its weights are float32 from the first layer on
        x = x.float()
    program = torch.onnx.export(
        model,
        (x,),
        input_names=["x"],
        output_names=["values"],
        dynamic_shapes=({0: torch.export.Dim.DYNAMIC},),
        opset_version=OPSETS[""],
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    return program.model_proto, "values"


def _of_sklearn(model: Any, shape: tuple[int, ...]) -> tuple[Any, str]:
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType
    from sklearn.base import is_classifier

    options = {"zipmap": False} if is_classifier(model) else None
    inputs = [("x", FloatTensorType([None, *shape]))]
    found = to_onnx(model, initial_types=inputs, target_opset=OPSETS, options=options)
    return found, found.graph.output[-1].name  # of a classifier the labels come first


@contextmanager
def _quiet() -> Iterator[None]:
    """Converters warn of themselves: of deprecated calls, of extensions that are not installed."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
