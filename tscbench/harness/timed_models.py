"""What is timed: fitted models, made again where they are gone, and the calls that ask them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tscbench.contracts.types import Array, Predictor, Rows
from tscbench.harness.lines import Line
from tscbench.harness.repeats import Call
from tscbench.harness.work import answering
from tscbench.line.evaluator import Evaluator
from tscbench.line.keys import stream
from tscbench.line.sight import to_predict
from tscbench.line.splits import Parts
from tscbench.line.store import Store


@dataclass(frozen=True, eq=False)
class TimedModel:
    """A fitted model with the line that it comes from, and bytes as `pickled_bytes` has them."""

    line: Line
    predictor: Predictor
    bytes: int | None
    bare_bytes: int | None


def timed_model(line: Line, predictor: Predictor) -> TimedModel:
    """A model to be timed. Its bytes are those of what answers rows, however it is made."""
    bare = None if predictor.model is None else pickled_bytes(predictor.model)
    return TimedModel(
        line, predictor, pickled_bytes(replace(answering(predictor), model=None)), bare
    )


def students(lines: Sequence[Line], evaluator: Evaluator) -> Iterator[TimedModel]:
    """The students of lines that come from one fit: those kept, then the largest other one, fitted
    again, and its prefixes."""
    for line in lines:
        if is_kept(line, evaluator.store):
            yield timed_model(line, evaluator.store.read(line.model.key))
    lines = [line for line in lines if not is_kept(line, evaluator.store)]
    if not lines:
        return
    whole = max(lines, key=lambda line: line.size)
    fitted: Predictor = evaluator.get(whole.model)
    for line in lines:
        if line.size == whole.size or fitted.nested is None:
            yield timed_model(line, fitted)
        else:
            yield timed_model(line, fitted.nested(int(line.size)))


def is_kept(line: Line, store: Store) -> bool:
    """Whether the student of a line need not be fitted again."""
    return line.kept and store.has(line.model.key)


class _Count:
    """A file that counts what is written and keeps nothing."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, data: Any) -> int:
        n = memoryview(data).nbytes
        self.bytes += n
        return n


def pickled_bytes(value: Any) -> int | None:
    """Bytes of a value when it is pickled; None where it cannot be."""
    import cloudpickle

    file = _Count()
    try:
        cloudpickle.dump(value, file, protocol=5)
    except Exception:
        return None
    return file.bytes


def batches_of(parts: Parts, batch: int, repeats: int) -> list[Rows]:
    """Batches of test rows, each of other rows while there are some, and at most one a repeat: the
    rows drawn in another order, as often as it takes, one after the other in memory; stripped as
    any that a model is asked about."""
    order = stream("timing", batch).permutation(len(parts.test))
    n = min(repeats, max(1, len(order) // batch))
    places = np.arange(n * batch).reshape(n, batch) % len(order)
    found = [to_predict(parts.test.take(order[here]), "student") for here in places]
    return [replace(rows, x=np.ascontiguousarray(rows.x)) for rows in found]


def bare_call(model: Any, x: Array) -> Call:
    """A call of a library's own model on x, `(m, …)`, as single precision; of several, one after
    the other. Of scikit-learn's kind it is the method that says most about a row."""
    if isinstance(model, list | tuple):
        calls = [bare_call(one, x) for one in model]
        return lambda: [call() for call in calls]
    single = np.ascontiguousarray(x, dtype=np.float32)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(model, torch.nn.Module):
        return _of_module(model, torch.from_numpy(single), torch)
    flat = single.reshape(len(single), -1)
    names = ("predict_proba", "decision_function", "predict")
    answer = next(getattr(model, name) for name in names if hasattr(model, name))
    return lambda: answer(flat)


def _of_module(module: Any, x: Any, torch: Any) -> Call:
    def call() -> Any:
        with torch.inference_mode():
            return module(x)

    return call


def size_of(predictor: Predictor, name: str) -> int | None:
    """A count such as its nodes or parameters; None where it gives none."""
    return int(predictor.size[name]) if name in predictor.size else None
