"""One sound plugin of each kind, in one file; the tests of the checks break them line by line."""

from math import prod
from typing import Any

import numpy as np

from tscbench import (
    Array,
    CompressionSet,
    Data,
    Figure,
    Loss,
    Predictor,
    Rng,
    Rows,
    Sampler,
    Schema,
    Targets,
    dataset,
    generator,
    metric,
    network,
    objective,
    one_hot,
    probe,
    query,
    student,
    teacher,
    to_logits,
    to_outputs,
    to_probabilities,
)


@dataset(source="a test")
def moons(rng: Rng, *, n: int = 50) -> Data:
    """n rows of two columns, one of them categorical."""
    x = np.stack([rng.standard_normal(n), rng.integers(3, size=n)], axis=1)
    y = (x[:, 0] > 0).astype(int)
    schema = Schema(
        (2,),
        (2,),
        numeric=np.array([True, False]),
        cardinality=np.array([0, 3]),
        classes=("a", "b"),
    )
    rows = Rows(x, y, np.arange(n))
    return Data(schema, rows)


@teacher(source="a test", needs={"tabular"}, offers={"oob"})
def centres(train: Rows, schema: Schema, rng: Rng, *, sharpness: float = 1.0) -> Predictor:
    """Nearness to random training rows of each class or label, by sharpness."""
    x = np.nan_to_num(train.x)
    spread = x.std(axis=0) + 1e-9
    p = one_hot(train.y, schema)
    picked = rng.choice(len(x), size=10, replace=False)

    def answer(x: Array) -> Array:
        scaled = (np.nan_to_num(x)[:, None] - np.nan_to_num(train.x)[picked]) / spread
        near = np.exp(-sharpness * np.abs(scaled).mean(axis=2))
        share = near @ p[picked] / near.sum(axis=1, keepdims=True)
        return to_logits(share, schema)

    def predict(rows: Rows) -> Array:
        return answer(rows.x)

    def predict_oob(ids: Array) -> Array:
        at = np.searchsorted(train.id, ids)
        z = answer(train.x[at])
        z[np.isin(at, picked)] = np.nan
        return z

    return Predictor(predict, predict_oob=predict_oob)


@query(source="a test", needs={"oob"})
def careful(teacher: Predictor, rows: Rows) -> Array:
    """Out-of-bag answers for training rows."""
    z = np.array(teacher.predict(rows))
    own = rows.id >= 0
    z[own] = teacher.predict_oob(rows.id[own])
    return z


@generator(source="a test", needs={"tabular", "single_label"}, offers={"class_labels"})
def shaken(train: Rows, schema: Schema, rng: Rng, *, scale: float = 0.1) -> Sampler:
    """Rows of train moved by scale times a standard deviation, with their classes."""
    x = train.x.copy()
    y = train.y.copy()
    spread = scale * np.nanstd(x, axis=0) * schema.numeric

    def sample(n: int, rng: Rng) -> tuple[Array, Array]:
        at = rng.integers(len(x), size=n)
        moved = x[at] + spread * rng.standard_normal((n, x.shape[1]))
        return moved, y[at]

    return Sampler(sample)


@objective(source="a test", needs={"cross_entropy"})
def weighted(outputs: Array, labels: Array, schema: Schema, *, share: float = 0.5) -> Targets:
    """The teacher's probabilities, with share of the weight where the label is not known."""
    p = to_probabilities(outputs, schema)
    known = ~np.isnan(one_hot(labels, schema)).any(axis=1)
    weight = np.where(known, 1.0, share)
    return Targets(p, Loss.CROSS_ENTROPY, weight=weight)


@student(source="a test", needs={"tabular"}, offers={"squared", "signed_targets"}, nested="n")
def steps(compression_set: CompressionSet, schema: Schema, rng: Rng, *, n: int = 9) -> Predictor:
    """A mean of n random stumps, each from an rng of its own."""
    x = np.nan_to_num(compression_set.rows.x)
    terms = compression_set.targets
    scale = terms[0].scale
    weight = np.stack([np.broadcast_to(t.weight, len(x)) for t in terms])
    values = sum(w[:, None] * t.values for w, t in zip(weight, terms)) / weight.sum(axis=0)[:, None]
    stumps = []
    for child in rng.spawn(n):
        column = child.integers(x.shape[1])
        cut = child.choice(x[:, column])
        left = x[:, column] <= cut
        ends = [values[side].mean(axis=0) if side.any() else values[0] for side in (left, ~left)]
        stumps.append((column, cut, *ends))

    def first(k: int) -> Predictor:
        def predict(rows: Rows) -> Array:
            x = np.nan_to_num(rows.x)
            at = [np.where((x[:, c] <= t)[:, None], a, b) for c, t, a, b in stumps[:k]]
            return to_outputs(np.mean(at, axis=0), scale, schema)

        return Predictor(predict, nested=first)

    return first(n)


@network(source="a test", requires=("torch",))
def hidden(inputs: tuple[int, ...], outputs: tuple[int, ...], *, units: int = 4) -> Any:
    """A layer of hidden units, and a linear output."""
    import torch

    layers = [torch.nn.Flatten(), torch.nn.Linear(prod(inputs), units), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(units, outputs[0]))


@metric(source="a test", needs={"single_label"}, direction="lower")
def surprise(labels: Array, outputs: Array, schema: Schema) -> float:
    """Mean of 1 - p of the right class."""
    p = to_probabilities(outputs, schema)
    each = 1 - p[np.arange(len(labels)), labels]
    return float(each.mean()) if len(each) else float("nan")


@probe(
    source="a test",
    needs={"tabular"},
    figures={"largest": Figure("lower"), "mean": Figure("lower", help="over the columns")},
)
def distance(rows: Rows, train: Rows) -> dict[str, float]:
    """How far the means of rows are from those of train."""
    far = np.nanmean(rows.x, axis=0) - np.nanmean(train.x, axis=0)
    return {"largest": float(np.abs(far).max()), "mean": float(np.abs(far).mean())}
