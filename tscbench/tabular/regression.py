"""A compression set as one regression problem, for students that minimise squared error alone."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.errors import ContractError, DataError
from tscbench.contracts.scales import to_outputs
from tscbench.contracts.types import Array, CompressionSet, Link, Loss, Scale, Schema, Targets


def regression_problem(
    compression_set: CompressionSet, schema: Schema
) -> tuple[Array, Array, Array, Scale]:
    """The rows that carry a target and what to regress on them: x, values, weight, scale.

    Several squared terms have the same minimiser as one: their weighted mean, with their summed
    weight. Of two classes only the positive column is kept where the other follows from it.

    Returns:
        x `(m, d)`, images flattened; values `(m, c)` on scale; weight `(m,)`, above 0.

    Raises:
        ContractError: a term that is not squared, or terms on different scales.
        DataError: no row carries a target.
    """
    terms = compression_set.targets
    scale = _common_scale(terms)
    total = np.zeros(len(compression_set.rows))
    weighted = np.zeros((len(total), *terms[0].values.shape[1:]))
    for term in terms:
        known = ~np.isnan(term.values).any(axis=1)
        weight = np.where(known, term.weight, 0.0)
        total += weight
        weighted[known] += weight[known, None] * term.values[known]
    kept = np.flatnonzero(total > 0)
    if not len(kept):
        raise DataError("compression set: no row carries a target with a weight above 0")
    x = compression_set.rows.x[kept]
    values = weighted[kept] / total[kept, None]
    return x.reshape(len(x), -1), _columns(values, scale, schema), total[kept], scale


def regressed_outputs(values: Array, scale: Scale, schema: Schema) -> Array:
    """Logits `(m, k)` of regressed columns `(m, c)`, c as `regression_problem` gave it."""
    if not _two_classes(schema) or values.shape[1] == 2:
        return to_outputs(values, scale, schema)
    if scale is Scale.PROBABILITY:
        return to_outputs(values[:, 0], scale, schema)
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
        raise ContractError(
            "compression set: squared terms must exist and share one scale, probability or logit"
        )
    return terms[0].scale


def _two_classes(schema: Schema) -> bool:
    return schema.link is Link.SOFTMAX and schema.outputs == (2,)


def _columns(values: Array, scale: Scale, schema: Schema) -> Array:
    follows = scale is Scale.PROBABILITY or not np.any(values[:, 0])
    return values[:, 1:] if _two_classes(schema) and follows else values
