"""Step 9: what a model says of the valid and test rows; and what probes say of synthetic ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tscbench.contracts.compression_set import CompressionSet
from tscbench.contracts.errors import ContractError
from tscbench.contracts.types import Array, Predictor, Rng, Rows, Sampler
from tscbench.line.sight import ask, to_fit
from tscbench.line.splits import Parts
from tscbench.line.step import Here, step
from tscbench.registry import Bound


@dataclass(frozen=True, eq=False)
class Predictions:
    """A model's outputs on the valid and test rows, `(m, *k)` each, and facts about the model;
    beside: the same of other models of its fit, by name."""

    valid: Array
    test: Array
    facts: dict[str, Any]
    beside: dict[str, Predictions] = field(default_factory=dict)


@step(stream="predictions/{split}")
def predictions(
    parts: Parts, student: Predictor, compression_set: CompressionSet, rng: Rng
) -> Predictions:
    """Step 9. The student's outputs on the valid and test rows; it sees no label of theirs."""
    learnt = {
        "n_compression": len(compression_set.rows),
        "n_left_out": compression_set.n_left_out,
    }
    made = _predictions(student, parts, rng, "student", learnt)
    others = sorted(student.beside.items())
    return replace(
        made, beside={name: _predictions(o, parts, rng, "student", {}) for name, o in others}
    )


@step(stream="predictions/{split}")
def teacher_predictions(parts: Parts, teacher: Predictor, rng: Rng) -> Predictions:
    """Step 9. The same of the teacher."""
    return _predictions(teacher, parts, rng, "teacher", {})


@step()
def generator_facts(sampler: Sampler) -> Predictions:
    """Step 9 of a cell that ends at its probes: no predictions, the facts of the sampler alone."""
    return Predictions(np.empty(0), np.empty(0), facts_of(sampler))


def facts_of(model: Predictor | Sampler) -> dict[str, Any]:
    """The facts that a fitted model or sampler says of itself."""
    facts: dict[str, Any] = {"size": dict(model.size)}
    if model.history:
        facts["history"] = {name: [*map(_number, v)] for name, v in model.history.items()}
    return facts


def _predictions(
    model: Predictor, parts: Parts, rng: Rng, kind: str, learnt: Mapping[str, int]
) -> Predictions:
    facts = facts_of(model) | ({"device": model.device} if model.device else {})
    valid, test = (ask(model, rows, parts.schema, rng, kind) for rows in (parts.valid, parts.test))
    return Predictions(valid, test, {**facts, **learnt})


def _number(value: float) -> float | None:
    """A figure as JSON has it; None is not a number."""
    return float(value) if math.isfinite(value) else None


def _of_the_first_block(here: Here) -> Mapping[str, Any]:
    """The outputs on synthetic rows and the sampler, where the probe takes them; a probe that takes
    no outputs is shared by all teachers."""
    takes = here.bound("probe").plugin.takes
    outputs = {"outputs": here.of("synthetic_outputs", block=0)} if "outputs" in takes else {}
    return outputs | ({"sampler": here.of("sampler")} if "sampler" in takes else {})


@step(
    binds=("probe",),
    stream="probe/{split}/{seed}",
    given=lambda here: {"rows": here.of("synthetic", block=0), **_of_the_first_block(here)},
)
def probe(
    parts: Parts,
    rows: Rows,
    probe: Bound,
    rng: Rng,
    outputs: Array | None = None,
    sampler: Sampler | None = None,
) -> dict[str, float | None]:
    """Beside the line. What a probe says of one block of synthetic rows; None is not defined."""
    told = probe(
        rows=rows,
        outputs=outputs,
        train=to_fit(parts.train, "probe"),
        valid=to_fit(parts.valid, "probe"),
        schema=parts.schema,
        rng=rng,
        sampler=sampler,
    )
    try:
        numbers = {str(name): float(number) for name, number in dict(told).items()}
    except (TypeError, ValueError):
        raise ContractError(f"probe {probe}: returned {told!r}, not named numbers") from None
    return {name: _number(number) for name, number in numbers.items()}
