"""Which formats a student has, and why it has not the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from tscbench.contracts.errors import SpecError, TscbenchError
from tscbench.contracts.types import Link, Predictor, Rows, Schema
from tscbench.export.made import Made, is_sklearn, is_torch
from tscbench.line.splits import Parts

SAMPLE = 1000


@dataclass(frozen=True)
class Format:
    """A kind of file. make: of a student, rows to try it on, and their schema. packages: those of
    its extra."""

    name: str
    make: Callable[[Predictor, Rows, Schema], Made]
    packages: tuple[str, ...]


def _onnx(student: Predictor, rows: Rows, schema: Schema) -> Made:
    from tscbench.export.onnx_file import make_onnx

    return make_onnx(student, rows, schema)


def _skops(student: Predictor, rows: Rows, schema: Schema) -> Made:
    from tscbench.export.skops_file import make_skops

    return make_skops(student, rows, schema)


FORMATS = {
    "onnx": Format("onnx", _onnx, ("onnx", "onnxruntime", "onnxscript", "skl2onnx")),
    "skops": Format("skops", _skops, ("skops",)),
}


def known_format(name: str) -> None:
    """Refuses a name that is no format's.

    Raises:
        SpecError: with those that there are.
    """
    if name not in FORMATS:
        raise SpecError(f"no format {name!r} (has: {', '.join(FORMATS)})")


def make(name: str, student: Predictor, rows: Rows, schema: Schema) -> Made:
    """The student in a format.

    Raises:
        SpecError: no such format, or the student has not got it; the message says why.
    """
    known_format(name)
    found = attempt(name, student, rows, schema)
    if isinstance(found, Made):
        return found
    others = [other for other in FORMATS if other != name]
    has = [o for o in others if isinstance(attempt(o, student, rows, schema), Made)]
    raise SpecError(f"the student has no format {name}: {found}; it has {_listed(has)}")


def formats_of(student: Predictor, parts: Parts) -> dict[str, str]:
    """Each format, with why the student has not got it, or "" where it has; found by trying."""
    tried = {name: attempt(name, student, sample(parts), parts.schema) for name in FORMATS}
    return {name: "" if isinstance(made, Made) else made for name, made in tried.items()}


def sample(parts: Parts) -> Rows:
    """Rows to try a format on: training rows, as nothing is to be chosen by test rows."""
    return parts.train.take(np.arange(min(SAMPLE, len(parts.train))))


def attempt(name: str, student: Predictor, rows: Rows, schema: Schema) -> Made | str:
    """The student in a format, or why it has not got it."""
    reason = _reason(name, student.model, schema)
    if reason:
        return reason
    try:
        return FORMATS[name].make(student, rows, schema)
    except TscbenchError as error:
        return str(error)
    except Exception as error:  # converters have errors of their own
        said = str(error).strip().partition("\n")[0]
        return f"{type(error).__name__} on converting it: {said}"


def _reason(name: str, model: Any, schema: Schema) -> str:
    """Why there is nothing to try, if so."""
    if model is None:
        return "it hands over no model, as Predictor(…, model=estimator) would"
    kind = f"{type(model).__module__}.{type(model).__name__}"
    if not is_sklearn(model) and not is_torch(model):
        return f"its model is a {kind}, neither of scikit-learn nor of torch"
    if name == "skops" and not is_sklearn(model):
        return "its model is a torch module, and skops keeps estimators of scikit-learn"
    if schema.link is Link.IDENTITY or len(schema.outputs) != 1:
        return f"outputs {schema.outputs} under the link {schema.link} are no classes"
    missing = [package for package in FORMATS[name].packages if find_spec(package) is None]
    if missing:
        return f'{", ".join(missing)} not installed: pip install "tscbench[{name}]"'
    return ""


def _listed(names: list[str]) -> str:
    return " and ".join(names) or "none"
