"""Tiny tables and images on which plugins are tried: each holds one thing that authors forget."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from tscbench.contracts.types import Array, Link, Rows, Schema


@dataclass(frozen=True, eq=False)
class Tiny:
    """A tiny dataset, parted: training rows, validation rows, and what a row looks like."""

    name: str
    train: Rows
    valid: Rows
    schema: Schema


@dataclass(frozen=True)
class Kind:
    """How a tiny dataset is made, and what a plugin may say of it.

    refused_by: the need that keeps a plugin from such data, "" where none does.
    builds_on: simpler data that a plugin must manage first.
    only_for: what a plugin must need, or be, to be tried on it.
    """

    make: Callable[[], tuple[Rows, Rows, Schema]]
    refused_by: str = ""
    builds_on: tuple[str, ...] = ()
    only_for: str = ""


def table(
    n: int = 60,
    levels: tuple[int, ...] = (0, 0, 0, 0),
    k: int = 2,
    link: Link = Link.SOFTMAX,
    missing: float = 0.0,
    privileged: int = 0,
) -> tuple[Rows, Rows, Schema]:
    """n training rows, n validation rows and the schema of a table.

    levels: of each column, 0 for a numeric one. k: classes, or labels under a sigmoid link.
    missing: share of the cells that are NaN. privileged: numbers of a second input, the first of
    which tells the class, as the first column does.
    """
    rng = np.random.default_rng(0)
    cardinality = np.array(levels)
    x = rng.normal(size=(2 * n, len(levels))) * np.resize([1.0, 100.0, 0.01, 1.0], len(levels))
    y = np.arange(2 * n) % k
    x[:, 0] += y
    for j in np.flatnonzero(cardinality):
        x[:, j] = rng.permutation(np.arange(2 * n) % cardinality[j])
    x[rng.random(x.shape) < missing] = np.nan
    if link is Link.SIGMOID:
        y = (rng.random((2 * n, k)) < 0.4).astype(float)
    schema = Schema(
        (len(levels),),
        (k,),
        link,
        numeric=cardinality == 0,
        cardinality=cardinality,
        columns=tuple(f"c{j}" for j in range(len(levels))),
        classes=tuple(f"k{c}" for c in range(k)),
        missing=missing > 0,
        privileged=(privileged,) if privileged else (),
    )
    seen = y[:, None] + rng.normal(size=(2 * n, privileged)) if privileged else None
    return *_halves(x, y, seen), schema


def images(k: int) -> tuple[Rows, Rows, Schema]:
    """24 training and 24 validation images of three colours, 32 × 32; the brighter, the higher the
    class."""
    rng = np.random.default_rng(0)
    y = np.arange(48) % k
    x = rng.integers(0, 100, size=(48, 3, 32, 32)) + (50 * y)[:, None, None, None]
    schema = Schema((3, 32, 32), (k,), classes=tuple(f"k{c}" for c in range(k)), modality="images")
    return *_halves(x.astype(np.uint8), y), schema


def _halves(x: Array, y: Array, privileged: Array | None = None) -> tuple[Rows, Rows]:
    """Ids as a split leaves them: distinct, in order, with gaps."""
    rows = Rows(x, y, 3 * np.arange(len(x)) + 1, privileged)
    half = len(x) // 2
    return rows.take(np.arange(half)), rows.take(np.arange(half, len(x)))


def _one_class() -> tuple[Rows, Rows, Schema]:
    train, valid, schema = table()
    return replace(train, y=np.zeros(len(train), int)), valid, schema


def _constant_column() -> tuple[Rows, Rows, Schema]:
    train, valid, schema = table()
    for rows in (train, valid):
        rows.x[:, 1] = CONSTANT
    return train, valid, schema


CONSTANT = 4.25
"""What the second column of `constant_column` holds."""

DATA: dict[str, Kind] = {
    "two_classes": Kind(table),
    "images": Kind(lambda: images(3), only_for="images"),
    "two_class_images": Kind(lambda: images(2), only_for="images"),
    "seven_classes": Kind(lambda: table(n=84, k=7), "two_classes"),
    "several_labels": Kind(lambda: table(k=3, link=Link.SIGMOID), "single_label"),
    "one_class": Kind(_one_class),
    "constant_column": Kind(_constant_column),
    "categorical": Kind(lambda: table(levels=(0, 3, 0, 2)), "numeric"),
    "missing_values": Kind(lambda: table(missing=0.15), "complete"),
    "missing_levels": Kind(
        lambda: table(levels=(0, 3, 0, 0), missing=0.15),
        "complete",
        builds_on=("categorical", "missing_values"),
    ),
    "privileged_inputs": Kind(lambda: table(privileged=2), only_for="privileged"),
    "its own data": Kind(table, only_for="dataset"),  # which does not see it
}
"""Every tiny dataset by its name; the first that a plugin's needs admit is its base."""


def make(name: str) -> Tiny:
    """A tiny dataset, made anew."""
    return Tiny(name, *DATA[name].make())


def admitted(needs: Iterable[str]) -> list[str]:
    """The names of the tiny datasets that have all of these needs."""
    needs = frozenset(needs)
    return [
        name
        for name, kind in DATA.items()
        if needs <= _facts(name) and kind.only_for in {"", *needs}
    ]


@cache
def _facts(name: str) -> frozenset[str]:
    return make(name).schema.facts
