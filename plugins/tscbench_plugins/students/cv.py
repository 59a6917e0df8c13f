"""Cross-validation around a student: an objective's parameter is chosen on training rows alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from tscbench import (
    Array,
    CompressionSet,
    ContractError,
    Predictor,
    Progress,
    Rng,
    Rows,
    Schema,
    Spec,
    SpecError,
    student,
)
from tscbench.tabular import row_groups

FOREST, SEMIPARAMETRIC, AUC = Spec("forest"), Spec("semiparametric"), Spec("auc")

PUBLISHED = {"gamma_alpha": (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1000.0)}
"""The values of the paper's authors, and 0, which corrects nothing."""


def _needs(params: Mapping[str, Any]) -> frozenset[str]:
    inner, objective = params["student"], params["objective"]
    where = f"student cv(student={inner}, objective={objective})"
    if online := sorted({"teacher", "train"} & set(inner.plugin.takes)):
        raise SpecError(f"{where}: {inner} takes {online[0]}; a fold of the rows has none to offer")
    if unknown := sorted(set(params["grid"]) - set(objective.plugin.parameters)):
        raise SpecError(f"{where}: {objective} has no parameter {unknown[0]!r} to choose")
    if compares := sorted({"teacher_outputs", "truth"} & set(params["metric"].plugin.takes)):
        raise SpecError(f"{where}: metric {params['metric']} takes {compares[0]}; pick another")
    if params["folds"] < 2:
        raise SpecError(f"{where}: folds={params['folds']} must be 2 or more")
    wanted = frozenset[str]().union(*(c.needs for c in _candidates(objective, params["grid"])))
    return (wanted - inner.offers) | inner.needs | params["metric"].needs


@student(
    source="the selection of Dao, Kamath, Syrgkanis & Mackey, 2021, Knowledge distillation as "
    "semiparametric inference",
    needs=_needs,
    offers=lambda params: params["student"].offers - {"streaming"},
    nested="student",
    fits=lambda params: params["folds"] if params["nested"] else 0,
    exempt={"several_terms_and_weights": "its targets are those of its own objective"},
    small={"folds": 2},
)
def cv(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    fold: Array,
    fold_outputs: Sequence[Array],
    *,
    student: Spec = FOREST,
    objective: Spec = SEMIPARAMETRIC,
    metric: Spec = AUC,
    folds: int = 5,
    nested: bool = False,
    grid: Mapping[str, Any],
) -> Predictor:
    """The student on the targets of an objective, with the values that do best over folds.

    Targets are made anew from the teacher's outputs and the labels; those of the cell's own
    objective are passed over. For each combination of values students are fitted without one fold
    of the labelled training rows and judged on that fold by its labels; the last fit has all rows,
    synthetic ones too. Of equal means the first combination wins. The authors do the same, with
    folds in the order of rows that their split has shuffled; here identical rows share a fold.

    The teacher's outputs on a fold's other rows are not free of that fold: teachers have seen it.
    With nested they are asked of teachers that were fitted without it, by the cell's query.

    Args:
        student: what is fitted.
        objective: what makes the targets.
        metric: what judges a fold.
        folds: how many folds the labelled training rows fall in.
        nested: whether teachers are refitted without each fold.
        grid: values by parameter of the objective, as in gamma_alpha=[0, 0.01]; without any,
            gamma_alpha is chosen among 0 and the authors' values from 1e-5 to 1000.
    """
    if compression_set.outputs is None or compression_set.labels is None:
        raise ContractError(
            "student cv: the compression set lacks outputs or labels to make targets from; pick an "
            "objective for the cell that asks the teacher"
        )
    candidates = _candidates(objective, grid)
    seeds = [int(seed) for seed in rng.integers(2**62, size=folds + 1)]

    def fit(candidate: Any, given: CompressionSet, seed: int) -> Predictor:
        aimed = _aimed(given, candidate, schema, seed)
        rng = np.random.default_rng(seed)
        return student(
            compression_set=aimed, valid=valid, schema=schema, rng=rng, progress=Progress()
        )

    largest = int(student.size or 0)
    parts = _parts(compression_set, fold, fold_outputs, folds, rng) if len(candidates) > 1 else ()
    scores = np.zeros((len(candidates), max(1, largest)))
    for (given, held), seed in zip(parts, seeds, strict=False):
        for place, candidate in enumerate(candidates):
            fitted = fit(candidate, given, seed)
            for size, smaller in enumerate(_sizes(fitted, largest)):
                judged = _judged(metric, smaller, held, schema)
                scores[place, size] += judged if metric.plugin.direction == "higher" else -judged
    fits: dict[int, Predictor] = {}

    def chosen(size: int) -> Predictor:
        best = int(np.argmax(scores[:, size - 1]))  # the last column where there are no sizes
        if best not in fits:
            fits[best] = fit(candidates[best], compression_set, seeds[-1])
        whole = fits[best]
        cut = whole.nested(size) if whole.nested and size != largest else whole
        history = _choice(candidates[best], grid)
        return replace(cut, nested=chosen if largest else None, history=cut.history | history)

    return chosen(largest)


def _named(objective: Any, grid: Mapping[str, Any]) -> dict[str, Any]:
    """The grid, or the published one where none is given and the objective has its parameter."""
    return dict(grid) or {n: v for n, v in PUBLISHED.items() if n in objective.params}


def _candidates(objective: Any, grid: Mapping[str, Any]) -> list[Any]:
    """The objective with each combination of values."""
    named = _named(objective, grid)
    lists = [values if isinstance(values, tuple) else (values,) for values in named.values()]
    return [
        objective.with_params(**dict(zip(named, values, strict=True))) for values in product(*lists)
    ]


def _parts(
    given: CompressionSet, fold: Array, fold_outputs: Sequence[Array], folds: int, rng: Rng
) -> Iterator[tuple[CompressionSet, Rows]]:
    """For each fold the other labelled training rows, and the fold's own rows."""
    real = given.rows.id >= 0 if given.real is None else given.real
    labels = np.asarray(given.labels)
    known = labels >= 0 if labels.ndim == 1 else ~np.isnan(labels).any(axis=1)
    tuned = np.flatnonzero(real & known)
    group = row_groups(given.rows.x[tuned])
    n_distinct = group.max(initial=-1) + 1
    if n_distinct < folds:
        return
    place = (rng.permutation(n_distinct) % folds)[group]
    if fold_outputs:
        place = fold[given.rows.id[tuned]]
    for i in range(folds):
        others, held = tuned[place != i], tuned[place == i]
        outputs = np.asarray(given.outputs)[others]
        if fold_outputs:
            outputs = fold_outputs[i][given.rows.id[others]]
            answered = ~np.isnan(outputs).any(axis=1)
            others, outputs = others[answered], outputs[answered]
        yield _taken(given, others, outputs), replace(given.rows, y=labels).take(held)


def _taken(given: CompressionSet, index: Array, outputs: Array) -> CompressionSet:
    return replace(
        given,
        rows=given.rows.take(index),
        outputs=outputs,
        labels=np.asarray(given.labels)[index],
        real=np.ones(len(index), bool),
        n_train=len(index),
    )


def _aimed(given: CompressionSet, objective: Any, schema: Schema, seed: int) -> CompressionSet:
    """The same set with the targets of this objective."""
    real = given.rows.id >= 0 if given.real is None else given.real
    found = objective(
        outputs=given.outputs,
        labels=given.labels,
        real=real,
        schema=schema,
        rng=np.random.default_rng(seed),
    )
    return replace(given, targets=found if isinstance(found, tuple) else (found,))


def _sizes(fitted: Predictor, largest: int) -> Iterator[Predictor]:
    """The student of each size up to the largest; the student itself where it has no sizes."""
    if not largest or fitted.nested is None:
        yield fitted
        return
    for size in range(1, largest + 1):
        yield fitted.nested(size)


def _judged(metric: Any, fitted: Predictor, held: Rows, schema: Schema) -> float:
    """Its value on held rows; 0 for all students where it is not defined there."""
    return float(
        np.nan_to_num(
            metric(labels=held.y, outputs=fitted.predict(held.unlabelled()), schema=schema)
        )
    )


def _choice(objective: Any, grid: Mapping[str, Any]) -> dict[str, list[float]]:
    """What was chosen, as a record keeps it: the numbers among the values."""
    chosen = {name: objective.params[name] for name in _named(objective, grid)}
    numbers = {n: v for n, v in chosen.items() if isinstance(v, int | float)}
    return {name: [float(value)] for name, value in numbers.items()}
