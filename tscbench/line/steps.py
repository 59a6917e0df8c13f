"""One cell as a straight line: the steps, each from its inputs to its value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tscbench.contracts.errors import ContractError, DataError
from tscbench.contracts.types import (
    Array,
    Batch,
    CompressionSet,
    Data,
    Link,
    Predictor,
    Rng,
    Rows,
    Sampler,
    Schema,
    Targets,
)
from tscbench.line.artefact import Artefact
from tscbench.line.fetch import Fetch
from tscbench.line.mix import Mix, parse_mix
from tscbench.line.recipe import stream
from tscbench.line.splits import Parts, SplitRule, draw_folds, draw_parts, match_ids
from tscbench.registry import Bound

VERSIONS = {
    "data": 1,
    "parts": 1,
    "teacher": 1,
    "fold_teacher": 1,
    "sampler": 1,
    "synthetic": 1,
    "real_outputs": 1,
    "synthetic_outputs": 1,
    "compression_set": 1,
    "student": 1,
    "answers": 1,
}
"""A step's number goes up whenever the same inputs would give another value."""


def load_data(dataset: Bound, fetch: Fetch) -> Data:
    """Step 1. The dataset as its plugin gives it, checked."""
    data = dataset(fetch=fetch, rng=stream("data"))
    if not isinstance(data, Data):
        raise ContractError(f"dataset {dataset}: returned {type(data).__name__}, not Data")
    rows = data.rows
    if len(rows) == 0:
        raise DataError(f"dataset {dataset}: it has no rows")
    if rows.x.shape[1:] != data.schema.inputs:
        raise ContractError(
            f"dataset {dataset}: x is {rows.x.shape}, the schema says (n, {data.schema.inputs})"
        )
    if len(np.unique(rows.id)) != len(rows):
        raise ContractError(f"dataset {dataset}: row ids are not unique")
    if rows.x.dtype.kind == "f" and np.isinf(rows.x).any():
        raise DataError(f"dataset {dataset}: it holds infinite values; clip or drop them")
    if rows.y is not None and rows.y.ndim == 1 and data.schema.link is Link.SOFTMAX:
        _check_classes(dataset, rows.y, data.schema)
    return data


def _check_classes(dataset: Bound, y: Array, schema: Schema) -> None:
    counts = np.bincount(y[y >= 0].astype(int), minlength=schema.outputs[0])
    if counts.min() < 2:
        worst = int(counts.argmin())
        name = schema.classes[worst] if schema.classes else worst
        raise DataError(
            f"dataset {dataset}: class {name!r} has {counts[worst]} row(s); "
            "each class needs two or more, so leave it out or join it with another"
        )


def parts(artefact: Artefact, data: Data) -> Parts:
    """Step 2. Train, valid and test rows."""
    params = artefact.params
    rule = SplitRule(params["test"], params["valid"], params["n_train"])
    return draw_parts(data, rule, params["split"])


def _fit(artefact: Artefact, kind: str, parts: Parts, train: Rows) -> Any:
    return artefact.plugins[kind](
        train=train,
        valid=parts.valid,
        schema=parts.schema,
        rng=stream(*artefact.stream),
        progress=_quiet,
    )


def _quiet(steps: Iterable[Any]) -> Iterable[Any]:
    return steps


def teacher(artefact: Artefact, parts: Parts) -> Predictor:
    """Step 3. The teacher, fitted on all training rows."""
    return _predictor(artefact, "teacher", _fit(artefact, "teacher", parts, parts.train))


def fold_teacher(artefact: Artefact, parts: Parts) -> Predictor:
    """Step 3. The teacher, fitted without one fold."""
    params = artefact.params
    fold = draw_folds(parts.train, params["folds"], params["fold_seed"])
    seen = parts.train.take(fold[parts.train.id] != params["fold"])
    return _predictor(artefact, "teacher", _fit(artefact, "teacher", parts, seen))


def sampler(artefact: Artefact, parts: Parts) -> Sampler | None:
    """Step 4. The generator, fitted on the training rows."""
    fitted = _fit(artefact, "generator", parts, parts.train)
    if fitted is not None and not isinstance(fitted, Sampler):
        raise ContractError(
            f"generator {artefact.plugins['generator']}: returned {type(fitted).__name__}, "
            "not Sampler or None"
        )
    return fitted


def synthetic(artefact: Artefact, parts: Parts, sampler: Sampler) -> Rows:
    """Step 5. One block of n_train synthetic rows; more rows are more blocks, fewer a prefix."""
    return draw_rows(sampler, len(parts.train), parts, stream(*artefact.stream))


def draw_rows(sampler: Sampler, n: int, parts: Parts, rng: Rng) -> Rows:
    """n synthetic rows, checked; an exact copy of a training row takes that row's id."""
    drawn = sampler.sample(n, rng)
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


def _query(
    artefact: Artefact,
    parts: Parts,
    teacher: Predictor | None = None,
    fold_teachers: Any = None,
) -> Query:
    fold = None
    if fold_teachers is not None:
        fold = draw_folds(parts.train, len(fold_teachers), artefact.params["fold_seed"])
    return Query(artefact.plugins["query"], parts, teacher, fold_teachers, fold)


def real_outputs(artefact: Artefact, parts: Parts, **teachers: Any) -> Array:
    """Step 6. The teacher's outputs on the training rows, as the query asks for them."""
    return _query(artefact, parts, **teachers)(parts.train, stream(*artefact.stream))


def synthetic_outputs(artefact: Artefact, parts: Parts, rows: Rows, **teachers: Any) -> Array:
    """Step 6. The teacher's outputs on one block of synthetic rows."""
    return _query(artefact, parts, **teachers)(rows, stream(*artefact.stream))


def compression_set(
    artefact: Artefact,
    parts: Parts,
    real_outputs: Array | None = None,
    blocks: Any = (),
    block_outputs: Any = (),
    sampler: Sampler | None = None,
    **teachers: Any,
) -> CompressionSet:
    """Step 7. The mixed rows with their targets; a live set draws its synthetic rows later."""
    mix = parse_mix(artefact.params["mix"])
    objective = artefact.plugins["objective"]
    rng = stream(*artefact.stream)
    real = parts.train if mix.real else parts.train.take(np.arange(0))
    if mix.live:
        query = _query(artefact, parts, **teachers) if teachers else None
        rows, outputs, targets, left = _aim(objective, parts, real, _cut(real_outputs, real), rng)
        live = (mix.p_fake, mix.per_example, _fresh(mix, objective, parts, sampler, query))
    else:
        rows, outputs = _mixed(mix, parts, real, real_outputs, blocks, block_outputs)
        rows, outputs, targets, left = _aim(objective, parts, rows, outputs, rng)
        live = (0.0, False, None)
    return CompressionSet(rows, outputs, rows.y, targets, len(parts.train), left, *live)


def _cut(outputs: Array | None, rows: Rows) -> Array | None:
    return None if outputs is None else outputs[: len(rows)]


def _mixed(
    mix: Mix,
    parts: Parts,
    real: Rows,
    real_outputs: Array | None,
    blocks: Any,
    block_outputs: Any,
) -> tuple[Rows, Array | None]:
    """Training rows, then synthetic ones, with their outputs where a teacher is asked."""
    owed = round(mix.ratio * len(parts.train))
    tables, outputs = [real], [_cut(real_outputs, real)]
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


def _aim(
    objective: Bound, parts: Parts, rows: Rows, outputs: Array | None, rng: Rng
) -> tuple[Rows, Array | None, tuple[Targets, ...], int]:
    """Rows with the objective's targets; rows that cannot be answered are left out and counted."""
    answered = np.ones(len(rows), bool) if outputs is None else ~_has_nan(outputs)
    rows = rows.take(answered) if not answered.all() else rows
    outputs = outputs[answered] if outputs is not None and not answered.all() else outputs
    found = objective(outputs=outputs, labels=rows.y, schema=parts.schema, rng=rng)
    terms = found if isinstance(found, tuple) else (found,)
    for term in terms:
        if not isinstance(term, Targets) or len(term.values) != len(rows):
            raise ContractError(
                f"objective {objective}: must return Targets with one row for each of {len(rows)}"
            )
    aimed = [~_has_nan(t.values) & (np.broadcast_to(t.weight, len(rows)) > 0) for t in terms]
    kept = np.any(aimed, axis=0)
    terms = tuple(_without_holes(t, a) for t, a in zip(terms, aimed, strict=True))
    if kept.all():
        return rows, outputs, terms, int((~answered).sum())
    left = int((~answered).sum() + (~kept).sum())
    outputs = None if outputs is None else outputs[kept]
    return rows.take(kept), outputs, tuple(t.take(kept) for t in terms), left


def _has_nan(values: Array) -> Array:
    return np.asarray(np.isnan(values.reshape(len(values), -1)).any(axis=1))


def _without_holes(term: Targets, aimed: Array) -> Targets:
    """The same term with weight 0 and value 0 where a row has no target in it."""
    if aimed.all():
        return term
    weight = np.where(aimed, np.broadcast_to(term.weight, len(aimed)), 0.0)
    values = np.where(aimed.reshape(-1, *[1] * (term.values.ndim - 1)), term.values, 0.0)
    return Targets(values, term.loss, term.scale, weight, term.temperature)


def _fresh(
    mix: Mix, objective: Bound, parts: Parts, sampler: Sampler | None, query: Query | None
) -> Any:
    """A function that draws and labels a block of synthetic rows; None where none are wanted."""
    if sampler is None or not mix.synthetic:
        return None

    def fresh(rng: Rng) -> Batch:
        rows = draw_rows(sampler, min(len(parts.train), 16384), parts, rng)
        outputs = None if query is None else query(rows, rng)
        rows, _, targets, _ = _aim(objective, parts, rows, outputs, rng)
        return Batch(rows.x, targets)

    return fresh


def student(
    artefact: Artefact,
    parts: Parts,
    compression_set: CompressionSet,
    teacher: Predictor | None = None,
) -> Predictor:
    """Step 8. The student, fitted on the compression set."""
    if compression_set.fresh is None and not len(compression_set.rows):
        raise DataError("the compression set is empty: no row could be answered")
    fitted = artefact.plugins["student"](
        compression_set=compression_set,
        valid=parts.valid,
        schema=parts.schema,
        rng=stream(*artefact.stream),
        teacher=teacher,
        train=parts.train,
        progress=_quiet,
    )
    return _predictor(artefact, "student", fitted)


def _predictor(artefact: Artefact, kind: str, fitted: Any) -> Predictor:
    if not isinstance(fitted, Predictor):
        raise ContractError(
            f"{kind} {artefact.plugins[kind]}: returned {type(fitted).__name__}, not Predictor"
        )
    return fitted


@dataclass(frozen=True, eq=False)
class Answers:
    """A model's outputs on the valid and test rows, `(m, *k)` each, and facts about the model."""

    valid: Array
    test: Array
    facts: dict[str, Any]


def answers(
    artefact: Artefact,
    parts: Parts,
    model: Predictor,
    compression_set: CompressionSet | None = None,
) -> Answers:
    """Step 9. A model's outputs on the valid and test rows; it sees no label of theirs."""
    facts: dict[str, Any] = {"size": dict(model.size)}
    if compression_set is not None:
        facts["n_compression"] = len(compression_set.rows)
        facts["n_left_out"] = compression_set.n_left_out
    return Answers(_answer(model, parts.valid, parts), _answer(model, parts.test, parts), facts)


def _answer(model: Predictor, rows: Rows, parts: Parts) -> Array:
    wanted = (len(rows), *parts.schema.outputs)
    if not len(rows):
        return np.empty(wanted)
    outputs = np.asarray(model.predict(rows.unlabelled()), dtype=np.float64)
    if outputs.shape != wanted:
        raise ContractError(f"predict: gave outputs {outputs.shape}, expected {wanted}")
    if not np.isfinite(outputs).all():
        raise ContractError("predict: gave outputs that are not finite")
    return outputs


STEPS: dict[str, Callable[..., Any]] = {
    "parts": parts,
    "teacher": teacher,
    "fold_teacher": fold_teacher,
    "sampler": sampler,
    "synthetic": synthetic,
    "real_outputs": real_outputs,
    "synthetic_outputs": synthetic_outputs,
    "compression_set": compression_set,
    "student": student,
    "answers": answers,
}
