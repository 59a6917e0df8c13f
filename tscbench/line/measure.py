"""Scores of predictions: every metric that the data allows, on the rows of each part."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tscbench.contracts.errors import ContractError
from tscbench.contracts.scales import to_probabilities
from tscbench.contracts.types import Array, Link, Rows, Schema
from tscbench.line.predictions import Predictions
from tscbench.line.splits import Parts
from tscbench.registry import Bound

Scores = dict[str, float | None]


def score(
    metrics: Iterable[Bound], parts: Parts, made: Predictions, teacher: Predictions | None
) -> dict[str, Scores]:
    """Part → metric → value; None where a metric is not defined. A metric that compares with a
    teacher is left out where there is none, one that needs other data likewise."""
    metrics = tuple(metrics)
    scores: dict[str, Scores] = {}
    for part, rows in (("valid", parts.valid), ("test", parts.test)):
        if len(rows):
            theirs = None if teacher is None else getattr(teacher, part)
            scores[part] = _each(metrics, rows, parts.schema, getattr(made, part), theirs)
    return scores


def score_seen(metrics: Iterable[Bound], parts: Parts, outputs: Array) -> Scores:
    """A teacher's scores on the training rows, as a query has asked it about them: those of the
    rows that were answered, the share `answered`, and the teacher's `confidence`."""
    answered = np.asarray(~np.isnan(outputs.reshape(len(outputs), -1)).any(axis=1))
    rows, outputs = parts.train.take(answered), outputs[answered]
    return {
        "answered": float(answered.mean()),
        "confidence": confidence(outputs, parts.schema),
        **_each(metrics, rows, parts.schema, outputs, None),
    }


def add_confidence(scores: dict[str, Scores], parts: Parts, made: Predictions) -> None:
    """Sets a model's confidence beside its scores on each part."""
    for part, of_part in scores.items():
        of_part.setdefault("confidence", confidence(getattr(made, part), parts.schema))


def add_facts(scores: dict[str, Scores], parts: Parts) -> None:
    """Sets beside a teacher's scores what they and its students' are to be read against, on each
    part: `mode_accuracy`, `n_rows`, and `n_train`, the training rows."""
    for part, of_part in scores.items():
        rows = getattr(parts, part)
        facts = {"n_rows": float(len(rows)), "n_train": float(len(parts.train))}
        for name, value in (facts | {"mode_accuracy": mode_accuracy(rows, parts.schema)}).items():
            of_part.setdefault(name, value)


def mode_accuracy(rows: Rows, schema: Schema) -> float | None:
    """Accuracy of always the most common class of these rows, of several labels of each one's more
    common value; labels that are unknown do not count. None where there are no classes."""
    if rows.y is None or schema.link is Link.IDENTITY:
        return None
    if schema.link is Link.SIGMOID:
        n, yes = (~np.isnan(rows.y)).sum(axis=0), (rows.y == 1).sum(axis=0)
        right, known = np.maximum(yes, n - yes).sum(), n.sum()
    else:
        counts = np.bincount(rows.y[rows.y >= 0], minlength=1)
        right, known = counts.max(), counts.sum()
    return float(right / known) if known else None


def confidence(outputs: Array, schema: Schema) -> float | None:
    """Mean probability of the likeliest class, of several labels that of the likelier of yes and
    no; outputs `(m, *k)`. None of no rows, and of outputs that are no logits."""
    if not len(outputs) or schema.link is Link.IDENTITY:
        return None
    p = to_probabilities(outputs, schema)
    return float((p.max(axis=1) if schema.link is Link.SOFTMAX else np.maximum(p, 1 - p)).mean())


def _each(
    metrics: Iterable[Bound], rows: Rows, schema: Schema, outputs: Array, theirs: Array | None
) -> Scores:
    has = {"labels": rows.y, "teacher_outputs": theirs, "truth": rows.truth}
    absent = {name for name, value in has.items() if value is None}
    return {
        str(metric): _number(metric, metric(outputs=outputs, schema=schema, **has))
        for metric in metrics
        if metric.needs <= schema.facts and not absent & set(metric.plugin.takes)
    }


def _number(metric: Bound, value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ContractError(f"metric {metric}: returned {value!r}, not a number") from None
    return None if number != number else number
