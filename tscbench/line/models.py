"""Steps 3, 4 and 8: what is fitted. Teachers, generators and students, each on what it may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tscbench.contracts.compression_set import CompressionSet
from tscbench.contracts.errors import ContractError, DataError
from tscbench.contracts.types import Predictor, Rng, Sampler
from tscbench.line.artefact import Artefact
from tscbench.line.checkpoint import Checkpoint
from tscbench.line.sight import to_fit
from tscbench.line.splits import Parts, draw_folds, folds_of
from tscbench.line.step import Here, step
from tscbench.registry import Bound


def fit(artefact: Artefact, bound: Bound, parts: Parts, rng: Rng, **offered: Any) -> Any:
    """What a plugin fits. It is offered the validation rows too, the fits that it goes on from, and
    what a slow fit is watched and kept with."""
    kind, what = bound.plugin.kind, f"{artefact.step} {bound}"
    fits = {name: value for name, value in offered.items() if name.startswith(INNER)}
    work = Checkpoint(artefact.checkpoint, parts, artefact.params["judged"], kind, what)
    made = bound(
        valid=to_fit(parts.valid, kind),
        schema=parts.schema,
        rng=rng,
        progress=work.progress(),
        fitted=_by_parameter(fits),
        **{name: value for name, value in offered.items() if name not in fits},
    )
    return work.finished(made)


INNER = "fitted "
"""What the input of an inner fit is called, with the parameter that names it."""


def _by_parameter(fits: Mapping[str, Any]) -> Any:
    """The one fit that a plugin goes on from; of several a mapping by parameter."""
    if len(fits) > 1:
        return {name.removeprefix(INNER): value for name, value in fits.items()}
    return next(iter(fits.values()), None)


def _of_fit(here: Here, kind: str, **place: Any) -> dict[str, Any]:
    """What every fit is given: how many rows judge its epochs, and the fits of the plugins among
    its parameters, where it goes on from them. place: what of its cell is another in theirs."""
    bound = here.bound(kind)
    inner = bound.goes_on_from.items()
    fits = {f"{INNER}{name}": _inner_fit(here, one, place) for name, one in inner}
    return {"judged": here.assembly.resolver.judged, **fits}


BY_LABELS = {
    "teacher": "-",
    "query": "-",
    "generator": "none",
    "mix": "real",
    "objective": "tscbench/labels",
}
"""The place of a student that another plugin goes on from: it learns from labels."""


def _inner_fit(here: Here, bound: Bound, place: Mapping[str, Any]) -> Artefact:
    """The fit of a plugin that another one goes on from, on the same training rows."""
    if bound.plugin.kind == "generator":
        return here.of("sampler", generator=bound)
    if bound.plugin.kind == "teacher":
        return here.of("teacher" if here["fold"] is None else "fold_teacher", teacher=bound)
    return here.of("fitted_student", student=bound, **BY_LABELS, **place)


def predictor(bound: Bound, made: Any) -> Predictor:
    """What was fitted, which must be a `Predictor`."""
    if not isinstance(made, Predictor):
        raise ContractError(
            f"{bound.plugin.kind} {bound}: returned {type(made).__name__}, not Predictor"
        )
    return made


@step(
    binds=("teacher",),
    stream="teacher/{split}",
    given=lambda here: _of_fit(here, "teacher", seed=0),
)
def teacher(artefact: Artefact, parts: Parts, teacher: Bound, rng: Rng, **fits: Any) -> Predictor:
    """Step 3. The teacher, fitted on all training rows; what it goes on from is the same for all
    seeds, as it is."""
    train = to_fit(parts.train, "teacher")
    return predictor(teacher, fit(artefact, teacher, parts, rng, train=train, **fits))


def _one_fold(here: Here) -> Mapping[str, Any]:
    """Which rows a fold teacher is fitted without, as are the fits that it goes on from."""
    fold = {name: here[name] for name in ("folds", "fold_seed", "fold")}
    without = (*here["without"], tuple(fold.values()))
    return fold | _of_fit(here, "teacher", seed=0, without=without, fold=None)


@step(binds=("teacher",), stream="teacher/{split}/fold/{fold}", given=_one_fold)
def fold_teacher(
    artefact: Artefact,
    parts: Parts,
    teacher: Bound,
    rng: Rng,
    folds: int | float,
    fold_seed: int,
    fold: int,
    **fits: Any,
) -> Predictor:
    """Step 3. The teacher, fitted without one fold."""
    fold_of = folds_of(parts.train, folds, fold_seed)
    train = to_fit(parts.train.take(fold_of[parts.train.id] != fold), "teacher")
    return predictor(teacher, fit(artefact, teacher, parts, rng, train=train, **fits))


@step(
    binds=("generator",),
    stream="sampler/{split}",
    given=lambda here: _of_fit(here, "generator"),
)
def sampler(
    artefact: Artefact, parts: Parts, generator: Bound, rng: Rng, **fits: Any
) -> Sampler | None:
    """Step 4. The generator, fitted on the training rows."""
    train = to_fit(parts.train, "generator")
    made = fit(artefact, generator, parts, rng, train=train, **fits)
    if made is not None and not isinstance(made, Sampler):
        raise ContractError(
            f"generator {generator}: returned {type(made).__name__}, not Sampler or None"
        )
    return made


def _beside_the_set(here: Here) -> Mapping[str, Any]:
    """What a student takes besides its compression set."""
    student = here.bound("student")
    given = _of_fit(here, "student")
    if "teacher" in student.plugin.takes:
        given["teacher"] = here.of("teacher")
    if student.folds and here.mix.real:
        folds = int(student.folds)
        left_out = [((folds, 0, fold),) for fold in range(folds)]
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
    **fits: Any,
) -> Predictor:
    """Step 8. The student, fitted on the compression set."""
    if compression_set.fresh is None and not len(compression_set.rows):
        raise DataError("the compression set is empty: no row could be answered")
    offered = {
        "compression_set": compression_set,
        "train": to_fit(parts.train, "student"),
        "teacher": teacher,
        **_by_id(parts, fold_outputs),
        **fits,
    }
    return predictor(student, fit(artefact, student, parts, rng, **offered))


fitted_student = step(
    name="fitted_student",
    binds=("student",),
    stream="student/{split}/{seed}",
    given=_beside_the_set,
)(student)
"""Step 8 of the cell whose student a teacher or student goes on from: kept, as several may."""


def _by_id(parts: Parts, fold_outputs: Any) -> dict[str, Any]:
    """Folds, and outputs on the training rows without each one, by row id; NaN elsewhere."""
    if not fold_outputs:
        return {"fold": np.zeros(0, int), "fold_outputs": []}
    ids, fold = parts.train.id, draw_folds(parts.train, len(fold_outputs), 0)
    by_id = [np.full((len(fold), *parts.schema.outputs), np.nan) for _ in fold_outputs]
    for i, outputs in enumerate(fold_outputs):
        by_id[i][ids[fold[ids] != i]] = outputs
    return {"fold": fold, "fold_outputs": by_id}
