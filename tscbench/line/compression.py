"""Step 7: the compression set. Rows are mixed and given targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tscbench.contracts.compression_set import Batch, CompressionSet
from tscbench.contracts.errors import ContractError
from tscbench.contracts.types import Array, Rng, Rows, Sampler, Targets
from tscbench.line.mix import Mix, parse_mix
from tscbench.line.outputs import ask_teachers, asked
from tscbench.line.sight import to_fit
from tscbench.line.splits import Parts
from tscbench.line.step import Here, step
from tscbench.line.synthetic import checked_rows, unknown_labels
from tscbench.registry import Bound


def _mixed_of(here: Here) -> Mapping[str, Any]:
    """What a mix is made from: outputs where the objective asks for them, and synthetic rows, or
    what draws and asks about them later."""
    mix = here.mix
    given: dict[str, Any] = {"mix": str(mix)}
    if here.asks and mix.real:
        given["real_outputs"] = here.of("real_outputs")
    if mix.streaming and mix.synthetic:
        given["sampler"] = here.of("sampler")
        given |= asked(here) if here.asks else {}
    elif mix.synthetic:
        blocks = range(mix.blocks)
        given["blocks"] = tuple(here.of("synthetic", block=b) for b in blocks)
        if here.asks:
            given["block_outputs"] = tuple(here.of("synthetic_outputs", block=b) for b in blocks)
    return given


@step(
    binds=("objective",),
    stream="compression_set/{split}/{seed}",
    given=_mixed_of,
    stored=False,
)
def compression_set(
    parts: Parts,
    objective: Bound,
    mix: str,
    rng: Rng,
    real_outputs: Array | None = None,
    blocks: Any = (),
    block_outputs: Any = (),
    sampler: Sampler | None = None,
    **teachers: Any,
) -> CompressionSet:
    """Step 7. The mixed rows with their targets; a streaming set draws its synthetic rows later."""
    of = parse_mix(mix)
    train = to_fit(parts.train, "student")
    real = train if of.real else train.take(np.arange(0))
    rows, outputs = mixed(of, parts, real, real_outputs, blocks, block_outputs)
    made = label_rows(objective, parts, rows, outputs, len(real), rng)
    live: dict[str, Any] = {}
    if of.streaming:
        fresh = fresh_rows(objective, parts, sampler, teachers) if sampler else None
        live = {"p_fake": of.p_fake, "per_example": of.per_example, "fresh": fresh}
    return CompressionSet(
        made.rows,
        made.outputs,
        made.rows.y,
        made.targets,
        len(parts.train),
        made.left,
        real=made.real,
        **live,
    )


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
class LabelledRows:
    """Rows with their targets; real: which of them are training rows; left: how many were left
    out."""

    rows: Rows
    outputs: Array | None
    targets: tuple[Targets, ...]
    real: Array
    left: int = 0

    def take(self, kept: Array) -> LabelledRows:
        """Those of a mask, which count as all; the others are left out."""
        outputs = None if self.outputs is None else self.outputs[kept]
        targets = tuple(t.take(kept) for t in self.targets)
        left = self.left + int((~kept).sum())
        return LabelledRows(self.rows.take(kept), outputs, targets, self.real[kept], left)


def label_rows(
    objective: Bound, parts: Parts, rows: Rows, outputs: Array | None, n_real: int, rng: Rng
) -> LabelledRows:
    """Rows, of which the first `n_real` are training rows, with the objective's targets; those that
    cannot be answered or have no target are left out and counted."""
    given = LabelledRows(rows, outputs, (), np.arange(len(rows)) < n_real)
    answered = np.ones(len(rows), bool) if outputs is None else ~_has_nan(outputs)
    given = given if answered.all() else given.take(answered)
    rows = given.rows
    given_back = objective(
        outputs=given.outputs, labels=rows.y, real=given.real, schema=parts.schema, rng=rng
    )
    terms = given_back if isinstance(given_back, tuple) else (given_back,)
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
    objective: Bound, parts: Parts, sampler: Sampler, teachers: Mapping[str, Any]
) -> Any:
    """A function that draws and labels a block of synthetic rows."""
    n = min(len(parts.train), 16384)

    def fresh(rng: Rng) -> Batch:
        rows = checked_rows(sampler.sample(n, rng), n, parts)
        outputs = ask_teachers(parts=parts, rows=rows, rng=rng, **teachers) if teachers else None
        made = label_rows(objective, parts, rows, outputs, 0, rng)
        return Batch(made.rows.x, made.targets)

    return fresh
