"""Step 6: the teacher's outputs, as the query asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tscbench.contracts.errors import ContractError
from tscbench.contracts.types import Array, Predictor, Rng, Rows
from tscbench.line.sight import to_ask
from tscbench.line.splits import Parts, folds_of
from tscbench.line.step import Here, step
from tscbench.registry import Bound


def asked(here: Here) -> Mapping[str, Any]:
    """The arguments of a step that asks: the query with the teachers that it takes."""
    query = here.bound("query")
    given: dict[str, Any] = {"query": query}
    if "teacher" in query.plugin.takes:
        given["teacher"] = here.of("teacher")
    if query.plugin.fits is not None:
        how = {"folds": query.folds, "fold_seed": query.params.get("fold_seed", 0)}
        folds = range(max(1, int(query.folds)))
        given["fold_teachers"] = tuple(here.of("fold_teacher", fold=i, **how) for i in folds)
        given |= how
    return given


def ask_teachers(
    query: Bound,
    parts: Parts,
    rows: Rows,
    rng: Rng,
    teacher: Predictor | None = None,
    fold_teachers: Any = None,
    folds: int | float = 0,
    fold_seed: int = 0,
) -> Array:
    """Outputs `(m, *k)` for rows; labels stay behind."""
    outputs = np.asarray(
        query(
            teacher=teacher,
            fold_teachers=fold_teachers,
            fold=folds_of(parts.train, folds, fold_seed) if fold_teachers is not None else None,
            train=to_ask(parts.train),
            rows=to_ask(rows),
            schema=parts.schema,
            rng=rng,
        ),
        dtype=np.float64,
    )
    wanted = (len(rows), *parts.schema.outputs)
    if outputs.shape != wanted:
        raise ContractError(f"query {query}: gave outputs {outputs.shape}, expected {wanted}")
    return outputs


@step(stream="real_outputs/{split}", given=asked)
def real_outputs(parts: Parts, query: Bound, rng: Rng, **teachers: Any) -> Array:
    """Step 6. The teacher's outputs on the training rows, as the query asks for them."""
    return ask_teachers(query, parts, parts.train, rng, **teachers)


@step(stream="synthetic_outputs/{split}/{seed}/{block}", given=asked)
def synthetic_outputs(
    parts: Parts, synthetic: Rows, query: Bound, rng: Rng, **teachers: Any
) -> Array:
    """Step 6. The teacher's outputs on one block of synthetic rows."""
    return ask_teachers(query, parts, synthetic, rng, **teachers)
