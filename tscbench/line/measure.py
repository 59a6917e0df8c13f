"""Scores of answers: every metric that the data allows, on the valid and on the test rows."""

from __future__ import annotations

from collections.abc import Iterable

from tscbench.contracts.errors import ContractError
from tscbench.contracts.types import Rows
from tscbench.line.splits import Parts
from tscbench.line.steps import Answers
from tscbench.registry import Bound


def score(
    metrics: Iterable[Bound], parts: Parts, answers: Answers, teacher: Answers | None
) -> dict[str, dict[str, float | None]]:
    """Part → metric → value; None where a metric is not defined. A metric that compares with a
    teacher is left out where there is none, one that needs other data likewise."""
    scores: dict[str, dict[str, float | None]] = {}
    for part, rows in (("valid", parts.valid), ("test", parts.test)):
        if len(rows):
            scores[part] = {
                str(metric): _one(metric, part, rows, parts, answers, teacher)
                for metric in metrics
                if _applies(metric, rows, parts, teacher)
            }
    return scores


def _applies(metric: Bound, rows: Rows, parts: Parts, teacher: Answers | None) -> bool:
    takes = metric.plugin.takes
    has = {"labels": rows.y, "teacher_outputs": teacher, "truth": rows.truth}
    return metric.needs <= parts.schema.facts and all(
        value is not None for name, value in has.items() if name in takes
    )


def _one(
    metric: Bound, part: str, rows: Rows, parts: Parts, answers: Answers, teacher: Answers | None
) -> float | None:
    value = metric(
        labels=rows.y,
        outputs=getattr(answers, part),
        schema=parts.schema,
        teacher_outputs=None if teacher is None else getattr(teacher, part),
        truth=rows.truth,
    )
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ContractError(f"metric {metric}: returned {value!r}, not a number") from None
    return None if number != number else number
