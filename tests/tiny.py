"""Tiny plugins for tests of the line and the harness: quick, countable, and able to fail.

Each fit adds a line to the file that TINY_LOG names. A plugin whose name stands in the file that
TINY_TROUBLE names raises, or ends its process, until that file is changed.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from tscbench import (
    Array,
    CompressionSet,
    Data,
    Link,
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


def note(what: str) -> None:
    """Counts a fit."""
    if log := os.environ.get("TINY_LOG"):
        with Path(log).open("a") as file:
            file.write(what + "\n")


def trouble(name: str) -> None:
    """Raises, or ends the process, where that was asked for."""
    file = Path(os.environ.get("TINY_TROUBLE", "/nonexistent"))
    asked = file.read_text().split() if file.exists() else []
    if f"{name}:dies" in asked:
        os._exit(7)
    if name in asked:
        raise RuntimeError(f"{name} was told to fail\nand says so at length")


def table(x: Array, y: Array, k: int, link: Link = Link.SOFTMAX) -> Data:
    """Numeric columns with ids in order."""
    schema = Schema(
        inputs=x.shape[1:],
        outputs=(k,),
        link=link,
        numeric=np.ones(x.shape[1], bool),
        cardinality=np.zeros(x.shape[1], int),
        classes=tuple(f"c{i}" for i in range(k)),
    )
    return Data(schema, Rows(x, y, np.arange(len(x))))


@dataset(version="1")
def toy(rng: Rng, *, n: int = 60, k: int = 2, copies: int = 0) -> Data:
    """Gaussian rows; the class follows the first column with much noise; some rows twice."""
    x = rng.standard_normal((n, 3))
    rank = np.argsort(np.argsort(x[:, 0] + rng.standard_normal(n)))
    y = rank * k // n
    if copies:
        x[-copies:] = x[:copies]
    return table(x, y, k)


@dataset(version="1")
def marked(rng: Rng, *, n: int = 60) -> Data:
    """Toy rows of which every fourth is an official test row."""
    data = toy(rng=rng, n=n)
    return Data(data.schema, data.rows, np.arange(n) % 4 == 0)


@dataset(version="1")
def three_labels(rng: Rng, *, n: int = 80) -> Data:
    """Three labels a row."""
    x = rng.standard_normal((n, 4))
    y = (x[:, :3] + 0.5 * rng.standard_normal((n, 3)) > 0).astype(float)
    return table(x, y, 3, Link.SIGMOID)


@teacher(version="1")
def nearest(train: Rows, schema: Schema) -> Predictor:
    """The label of the nearest training row: it remembers every row it saw."""
    trouble("nearest")
    note("nearest")
    p = one_hot(train.y, schema)

    def predict(rows: Rows) -> Array:
        far = ((rows.x[:, None] - train.x[None]) ** 2).sum(axis=2)
        return to_logits(p[far.argmin(axis=1)], schema)

    return Predictor(predict)


@teacher(version="1", offers={"oob"})
def forgetful(train: Rows, schema: Schema) -> Predictor:
    """Has an out-of-bag answer for rows of even id alone."""
    note("forgetful")
    mean = to_logits(one_hot(train.y, schema).mean(axis=0)[None], schema)[0]

    def predict_oob(ids: Array) -> Array:
        return np.where((ids % 2 == 0)[:, None], mean, np.nan)

    return Predictor(lambda rows: np.tile(mean, (len(rows), 1)), predict_oob=predict_oob)


@query(version="1", needs={"oob"})
def honest(teacher: Predictor, rows: Rows, schema: Schema) -> Array:
    """Out-of-bag answers for training rows."""
    outputs = np.array(teacher.predict(rows))
    real = rows.id >= 0
    outputs[real] = teacher.predict_oob(rows.id[real])
    return outputs


@generator(version="1", offers={"class_labels"})
def copies(train: Rows) -> Sampler:
    """Training rows as they are, with their labels."""
    note("copies")

    def sample(n: int, rng: Rng) -> tuple[Array, Array]:
        at = rng.integers(len(train), size=n)
        return train.x[at], train.y[at]

    return Sampler(sample)


@generator(version="1")
def far(train: Rows, *, shift: float = 100.0) -> Sampler:
    """Rows that can be told from training rows by their place."""
    trouble("far")
    note("far")
    return Sampler(lambda n, rng: rng.standard_normal((n, train.x.shape[1])) + shift)


@generator(version="1")
def broken(train: Rows) -> Sampler:
    """Gives rows of the wrong width."""
    return Sampler(lambda n, rng: np.zeros((n, 1)))


@objective(version="1", needs={"squared"})
def shares(outputs: Array, schema: Schema) -> Targets:
    """The teacher's probabilities."""
    trouble("shares")
    return Targets(to_probabilities(outputs, schema), Loss.SQUARED)


def _linear(compression_set: CompressionSet, schema: Schema, size: dict[str, int]) -> Predictor:
    x, term = compression_set.rows.x, compression_set.targets[0]
    design = np.column_stack([np.ones(len(x)), x])
    weight = np.linalg.lstsq(design, term.values, rcond=None)[0]

    def predict(rows: Rows) -> Array:
        values = np.column_stack([np.ones(len(rows)), rows.x]) @ weight
        return to_outputs(values, term.scale, schema)

    return Predictor(predict, size=size)


@student(version="1")
def linear(compression_set: CompressionSet, schema: Schema, *, pause: float = 0.0) -> Predictor:
    """Least squares."""
    trouble("linear")
    note("linear")
    time.sleep(pause)
    return _linear(compression_set, schema, {"rows": len(compression_set.rows)})


@student(version="1", nested="n")
def steps(compression_set: CompressionSet, schema: Schema, rng: Rng, *, n: int = 4) -> Predictor:
    """A mean of n random stumps, of which the first k are the student of size k."""
    note("steps")
    x, values = compression_set.rows.x, compression_set.targets[0].values
    stumps = []
    for child in rng.spawn(n):
        column, cut = child.integers(x.shape[1]), child.standard_normal()
        left = x[:, column] <= cut
        ends = [values[m].mean(axis=0) if m.any() else values.mean(axis=0) for m in (left, ~left)]
        stumps.append((column, cut, *ends))

    def first(k: int) -> Predictor:
        def predict(rows: Rows) -> Array:
            at = [np.where((rows.x[:, c] <= t)[:, None], a, b) for c, t, a, b in stumps[:k]]
            return to_logits(np.mean(at, axis=0), schema)

        return Predictor(predict, nested=first, size={"stumps": k})

    return first(n)


@student(version="1", offers={"squared", "cross_entropy", "streaming"})
def witness(
    compression_set: CompressionSet, schema: Schema, rng: Rng, *, epochs: int = 3, batch: int = 8
) -> Predictor:
    """Says what its batches held: steps, rows, rows beyond 50, rows without a target."""
    seen = {"steps": 0, "rows": 0, "synthetic": 0, "mixed": 0}
    for _ in range(epochs):
        for one in compression_set.batches(batch, rng):
            beyond = one.x[:, 0] > 50
            seen["steps"] += 1
            seen["rows"] += len(one.x)
            seen["synthetic"] += int(beyond.sum())
            seen["mixed"] += int(0 < beyond.sum() < len(one.x))
            assert all(np.isfinite(term.values).all() for term in one.targets)
    zero = np.zeros(schema.outputs)
    return Predictor(lambda rows: np.tile(zero, (len(rows), 1)), size=seen)


@metric(version="1")
def hits(labels: Array, outputs: Array) -> float:
    """Share of rows, or labels, that are right."""
    trouble("hits")
    decided = outputs > 0 if labels.ndim == 2 else outputs.argmax(axis=1)
    return float((decided == labels).mean())


@probe(version="1")
def place(rows: Rows, train: Rows) -> dict[str, float]:
    """Where rows lie: the mean of their first column, and the share that were copied."""
    trouble("place")
    note("place")
    return {"mean": float(rows.x[:, 0].mean()), "copied": float((rows.id >= 0).mean())}


@probe(version="1", needs={"two_classes"})
def sure(rows: Rows, outputs: Array) -> dict[str, float]:
    """How far the teacher's two outputs lie apart; what is not defined beside it."""
    trouble("sure")
    note("sure")
    return {"gap": float(np.abs(outputs[:, 1] - outputs[:, 0]).mean()), "nothing": float("nan")}
