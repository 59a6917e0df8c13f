"""A student as a skops file: its estimator of scikit-learn, without pickle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tscbench.contracts.scales import decide, to_probabilities
from tscbench.contracts.types import Array, Predictor, Rows, Schema
from tscbench.export.made import Answer, Made
from tscbench.export.reading import read_values

USAGE = """\
import json
import skops.io

with open("schema.json", encoding="utf-8") as file:
    trusted = json.load(file)["trusted"]  # look at these types before you trust them
student = skops.io.load("student.skops", trusted=trusted)
values = student.{call}(x)  # schema.json says what they mean, under "outputs"
"""


def make_skops(student: Predictor, rows: Rows, schema: Schema) -> Made:
    """The student's model for skops. On `rows` it is found out what its raw values mean."""
    from sklearn.base import is_classifier
    from skops import io

    body = io.dumps(student.model)
    trusted = io.get_untrusted_types(data=body)
    call = "predict_proba" if is_classifier(student.model) else "predict"
    values = _values(io.loads(body, trusted=trusted), call, rows.x)
    reading = read_values(values, student.predict(rows.unlabelled()), schema)

    def opened(path: Path) -> Answer:
        model = io.load(path, trusted=trusted)

        def answer(x: Array) -> tuple[Array, Array]:
            logits = reading.logits(_values(model, call, x), schema)
            return to_probabilities(logits, schema), decide(logits, schema).astype(int)

        return answer

    facts = {
        "input": {"type": "float64", "shape": ["rows", int(np.prod(schema.inputs))]},
        "outputs": {"call": call, **reading.facts(schema)},
        "trusted": trusted,
    }
    return Made(body, facts, USAGE.format(call=call), opened)


def _values(model: Any, call: str, x: Array) -> Array:
    """Raw values `(m, c)`; of several labels each one's probability."""
    found = getattr(model, call)(x.reshape(len(x), -1))
    if isinstance(found, list):
        found = np.stack([label[:, 1] for label in found], axis=1)
    return np.asarray(found, np.float64).reshape(len(x), -1)
