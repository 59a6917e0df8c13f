"""Steps 3, 4 and 8: what is fitted. Teachers, generators and students, each on what it may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tscbench.contracts.errors import ContractError, DataError
from tscbench.contracts.types import Array, CompressionSet, Predictor, Rng, Rows, Sampler
from tscbench.line.artefact import Artefact
from tscbench.line.checkpoint import Checkpoint
from tscbench.line.sight import to_fit
from tscbench.line.splits import Parts, draw_folds, draw_share
from tscbench.line.step import Here, step
from tscbench.registry import Bound


def fit(artefact: Artefact, bound: Bound, parts: Parts, rng: Rng, **offered: Any) -> Any:
    """What a plugin fits. It is offered the validation rows too, and what a slow fit is watched
    and kept with."""
    kind = bound.plugin.kind
    work = Checkpoint(artefact.checkpoint, parts, kind, f"{artefact.step} {bound}")
    made = bound(
        valid=to_fit(parts.valid, kind),
        schema=parts.schema,
        rng=rng,
        progress=work.progress(),
        **offered,
    )
    return work.judged(made)


def predictor(bound: Bound, made: Any) -> Predictor:
    """What was fitted, which must be a `Predictor`."""
    if not isinstance(made, Predictor):
        raise ContractError(
            f"{bound.plugin.kind} {bound}: returned {type(made).__name__}, not Predictor"
        )
    return made


@step(binds=("teacher",), stream="teacher/{split}")
def teacher(artefact: Artefact, parts: Parts, teacher: Bound, rng: Rng) -> Predictor:
    """Step 3. The teacher, fitted on all training rows."""
    train = to_fit(parts.train, "teacher")
    return predictor(teacher, fit(artefact, teacher, parts, rng, train=train))


@step(
    binds=("teacher",),
    stream="teacher/{split}/fold/{fold}",
    given=lambda here: {name: here[name] for name in ("folds", "fold_seed", "fold")},
)
def fold_teacher(
    artefact: Artefact,
    parts: Parts,
    teacher: Bound,
    rng: Rng,
    folds: int | float,
    fold_seed: int,
    fold: int,
) -> Predictor:
    """Step 3. The teacher, fitted without one fold."""
    fold_of = folds_of(parts.train, folds, fold_seed)
    train = to_fit(parts.train.take(fold_of[parts.train.id] != fold), "teacher")
    return predictor(teacher, fit(artefact, teacher, parts, rng, train=train))


def folds_of(train: Rows, folds: int | float, fold_seed: int) -> Array:
    """The fold of each training row by its id; of a share below 1 that of two sides."""
    if folds < 1:
        return draw_share(train, folds, fold_seed)
    return draw_folds(train, int(folds), fold_seed)


def _gone_on_from(here: Here) -> Mapping[str, Any]:
    """The fit of the generator that one goes on from."""
    generator = here.bound("generator")
    if "fitted" not in generator.plugin.takes:
        return {}
    return {"fitted": here.of("sampler", generator=generator.params["generator"])}


@step(binds=("generator",), stream="sampler/{split}", given=_gone_on_from)
def sampler(
    artefact: Artefact, parts: Parts, generator: Bound, rng: Rng, fitted: Sampler | None = None
) -> Sampler | None:
    """Step 4. The generator, fitted on the training rows; `fitted` is the one that it goes on
    from."""
    train = to_fit(parts.train, "generator")
    made = fit(artefact, generator, parts, rng, train=train, fitted=fitted)
    if made is not None and not isinstance(made, Sampler):
        raise ContractError(
            f"generator {generator}: returned {type(made).__name__}, not Sampler or None"
        )
    return made


def _beside_the_set(here: Here) -> Mapping[str, Any]:
    """What a student takes besides its compression set."""
    student = here.bound("student")
    given: dict[str, Any] = {}
    if "teacher" in student.plugin.takes:
        given["teacher"] = here.of("teacher")
    if student.folds and here.mix.real:
        folds = int(student.folds)
        left_out = [(folds, fold) for fold in range(folds)]
        given["fold_outputs"] = tuple(here.of("real_outputs", without=one) for one in left_out)
    return given


@step(binds=("student",), stream="student/{split}/{seed}", given=_beside_the_set, stored=False)
def student(
    artefact: Artefact,
    parts: Parts,
    compression_set: CompressionSet,
    student: Bound,
    rng: Rng,
    teacher: Predictor | None = None,
    fold_outputs: Any = (),
) -> Predictor:
    """Step 8. The student, fitted on the compression set."""
    if compression_set.fresh is None and not len(compression_set.rows):
        raise DataError("the compression set is empty: no row could be answered")
    offered = {
        "compression_set": compression_set,
        "train": to_fit(parts.train, "student"),
        "teacher": teacher,
        **_by_id(parts, fold_outputs),
    }
    return predictor(student, fit(artefact, student, parts, rng, **offered))


def _by_id(parts: Parts, fold_outputs: Any) -> dict[str, Any]:
    """Folds, and outputs on the training rows without each one, by row id; NaN elsewhere."""
    if not fold_outputs:
        return {"fold": np.zeros(0, int), "fold_outputs": []}
    ids, fold = parts.train.id, draw_folds(parts.train, len(fold_outputs), 0)
    found = [np.full((len(fold), *parts.schema.outputs), np.nan) for _ in fold_outputs]
    for i, outputs in enumerate(fold_outputs):
        found[i][ids[fold[ids] != i]] = outputs
    return {"fold": fold, "fold_outputs": found}
