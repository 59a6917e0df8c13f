"""The nouns: rows, schema, predictor, sampler, targets, compression set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tscbench.contracts.description import Description, Level
from tscbench.contracts.errors import ContractError

Array: TypeAlias = NDArray[Any]
Rng: TypeAlias = np.random.Generator


class Link(StrEnum):
    """How outputs become probabilities: softmax over classes, sigmoid per label, or not at all."""

    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"
    IDENTITY = "identity"


class Loss(StrEnum):
    """What a student minimises. The set is closed: any objective meets any student that has it."""

    SQUARED = "squared"
    CROSS_ENTROPY = "cross_entropy"


class Scale(StrEnum):
    """The scale of target values: probabilities, logits, or log-probabilities.

    Log-probabilities are logits too, as these are free up to a shift; of two classes, a model that
    regresses one column has the log-probability of the positive one.
    """

    PROBABILITY = "probability"
    LOGIT = "logit"
    LOG_PROBABILITY = "log_probability"


@dataclass(frozen=True, eq=False)
class Schema:
    """What one row looks like.

    inputs: shape of one x, `(d,)` for tables, `(c, h, w)` for images.
    outputs: shape of one output, `(k,)` for k classes or labels.
    modality: "tabular" or "images". privileged: shape of one privileged input, empty for none.
    numeric: `(d,)` bool, True for numeric columns; cardinality: `(d,)` int, levels of a
    categorical column, 0 for a numeric one. Both are empty for images.
    classes: names of the outputs; of two classes the second is the positive one.
    missing: whether any x is NaN.
    levels: of each column the values that its codes stand for, in their order, empty for a numeric
    one; dtypes: of each column the pandas type that it had; target: the name of the column of
    classes, empty for several labels. All three are empty where the data was no data frame.
    """

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    link: Link = Link.SOFTMAX
    numeric: Array = field(default_factory=lambda: np.zeros(0, bool))
    cardinality: Array = field(default_factory=lambda: np.zeros(0, int))
    columns: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    missing: bool = False
    levels: tuple[tuple[Level, ...], ...] = ()
    dtypes: tuple[str, ...] = ()
    target: str = ""
    modality: Literal["tabular", "images"] = "tabular"
    privileged: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        images = self.modality == "images"
        if len(self.inputs) != (3 if images else 1):
            raise ContractError(
                f"Schema: inputs {self.inputs} are not those of modality {self.modality!r}; write "
                "(columns,) for 'tabular', (channels, height, width) for modality='images'"
            )

    @cached_property
    def facts(self) -> frozenset[str]:
        """What plugins may need of the data, from the closed list in `kinds`."""
        images = self.modality == "images"
        several = int(np.prod(self.outputs)) > 2
        single = self.link is Link.SOFTMAX
        facts = {
            "images": images,
            "tabular": not images,
            "numeric": bool(np.all(self.numeric)),
            "complete": not self.missing,
            "single_label": single,
            "multi_label": self.link is Link.SIGMOID,
            "two_classes": single and not several,
            "multi_class": single and several,
            "privileged": bool(self.privileged),
        }
        return frozenset(name for name, holds in facts.items() if holds)


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one table or image set, aligned along their first axis.

    x: `(n, d)` float64 (categories as codes 0…c-1, missing as NaN) or `(n, c, h, w)` uint8.
    y: `(n,)` int class, -1 where unknown; `(n, k)` for several labels, NaN where unknown; or None.
    id: `(n,)` int; a synthetic row has -1 unless it is an exact copy of a training row.
    privileged: a second input for teachers only; truth: known true outputs, for metrics only.
    """

    x: Array
    y: Array | None
    id: Array
    privileged: Array | None = None
    truth: Array | None = None

    def __len__(self) -> int:
        return len(self.x)

    def take(self, index: Array) -> Rows:
        """The rows at `index` (positions or a mask), in that order."""
        y, privileged, truth = (
            None if a is None else a[index] for a in (self.y, self.privileged, self.truth)
        )
        return Rows(self.x[index], y, self.id[index], privileged, truth)

    def unlabelled(self) -> Rows:
        """The same rows without labels and truth: all that `predict` may see."""
        return replace(self, y=None, truth=None)


@dataclass(frozen=True, eq=False)
class Data:
    """A dataset as its plugin returns it; test: `(n,)` bool, the official test rows, or None;
    table: how its table was read, where it was one.

    mean_filled: `(d,)` bool, numeric columns whose missing cells are the mean of a split's training
    rows once that is drawn, or None; for `schema.missing` they count as there.
    """

    schema: Schema
    rows: Rows
    test: Array | None = None
    table: Description | None = None
    mean_filled: Array | None = None


@dataclass(frozen=True, eq=False)
class Predictor:
    """A fitted model. `predict(rows)` gives logits, float64 `(m, *k)`, also for two classes.

    predict_oob: for a teacher that offers `oob`: answers training rows, by their ids, from the
    members that did not see them; all-NaN where there is none.
    predict_dropout: for a teacher that offers `dropout`: `predict_dropout(rows, rng)` answers with
    the dropout of its training left on.
    nested: for a student that declares `nested=`: `nested(k)` is exactly the student that the
    smaller parameter would have given.
    size: counts such as nodes or parameters. history: figures per epoch of a fitted network.
    device: what it was fitted on, where that is not the CPU and another fit has other bits.
    beside: other models of the same fit by name, such as a teacher that was trained along, which
    are scored beside it.
    model: what a library fitted, such as a scikit-learn estimator or a torch module, where there is
    such a thing: `tscbench export` writes it.
    """

    predict: Callable[[Rows], Array]
    predict_oob: Callable[[Array], Array] | None = None
    nested: Callable[[int], Predictor] | None = None
    size: Mapping[str, int] = field(default_factory=dict)
    history: Mapping[str, list[float]] = field(default_factory=dict)
    device: str = ""
    model: Any = None
    predict_dropout: Callable[[Rows, Rng], Array] | None = None
    beside: Mapping[str, Predictor] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Sampler:
    """A fitted generator. `sample(n, rng)` gives x `(n, …)`, or `(x, y)` when class-conditional.

    block: of a generator whose rows are so many and no more: `block(i, n, rng)` gives the i-th n
    rows of an endless series, which equal rngs give alike; no rows come twice before all came once.
    model: what another generator can go on from, such as the networks of a GAN, where there is such
    a thing. size: counts such as parameters. history: figures per epoch of its fit.
    """

    sample: Callable[[int, Rng], Array | tuple[Array, Array]]
    model: Any = None
    block: Callable[[int, int, Rng], Array | tuple[Array, Array]] | None = None
    size: Mapping[str, int] = field(default_factory=dict)
    history: Mapping[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Targets:
    """What a student is to match: one term of its loss.

    values: `(m, *k)` on `scale`; NaN rows carry no target. weight: one number or `(m,)`.
    temperature: divides the student's logits before a cross-entropy.
    noise: whenever a row is met in a batch, its values are multiplied by 1 + N(0, noise²), each by
    its own, with probability noise_share: of the row, or of each value with noise_per_value.
    drop: the 1 in that is 0 with this probability, else 1 / (1 - drop), for each value.
    free_shift: squared errors of softmax logits are of centred ones; else of them as they are.
    """

    values: Array
    loss: Loss
    scale: Scale = Scale.PROBABILITY
    weight: float | Array = 1.0
    temperature: float = 1.0
    noise: float = 0.0
    noise_share: float = 1.0
    free_shift: bool = True
    noise_per_value: bool = False
    drop: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether they are others whenever a row is met."""
        return self.noise > 0 or self.drop > 0

    def take(self, index: Array) -> Targets:
        """The targets of the rows at `index`."""
        weight = self.weight if np.ndim(self.weight) == 0 else np.asarray(self.weight)[index]
        return replace(self, values=self.values[index], weight=weight)

    def disturbed(self, rng: Rng) -> Targets:
        """The same targets with their noise drawn."""
        if not self.changes:
            return self
        of_rows = (len(self.values), *[1] * (self.values.ndim - 1))
        shape = self.values.shape if self.noise_per_value else of_rows
        hit = rng.random(shape) < self.noise_share
        factor = 1 + self.noise * hit * rng.standard_normal(self.values.shape)
        if self.drop:
            factor += (rng.random(self.values.shape) >= self.drop) / (1 - self.drop) - 1
        return replace(self, values=self.values * factor, noise=0.0, drop=0.0)
