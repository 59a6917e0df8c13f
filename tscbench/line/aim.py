"""Rows mixed, asked about and given targets: what a compression set is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tscbench.contracts.errors import ContractError
from tscbench.contracts.types import Array, Batch, Predictor, Rng, Rows, Sampler, Targets
from tscbench.line.draw import checked_rows, unknown_labels
from tscbench.line.mix import Mix
from tscbench.line.splits import Parts
from tscbench.registry import Bound


@dataclass(frozen=True)
class Query:
    """How outputs are asked for: the bound query with what it is offered."""

    bound: Bound
    parts: Parts
    teacher: Predictor | None
    fold_teachers: Any
    fold: Array | None

    def __call__(self, rows: Rows, rng: Rng) -> Array:
        """Outputs `(m, *k)` for rows; labels stay behind."""
        outputs = np.asarray(
            self.bound(
                teacher=self.teacher,
                fold_teachers=self.fold_teachers,
                fold=self.fold,
                train=self.parts.train.unlabelled(),
                rows=rows.unlabelled(),
                schema=self.parts.schema,
                rng=rng,
            ),
            dtype=np.float64,
        )
        if outputs.shape != (len(rows), *self.parts.schema.outputs):
            raise ContractError(
                f"query {self.bound}: gave outputs {outputs.shape}, "
                f"expected {(len(rows), *self.parts.schema.outputs)}"
            )
        return outputs


def cut(outputs: Array | None, rows: Rows) -> Array | None:
    return None if outputs is None else outputs[: len(rows)]


def mixed(
    mix: Mix,
    parts: Parts,
    real: Rows,
    real_outputs: Array | None,
    blocks: Any,
    block_outputs: Any,
) -> tuple[Rows, Array | None]:
    """Training rows, then synthetic ones, with their outputs where a teacher is asked."""
    owed = round(mix.ratio * len(parts.train))
    tables, outputs = [real], [cut(real_outputs, real)]
    for i in range(mix.blocks):
        n = min(len(parts.train), owed - i * len(parts.train))
        tables.append(blocks[i].take(slice(n)))
        outputs.append(block_outputs[i][:n] if len(block_outputs) else None)
    labels = [t.y if t.y is not None else unknown_labels(len(t), parts.schema) for t in tables]
    rows = Rows(
        np.concatenate([t.x for t in tables]),
        np.concatenate(labels),
        np.concatenate([t.id for t in tables]),
    )
    known = [o for o in outputs if o is not None]
    return rows, np.concatenate(known) if known else None


@dataclass(frozen=True, eq=False)
class Aimed:
    """Rows with their targets; real: which of them are training rows; left: how many were left
    out."""

    rows: Rows
    outputs: Array | None
    targets: tuple[Targets, ...]
    real: Array
    left: int = 0

    def take(self, kept: Array) -> Aimed:
        """Those of a mask, which count as all; the others are left out."""
        outputs = None if self.outputs is None else self.outputs[kept]
        targets = tuple(t.take(kept) for t in self.targets)
        left = self.left + int((~kept).sum())
        return Aimed(self.rows.take(kept), outputs, targets, self.real[kept], left)


def aim(
    objective: Bound, parts: Parts, rows: Rows, outputs: Array | None, n_real: int, rng: Rng
) -> Aimed:
    """Rows, of which the first `n_real` are training rows, with the objective's targets; those that
    cannot be answered or have no target are left out and counted."""
    given = Aimed(rows, outputs, (), np.arange(len(rows)) < n_real)
    answered = np.ones(len(rows), bool) if outputs is None else ~_has_nan(outputs)
    given = given if answered.all() else given.take(answered)
    rows = given.rows
    found = objective(
        outputs=given.outputs, labels=rows.y, real=given.real, schema=parts.schema, rng=rng
    )
    terms = found if isinstance(found, tuple) else (found,)
    for term in terms:
        if not isinstance(term, Targets) or len(term.values) != len(rows):
            raise ContractError(
                f"objective {objective}: must return Targets with one row for each of {len(rows)}"
            )
    aimed = [~_has_nan(t.values) & (np.broadcast_to(t.weight, len(rows)) > 0) for t in terms]
    kept = np.any(aimed, axis=0)
    terms = tuple(_without_holes(t, a) for t, a in zip(terms, aimed, strict=True))
    whole = replace(given, targets=terms)
    return whole if kept.all() else whole.take(kept)


def _has_nan(values: Array) -> Array:
    return np.asarray(np.isnan(values.reshape(len(values), -1)).any(axis=1))


def _without_holes(term: Targets, aimed: Array) -> Targets:
    """The same term with weight 0 and value 0 where a row has no target in it."""
    if aimed.all():
        return term
    weight = np.where(aimed, np.broadcast_to(term.weight, len(aimed)), 0.0)
    values = np.where(aimed.reshape(-1, *[1] * (term.values.ndim - 1)), term.values, 0.0)
    return replace(term, values=values, weight=weight)


def fresh_rows(
    mix: Mix, objective: Bound, parts: Parts, sampler: Sampler | None, query: Query | None
) -> Any:
    """A function that draws and labels a block of synthetic rows; None where none are wanted."""
    if sampler is None or not mix.synthetic:
        return None

    n = min(len(parts.train), 16384)

    def fresh(rng: Rng) -> Batch:
        rows = checked_rows(sampler.sample(n, rng), n, parts)
        outputs = None if query is None else query(rows, rng)
        aimed = aim(objective, parts, rows, outputs, 0, rng)
        return Batch(aimed.rows.x, aimed.targets)

    return fresh
