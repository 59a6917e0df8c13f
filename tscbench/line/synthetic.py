"""Step 5: synthetic rows as a sampler gives them, checked."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.errors import ContractError, DataError
from tscbench.contracts.types import Array, Link, Rng, Rows, Sampler, Schema
from tscbench.line.artefact import Artefact
from tscbench.line.keys import stream
from tscbench.line.splits import Parts, match_ids
from tscbench.line.step import step
from tscbench.tabular.columns import SINGLE_MAX


@step(stream="synthetic/{split}/{seed}/{block}")
def synthetic(artefact: Artefact, parts: Parts, sampler: Sampler, rng: Rng) -> Rows:
    """One block of n_train synthetic rows; more rows are more blocks, fewer a prefix."""
    n = len(parts.train)
    if sampler.block is None:
        return checked_rows(sampler.sample(n, rng), n, parts)
    *series, block = artefact.stream
    return checked_rows(sampler.block(int(block), n, stream(*series)), n, parts)


def checked_rows(drawn: Array | tuple[Array, Array], n: int, parts: Parts) -> Rows:
    """n synthetic rows, checked; an exact copy of a training row takes that row's id."""
    x, y = drawn if isinstance(drawn, tuple) else (drawn, None)
    schema = parts.schema
    if not isinstance(x, np.ndarray) or x.shape != (n, *schema.inputs):
        came = f"{type(x).__name__} {getattr(x, 'shape', '')}".strip()
        raise ContractError(f"sampler: gave {came}, expected an array {(n, *schema.inputs)}")
    x = x.astype(parts.train.x.dtype, copy=False)
    if x.dtype.kind == "f":
        _check_values(x, schema)
    return Rows(x, unknown_labels(n, schema) if y is None else y, match_ids(x, parts.train))


def _check_values(x: Array, schema: Schema) -> None:
    if np.isinf(x).any() or (np.isnan(x).any() and not schema.missing):
        raise ContractError("sampler: gave values that are not finite")
    if (far := np.abs(x) > SINGLE_MAX).any():
        place = int(np.argwhere(far)[0, 1])
        name = schema.columns[place] if schema.columns else place
        raise DataError(
            f"sampler: gave {x[far][0]:g} in column {name!r}, beyond ±{SINGLE_MAX:.1e}, where "
            "single precision ends; take the column in another unit, or choose less noise"
        )
    for column in np.flatnonzero(schema.cardinality):
        codes = x[:, column][~np.isnan(x[:, column])]
        top = schema.cardinality[column]
        if len(codes) and (codes.min() < 0 or codes.max() >= top or (codes % 1).any()):
            raise ContractError(f"sampler: column {column} holds codes outside 0…{top - 1}")


def unknown_labels(n: int, schema: Schema) -> Array:
    """Labels that say "unknown": -1, or NaN where a row has several."""
    if schema.link is Link.SOFTMAX:
        return np.full(n, -1)
    return np.full((n, *schema.outputs), np.nan)
