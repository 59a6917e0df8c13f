"""The end of every ONNX graph: from a model's raw values to logits, probabilities and decision."""

from __future__ import annotations

from typing import Any

from tscbench.contracts.scales import EDGE
from tscbench.contracts.types import Link, Scale, Schema
from tscbench.export.reading import DIGITS, Reading
from tscbench.tabular.regression import LARGEST

HEAD = '<ir_version: 10, opset_import: ["" : 18, "ai.onnx.ml" : 3]>'
"""Versions that runtimes since 2024 know."""

_POSITIVE = """
    second = Constant<value = int64[1] {1}>()
    chosen = Gather<axis = 1>(flat, second)
"""
_ROUNDED = f"""
    digits = Constant<value = double {{{10.0**DIGITS}}}>()
    large = Mul(chosen, digits)
    whole = Round(large)
    used = Div(whole, digits)
"""
_EXP = f"""
    digits = Constant<value = double {{{10.0**DIGITS}}}>()
    large = Mul(chosen, digits)
    whole = Round(large)
    logs = Div(whole, digits)
    most = Constant<value = double {{{LARGEST}}}>()
    bounded = Min(logs, most)
    used = Exp(bounded)
"""
_LOG = f"""
    edge = Constant<value = double {{{EDGE}}}>()
    inside = Max(used, edge)
    log_p = Log(inside)
    beyond = Sub(used, inside)
    line = Div(beyond, edge)
    z = Add(log_p, line)
"""
_LOGIT = f"""
    edge = Constant<value = double {{{EDGE}}}>()
    one = Constant<value = double {{1.0}}>()
    top = Sub(one, edge)
    inside = Clip(used, edge, top)
    log_p = Log(inside)
    rest = Sub(one, inside)
    log_rest = Log(rest)
    odds = Sub(log_p, log_rest)
    beyond = Sub(used, inside)
    line = Div(beyond, edge)
    z = Add(odds, line)
"""
_PAIR = """
    nothing = Sub(z, z)
    logits = Concat<axis = 1>(nothing, z)
"""
_LARGEST = "decision = ArgMax<axis = 1, keepdims = 0, select_last_index = 1>(used)"
_REACHED = """
    level = Constant<value = double {{{level}}}>()
    reached = GreaterOrEqual({values}, level)
    decision = Cast<to = 7>(reached)
"""
"""Decisions are taken before the logarithm, whose rounding makes and breaks ties."""


def with_tail(raw: Any, name: str, reading: Reading, schema: Schema) -> Any:
    """`raw`, whose output `name` holds the raw values, with the tail that reads them."""
    from onnx import TensorProto, checker, compose, parser

    raw = compose.add_prefix(raw, "model/", rename_inputs=False)
    (values,) = (output for output in raw.graph.output if output.name == f"model/{name}")
    number = TensorProto.DataType.Name(values.type.tensor_type.elem_type).lower()
    tail = parser.parse_model(_text(number, reading, schema))
    raw.ir_version = tail.ir_version
    others = [o for o in raw.opset_import if o.domain not in {t.domain for t in tail.opset_import}]
    del raw.opset_import[:]  # converters declare the oldest version of each that would do
    raw.opset_import.extend([*tail.opset_import, *others])
    outputs = [output.name for output in tail.graph.output]
    whole = compose.merge_models(raw, tail, io_map=[(values.name, "values")], outputs=outputs)
    checker.check_model(whole)
    return whole


def _text(number: str, reading: Reading, schema: Schema) -> str:
    """The tail as ONNX text: `to_outputs` and `to_probabilities` in float64, step by step."""
    k, width = schema.outputs[0], reading.width
    softmax = schema.link is Link.SOFTMAX
    probabilities = reading.scale is Scale.PROBABILITY
    shares = probabilities or reading.alone
    one = softmax and k == 2 and (width == 1 or probabilities)  # the positive class says all
    plain = " used = Identity(chosen)"
    steps = [
        f"""
    double_values = Cast<to = 11>(values)
    shape = Constant<value = int64[2] {{-1, {width}}}>()
    flat = Reshape(double_values, shape)
""",
        _POSITIVE if one and width == 2 else " chosen = Identity(flat)",
        _ROUNDED if probabilities else _EXP if reading.alone else plain,
        (_LOG if softmax and not one else _LOGIT) if shares else " z = Identity(used)",
        _PAIR if one else " logits = Identity(z)",
        f" probabilities = {'Softmax<axis = 1>' if softmax else 'Sigmoid'}(logits) ",
        _decision(one, reading, schema),
    ]
    shape = "rows" if softmax else f"rows, {k}"
    results = [
        f"double[rows, {k}] logits",
        f"double[rows, {k}] probabilities",
        f"int64[{shape}] decision",
    ]
    face = f"({number}[rows, {width}] values) => ({', '.join(results)})"
    return f"{HEAD} tail {face} {{{' '.join(steps)}}}"


def _decision(one: bool, reading: Reading, schema: Schema) -> str:
    """As `decide`: the last largest, or the positive class where it reaches one half."""
    if schema.link is Link.SOFTMAX and not one:
        return _LARGEST
    level = 0.5 if reading.scale is Scale.PROBABILITY or reading.alone else 0.0
    if not one:
        return _REACHED.format(level=level, values="used")
    alone = " along = Constant<value = int64[1] {1}>() alone = Squeeze(used, along) "
    return alone + _REACHED.format(level=level, values="alone")
