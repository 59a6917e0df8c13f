"""A compression set as one problem of regression or classification, for learners of a library."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.compression_set import CompressionSet
from tscbench.contracts.errors import ContractError, DataError
from tscbench.contracts.scales import to_logits, to_outputs
from tscbench.contracts.types import Array, Link, Loss, Scale, Schema, Targets

LARGEST = 600.0
"""Log-probabilities above it are taken for it: their exponential would overflow."""


def regression_problem(
    compression_set: CompressionSet, schema: Schema
) -> tuple[Array, Array, Array, Scale]:
    """The rows that carry a target and what to regress on them: x, values, weight, scale.

    Several squared terms have the same minimiser as one: their weighted mean, with their summed
    weight. Of two classes only the positive column is kept where the other follows from it, and
    of their log-probabilities. Values are regressed as they are, whatever `free_shift` says: it
    leaves the shift of logits to the student.

    Returns:
        x `(m, d)`, images flattened; values `(m, c)` on scale; weight `(m,)`, above 0.

    Raises:
        ContractError: a term that is not squared, or terms on different scales.
        DataError: no row carries a target.
    """
    terms = compression_set.targets
    scale = _common_scale(terms)
    kept, values, weight = _merged(terms)
    x = compression_set.rows.x[kept]
    return x.reshape(len(x), -1), _columns(values, scale, schema), weight, scale


def classification_problem(compression_set: CompressionSet) -> tuple[Array, Array, Array]:
    """The rows that carry a target and the probabilities that a classifier is to learn for them.

    Terms of squared error and of cross-entropy alike are least, summed, at their weighted mean.

    Returns:
        x `(m, d)`, images flattened; probabilities `(m, k)`; weight `(m,)`, above 0.

    Raises:
        ContractError: a term that is not on the scale of probabilities, or has a temperature.
        DataError: no row carries a target.
    """
    terms = compression_set.targets
    if any(term.scale is not Scale.PROBABILITY or term.temperature != 1 for term in terms):
        raise ContractError(
            "compression set: a classifier learns probabilities at temperature 1; pick an "
            "objective that needs neither 'signed_targets' nor 'temperature'"
        )
    kept, values, weight = _merged(terms)
    x = compression_set.rows.x[kept]
    return x.reshape(len(x), -1), values, weight


def _merged(terms: tuple[Targets, ...]) -> tuple[Array, Array, Array]:
    """Positions of the rows with a target, its weighted mean over the terms, and its weight."""
    total = np.zeros(len(terms[0].values))
    weighted = np.zeros(terms[0].values.shape)
    for term in terms:
        known = ~np.isnan(term.values).any(axis=1)
        weight = np.where(known, term.weight, 0.0)
        total += weight
        weighted[known] += weight[known, None] * term.values[known]
    kept = np.flatnonzero(total > 0)
    if not len(kept):
        raise DataError("compression set: no row carries a target with a weight above 0")
    return kept, weighted[kept] / total[kept, None], total[kept]


def regressed_outputs(values: Array, scale: Scale, schema: Schema) -> Array:
    """Logits `(m, k)` of regressed columns `(m, c)`, c as `regression_problem` gave it.

    Probabilities, and the logarithms of one, are rounded to 1e-10: pure leaves whose means differ
    in the last bit hold the same opinion, and a ranking of them would be one of rounding errors.
    """
    if scale is Scale.PROBABILITY:
        values = np.round(values, 10)
    if not _two_classes(schema) or values.shape[1] == 2:
        return to_outputs(values, scale, schema)
    if scale is Scale.PROBABILITY:
        return to_outputs(values[:, 0], scale, schema)
    if scale is Scale.LOG_PROBABILITY:
        return to_logits(np.exp(np.minimum(np.round(values[:, 0], 10), LARGEST)), schema)
    return np.concatenate([np.zeros_like(values), values], axis=1)


def equal_or_none(weight: Array) -> Array | None:
    """None for weights that are all the same, as learners are quicker without any."""
    return None if np.all(weight == weight[0]) else weight


def _common_scale(terms: tuple[Targets, ...]) -> Scale:
    if any(term.loss is not Loss.SQUARED for term in terms):
        raise ContractError(
            "compression set: a term is not squared, and this student minimises squared error; "
            "pick an objective that needs 'squared' only"
        )
    if len({term.scale for term in terms}) != 1:
        raise ContractError("compression set: squared terms must exist and share one scale")
    return terms[0].scale


def _two_classes(schema: Schema) -> bool:
    return schema.link is Link.SOFTMAX and schema.outputs == (2,)


def _columns(values: Array, scale: Scale, schema: Schema) -> Array:
    alone = scale is not Scale.LOGIT or not np.any(values[:, 0])
    return values[:, 1:] if _two_classes(schema) and alone else values
