"""The student and the teacher that a network is: plugins made of its plugin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from inspect import signature
from typing import Any

from tscbench.contracts.compression_set import CompressionSet
from tscbench.contracts.kinds import Facts, Plugin
from tscbench.contracts.labelled import labelled_set
from tscbench.contracts.progress import Progress
from tscbench.contracts.types import Predictor, Rng, Rows, Schema
from tscbench.registry.binding import Bound

LEARNS = frozenset(["squared", "cross_entropy", "streaming", "signed_targets", "temperature"])
"""What the kit lets any network learn from."""

FITTED = frozenset(["features"])
"""What any fitted network offers."""


def serving(network: Plugin, kind: str) -> Plugin:
    """The student or the teacher that a network is."""
    fit = FITS[kind]
    return replace(
        network,
        kind=kind,
        takes=tuple(signature(fit).parameters)[1:],
        offers=_with(network.offers, FITTED | LEARNS if kind == "student" else FITTED),
        network=network,
        fit=fit,
    )


def _with(facts: Facts, more: frozenset[str]) -> Facts:
    """The facts and more, of parameters where they are."""
    if not callable(facts):
        return more.union(facts)
    of_params = facts

    def both(params: Mapping[str, Any]) -> frozenset[str]:
        return more.union(of_params(params))

    return both


def fit_student(
    network: Bound,
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
) -> Predictor:
    """The network, trained on a compression set."""
    from tscbench.nn import fit_network

    return fit_network(network, compression_set, valid, schema, rng, progress)


def fit_teacher(
    network: Bound, train: Rows, valid: Rows, schema: Schema, rng: Rng, progress: Progress
) -> Predictor:
    """The network, trained on the labels of the training rows."""
    return fit_student(network, labelled_set(train, schema), valid, schema, rng, progress)


FITS: dict[str, Callable[..., Predictor]] = {"student": fit_student, "teacher": fit_teacher}
"""What trains a network as each kind."""
