"""Fitting classifiers where the rows lack a class, or a label says the same of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tscbench.contracts.scales import to_logits
from tscbench.contracts.types import Array, Link, Schema
from tscbench.tabular.bound import Ready
from tscbench.tabular.classifiers import classifier_outputs

Fit = Callable[[Array], Any]


@dataclass(frozen=True)
class SeenClasses:
    """A classifier fitted on the classes that its rows have.

    codes: what the model's classes are in the dataset; None where the model says that itself.
    """

    ready: Ready
    codes: Array | None = None

    @property
    def model(self) -> Any:
        return self.ready.model

    def __call__(self, x: Array, schema: Schema) -> Array:
        """Logits `(m, k)`; a class that the rows lacked has that of probability 0."""
        return classifier_outputs(self.ready(), x, schema, self.codes)


def fit_classes(fit: Fit, y: Array) -> SeenClasses:
    """A classifier of codes y `(n,)`. fit: gives the classifier, fitted on labels 0, 1, … without
    a gap, as some refuse others; with one class alone it is not asked, as most refuse that."""
    seen, place = np.unique(y, return_inverse=True)
    if len(seen) == 1:
        return SeenClasses(Ready(_constant(y)))
    if np.array_equal(seen, np.arange(len(seen))):
        return SeenClasses(Ready(fit(y)))
    return SeenClasses(Ready(fit(place)), seen.astype(int))


@dataclass(frozen=True)
class SeenLabels:
    """A classifier fitted on the labels that vary among its rows.

    varies: which ones, `(k,)`; rows: of the others, the value of all rows, `(k,)`.
    """

    ready: Ready | None
    varies: Array
    constant: Array

    @property
    def model(self) -> Any:
        return self.ready and self.ready.model

    def __call__(self, x: Array, schema: Schema) -> Array:
        """Logits `(m, k)`; a label that did not vary has that of its probability, 0 or 1."""
        p = np.tile(self.constant, (len(x), 1))
        z = to_logits(p, schema)
        if self.ready is not None:
            n = int(self.varies.sum())
            some = Schema(schema.inputs, (n,), link=Link.SIGMOID, modality=schema.modality)
            z[:, self.varies] = classifier_outputs(self.ready(), x, some)
        return z


def fit_labels(fit: Fit, y: Array) -> SeenLabels:
    """A classifier of labels y `(n, k)`, 0 or 1. fit: gives the classifier, fitted on the labels
    that vary; where none does it is not asked."""
    varies = (y != y[0]).any(axis=0)
    ready = Ready(fit(y[:, varies])) if varies.any() else None
    return SeenLabels(ready, varies, np.asarray(y[0], np.float64))


def _constant(y: Array) -> Any:
    from sklearn.dummy import DummyClassifier

    return DummyClassifier().fit(np.zeros((len(y), 1)), y)
