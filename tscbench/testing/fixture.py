"""What the harness offers a plugin of each kind, made of tiny data and an imagined teacher."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from tscbench.contracts.compression_set import Batch, CompressionSet
from tscbench.contracts.progress import Progress
from tscbench.contracts.scales import one_hot, to_logits, to_probabilities
from tscbench.contracts.types import (
    Array,
    Loss,
    Predictor,
    Rng,
    Rows,
    Sampler,
    Scale,
    Schema,
    Targets,
)
from tscbench.line.fetch import Fetch
from tscbench.line.sight import to_fit
from tscbench.line.synthetic import unknown_labels
from tscbench.registry import Bound
from tscbench.testing.data import Tiny, make
from tscbench.testing.networks import neural_teacher


def fixture(bound: Bound, tiny: Tiny, seed: int = 0, offline: bool = True) -> dict[str, Any]:
    """All that the harness offers this plugin, made anew, with an rng from `seed`."""
    offered: dict[str, Any] = {"schema": tiny.schema, "rng": np.random.default_rng(seed)}
    return offered | _OFFERS[bound.plugin.kind](bound, tiny, offline)


def _fit(bound: Bound, tiny: Tiny, offline: bool) -> dict[str, Any]:
    kind = bound.plugin.kind
    offered = {"train": to_fit(tiny.train, kind), "valid": to_fit(tiny.valid, kind)}
    return {**offered, "progress": Progress(), "fitted": _fitted(bound, tiny.name, offline)}


def _fitted(bound: Bound, name: str, offline: bool) -> Any:
    """The fits that the plugin goes on from, on the same data whatever its rng."""
    inner = bound.goes_on_from.items()
    fits = {p: value(**fixture(value, make(name), 0, offline)) for p, value in inner}
    return fits if len(fits) > 1 else next(iter(fits.values()), None)


def _student(bound: Bound, tiny: Tiny, offline: bool) -> dict[str, Any]:
    return {
        **_fit(bound, tiny, offline),
        "compression_set": compression_set(tiny, loss=first_loss(bound.offers)),
        "teacher": _teacher(bound, tiny),
        **_fold_outputs(int(bound.folds), tiny),
    }


def _teacher(student: Bound, tiny: Tiny) -> Predictor:
    """A teacher; one with layers for a student that reads them."""
    return neural_teacher(tiny) if "features" in student.needs else imagined_teacher(tiny)


def _fold_outputs(n_folds: int, tiny: Tiny) -> dict[str, Any]:
    """Folds, and outputs of teachers that never saw one; empty where there are none."""
    if not n_folds:
        return {"fold": np.zeros(0, int), "fold_outputs": []}
    ids = tiny.train.id
    fold = np.full(ids.max() + 1, -1)
    fold[ids] = np.arange(len(ids)) % n_folds
    outputs = [random_outputs(len(fold), tiny.schema, 20 + i) for i in range(n_folds)]
    for i, z in enumerate(outputs):
        z[(fold == i) | (fold < 0)] = np.nan
    return {"fold": fold, "fold_outputs": outputs}


def _query(bound: Bound, tiny: Tiny, offline: bool) -> dict[str, Any]:
    n_folds = max(1, int(bound.folds or 2))
    fold = np.full(tiny.train.id.max() + 1, -1)
    fold[tiny.train.id] = np.arange(len(tiny.train)) % n_folds
    if 0 < bound.folds < 1:  # one teacher, fitted on the rows that are in no fold
        fold[tiny.train.id[::2]] = -1
    return {
        "teacher": imagined_teacher(tiny),
        "fold_teachers": [imagined_teacher(tiny, 10 + i) for i in range(n_folds)],
        "fold": fold,
        "train": tiny.train.unlabelled(),
        "rows": mixed(tiny).unlabelled(),
    }


def _objective(bound: Bound, tiny: Tiny, offline: bool) -> dict[str, Any]:
    rows = mixed(tiny)
    outputs = random_outputs(len(rows), tiny.schema)
    return {"outputs": outputs, "labels": rows.y, "real": rows.id >= 0}


def _metric(bound: Bound, tiny: Tiny, offline: bool) -> dict[str, Any]:
    m = len(tiny.train)
    theirs, truth = (random_outputs(m, tiny.schema, seed) for seed in (6, 7))
    return {
        "labels": tiny.train.y,
        "outputs": random_outputs(m, tiny.schema),
        "teacher_outputs": theirs,
        "truth": truth,
    }


def _probe(bound: Bound, tiny: Tiny, offline: bool) -> dict[str, Any]:
    rows = synthetic(tiny)
    offered = {"rows": rows, "outputs": random_outputs(len(rows), tiny.schema)}
    sampler = Sampler(lambda n, rng: np.resize(rows.x, (n, *tiny.schema.inputs)))
    return {**offered, "train": tiny.train, "valid": tiny.valid, "sampler": sampler}


def _dataset(bound: Bound, tiny: Tiny, offline: bool) -> dict[str, Any]:
    return {"fetch": Fetch(offline=offline)}


_OFFERS: dict[str, Callable[[Bound, Tiny, bool], dict[str, Any]]] = {
    "dataset": _dataset,
    "teacher": _fit,
    "query": _query,
    "generator": _fit,
    "objective": _objective,
    "student": _student,
    "network": _fit,
    "metric": _metric,
    "probe": _probe,
}


def synthetic(tiny: Tiny) -> Rows:
    """As many rows as there are for training, each with some cells of one training row and the
    others of another: no id, label unknown."""
    x, n = tiny.train.x, len(tiny.train)
    first = np.random.default_rng(4).random(x.shape) < 0.5
    return Rows(np.where(first, x, x[::-1]), unknown_labels(n, tiny.schema), np.full(n, -1))


def mixed(tiny: Tiny) -> Rows:
    """Training rows, then as many synthetic ones."""
    more = synthetic(tiny)
    assert tiny.train.y is not None and more.y is not None
    return Rows(
        np.concatenate([tiny.train.x, more.x]),
        np.concatenate([tiny.train.y, more.y]),
        np.concatenate([tiny.train.id, more.id]),
    )


def random_outputs(m: int, schema: Schema, seed: int = 5) -> Array:
    """Logits `(m, *k)` of an imagined teacher; some as sure as a forest can be."""
    z = 3 * np.random.default_rng(seed).normal(size=(m, *schema.outputs))
    z[::7] *= 20
    return to_logits(to_probabilities(z, schema), schema)


def right_outputs(labels: Array, schema: Schema, sure: float = 8.0) -> Array:
    """Logits `(m, *k)` of a model that knows the labels; of one that is always wrong if `sure` is
    below 0."""
    return sure * (2 * np.nan_to_num(one_hot(labels, schema)) - 1)


def imagined_teacher(tiny: Tiny, seed: int = 3) -> Predictor:
    """A teacher whose answers follow from a row's values alone, unless its dropout is on. Out of
    the bag it has none for every fifth training row."""
    rng = np.random.default_rng(seed)
    weight = rng.normal(size=(int(np.prod(tiny.schema.inputs)), *tiny.schema.outputs))

    def predict(rows: Rows) -> Array:
        x = np.nan_to_num(rows.x.reshape(len(rows), len(weight)).astype(float))
        return to_logits(to_probabilities(np.sin(x) @ weight, tiny.schema), tiny.schema)

    def predict_oob(ids: Array) -> Array:
        at = np.searchsorted(tiny.train.id, ids)
        outputs = predict(tiny.train.take(at)) - 0.1
        outputs[at % 5 == 0] = np.nan
        return outputs

    def predict_dropout(rows: Rows, rng: Rng) -> Array:
        return predict(rows) + rng.normal(size=(len(rows), *tiny.schema.outputs))

    return Predictor(predict, predict_oob=predict_oob, predict_dropout=predict_dropout)


def first_loss(offers: frozenset[str]) -> Loss:
    """The first loss among a student's offers; the squared one where it offers none."""
    return next((loss for loss in Loss if loss.value in offers), Loss.SQUARED)


def compression_set(
    tiny: Tiny, *, loss: Loss = Loss.SQUARED, streaming: bool = False, flip: bool = False
) -> CompressionSet:
    """Training rows and as many synthetic ones, with an imagined teacher's answers as targets; with
    `flip` those of one that thinks the opposite."""
    rows = mixed(tiny)
    outputs = random_outputs(len(rows), tiny.schema)
    outputs = -outputs if flip else outputs
    targets = (Targets(to_probabilities(outputs, tiny.schema), loss),)
    if not streaming:
        n = len(tiny.train)
        return CompressionSet(rows, outputs, rows.y, targets, n, real=rows.id >= 0)
    real = np.arange(len(tiny.train))

    def fresh(rng: Rng) -> Batch:
        chosen = rng.integers(len(rows), size=16)
        return Batch(rows.x[chosen], tuple(t.take(chosen) for t in targets))

    return CompressionSet(
        rows.take(real),
        outputs[real],
        rows.y[real] if rows.y is not None else None,
        tuple(t.take(real) for t in targets),
        len(real),
        p_fake=1.0,
        fresh=fresh,
        real=rows.id[real] >= 0,
    )


def signed(given: CompressionSet) -> CompressionSet:
    """The same set with targets that leave [0, 1], as semiparametric objectives make them."""
    targets = tuple(replace(t, values=3 * t.values - 1) for t in given.targets)
    return replace(given, targets=targets)


def on_logits(given: CompressionSet) -> CompressionSet:
    """The same set with the teacher's outputs as targets."""
    assert given.outputs is not None
    z = np.clip(given.outputs, -8, 8)
    targets = tuple(replace(t, values=z, scale=Scale.LOGIT) for t in given.targets)
    return replace(given, targets=targets)


def several_terms(given: CompressionSet, schema: Schema) -> CompressionSet:
    """The same set with a second term, towards the labels, that counts for real rows alone."""
    assert given.labels is not None
    truth = one_hot(given.labels, schema)
    known = ~np.isnan(truth).any(axis=1)
    first = given.targets[0]
    second = Targets(np.nan_to_num(truth), first.loss, weight=0.5 * known)
    return replace(given, targets=(first, second))
