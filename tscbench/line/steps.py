"""One cell as a straight line: the steps, each from its inputs to its value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tscbench.contracts.errors import ContractError, DataError
from tscbench.contracts.types import (
    Array,
    CompressionSet,
    Data,
    Predictor,
    Rows,
    Sampler,
)
from tscbench.line.aim import Query, aim, cut, fresh_rows, mixed
from tscbench.line.artefact import Artefact
from tscbench.line.draw import checked_rows
from tscbench.line.mix import parse_mix
from tscbench.line.recipe import stream
from tscbench.line.splits import Parts, SplitRule, draw_folds, draw_parts, draw_share
from tscbench.line.unfinished import Unfinished

VERSIONS = {
    "data": 2,
    "parts": 1,
    "inner_parts": 1,
    "teacher": 1,
    "fold_teacher": 1,
    "sampler": 1,
    "synthetic": 1,
    "real_outputs": 1,
    "synthetic_outputs": 1,
    "compression_set": 1,
    "student": 1,
    "answers": 1,
    "probe": 1,
}
"""A step's number goes up whenever the same inputs would give another value."""


def parts(artefact: Artefact, data: Data) -> Parts:
    """Step 2. Train, valid and test rows."""
    params = artefact.params
    sizes = (params["test"], params["valid"], params["n_train"])
    stratify, grouped = params.get("stratify", True), params.get("group_identical", False)
    return draw_parts(data, SplitRule(*sizes, stratify, grouped), params["split"])


def inner_parts(artefact: Artefact, parts: Parts) -> Parts:
    """Beside the line. The parts without one fold of the training rows."""
    fold = draw_folds(parts.train, artefact.params["folds"], 0)
    kept = fold[parts.train.id] != artefact.params["fold"]
    return replace(parts, train=parts.train.take(kept))


def _fit(artefact: Artefact, kind: str, parts: Parts, train: Rows, **more: Any) -> Any:
    fit = _unfinished(artefact, kind, parts)
    fitted = artefact.plugins[kind](
        train=_visible(train, kind),
        valid=_visible(parts.valid, kind),
        schema=parts.schema,
        rng=stream(*artefact.stream),
        progress=fit.progress(),
        **more,
    )
    return fit.judged(fitted)


def _unfinished(artefact: Artefact, kind: str, parts: Parts) -> Unfinished:
    return Unfinished(artefact.unfinished, parts, f"{artefact.step} {artefact.plugins[kind]}")


def _visible(rows: Rows, kind: str) -> Rows:
    """Rows as a plugin of this kind sees them: privileged inputs are the teacher's alone, known
    true outputs are the metrics'."""
    return replace(rows, truth=None, privileged=rows.privileged if kind == "teacher" else None)


def teacher(artefact: Artefact, parts: Parts) -> Predictor:
    """Step 3. The teacher, fitted on all training rows."""
    return _predictor(artefact, "teacher", _fit(artefact, "teacher", parts, parts.train))


def fold_teacher(artefact: Artefact, parts: Parts) -> Predictor:
    """Step 3. The teacher, fitted without one fold."""
    params = artefact.params
    fold = _folds(parts, params["folds"] if "folds" in params else params["share"], params)
    seen = parts.train.take(fold[parts.train.id] != params["fold"])
    return _predictor(artefact, "teacher", _fit(artefact, "teacher", parts, seen))


def _folds(parts: Parts, folds: int | float, params: Mapping[str, Any]) -> Array:
    """The fold of each training row by its id; of a share below 1 that of two sides."""
    if folds < 1:
        return draw_share(parts.train, folds, params["fold_seed"])
    return draw_folds(parts.train, int(folds), params["fold_seed"])


def sampler(artefact: Artefact, parts: Parts, fitted: Sampler | None = None) -> Sampler | None:
    """Step 4. The generator, fitted on the training rows; `fitted` is the one that it goes on
    from."""
    made = _fit(artefact, "generator", parts, parts.train, fitted=fitted)
    if made is not None and not isinstance(made, Sampler):
        raise ContractError(
            f"generator {artefact.plugins['generator']}: returned {type(made).__name__}, "
            "not Sampler or None"
        )
    return made


def synthetic(artefact: Artefact, parts: Parts, sampler: Sampler) -> Rows:
    """Step 5. One block of n_train synthetic rows; more rows are more blocks, fewer a prefix."""
    n = len(parts.train)
    if sampler.block is None:
        return checked_rows(sampler.sample(n, stream(*artefact.stream)), n, parts)
    *series, block = artefact.stream
    return checked_rows(sampler.block(int(block), n, stream(*series)), n, parts)


def _query(
    artefact: Artefact,
    parts: Parts,
    teacher: Predictor | None = None,
    fold_teachers: Any = None,
) -> Query:
    fold = None
    if fold_teachers is not None:
        params = artefact.params
        fold = _folds(parts, params.get("share", len(fold_teachers)), params)
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
        aimed = aim(objective, parts, real, cut(real_outputs, real), len(real), rng)
        live = (mix.p_fake, mix.per_example, fresh_rows(mix, objective, parts, sampler, query))
    else:
        rows, outputs = mixed(mix, parts, real, real_outputs, blocks, block_outputs)
        aimed = aim(objective, parts, rows, outputs, len(real), rng)
        live = (0.0, False, None)
    rows, n = aimed.rows, len(parts.train)
    return CompressionSet(
        rows, aimed.outputs, rows.y, aimed.targets, n, aimed.left, *live, real=aimed.real
    )


def student(
    artefact: Artefact,
    parts: Parts,
    compression_set: CompressionSet,
    teacher: Predictor | None = None,
    fold_outputs: Any = (),
) -> Predictor:
    """Step 8. The student, fitted on the compression set."""
    if compression_set.fresh is None and not len(compression_set.rows):
        raise DataError("the compression set is empty: no row could be answered")
    fit = _unfinished(artefact, "student", parts)
    fitted = artefact.plugins["student"](
        compression_set=compression_set,
        valid=_visible(parts.valid, "student"),
        schema=parts.schema,
        rng=stream(*artefact.stream),
        teacher=teacher,
        train=_visible(parts.train, "teacher"),
        progress=fit.progress(),
        **_by_id(parts, fold_outputs),
    )
    return _predictor(artefact, "student", fit.judged(fitted))


def _by_id(parts: Parts, fold_outputs: Any) -> dict[str, Any]:
    """Folds, and outputs on the training rows without each one, by row id; NaN elsewhere."""
    if not fold_outputs:
        return {"fold": np.zeros(0, int), "fold_outputs": []}
    ids, fold = parts.train.id, draw_folds(parts.train, len(fold_outputs), 0)
    found = [np.full((len(fold), *parts.schema.outputs), np.nan) for _ in fold_outputs]
    for i, outputs in enumerate(fold_outputs):
        found[i][ids[fold[ids] != i]] = outputs
    return {"fold": fold, "fold_outputs": found}


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
    if model.device:
        facts["device"] = model.device
    if model.history:
        facts["history"] = {name: [*map(_number, v)] for name, v in model.history.items()}
    if compression_set is not None:
        facts["n_compression"] = len(compression_set.rows)
        facts["n_left_out"] = compression_set.n_left_out
    return Answers(_answer(model, parts.valid, parts), _answer(model, parts.test, parts), facts)


def _number(value: float) -> float | None:
    """A figure as JSON has it; None is not a number."""
    return float(value) if math.isfinite(value) else None


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


def probe(
    artefact: Artefact, parts: Parts, rows: Rows, outputs: Array | None = None
) -> dict[str, float | None]:
    """Beside the line. What a probe says of one block of synthetic rows; None is not defined."""
    bound = artefact.plugins["probe"]
    found = bound(
        rows=rows,
        outputs=outputs,
        train=_visible(parts.train, "probe"),
        valid=_visible(parts.valid, "probe"),
        schema=parts.schema,
        rng=stream(*artefact.stream),
    )
    try:
        numbers = {str(name): float(number) for name, number in dict(found).items()}
    except (TypeError, ValueError):
        raise ContractError(f"probe {bound}: returned {found!r}, not named numbers") from None
    return {name: _number(number) for name, number in numbers.items()}


STEPS: dict[str, Callable[..., Any]] = {
    "parts": parts,
    "inner_parts": inner_parts,
    "teacher": teacher,
    "fold_teacher": fold_teacher,
    "sampler": sampler,
    "synthetic": synthetic,
    "real_outputs": real_outputs,
    "synthetic_outputs": synthetic_outputs,
    "compression_set": compression_set,
    "student": student,
    "answers": answers,
    "probe": probe,
}
