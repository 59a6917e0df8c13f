"""One contract for every room: same rng same bytes, inputs and global state untouched, sane values.

Everything runs on tables of a few dozen rows. A room is tried on each of them unless its `needs`
refuses it.
"""

import hashlib
import json
import pickle
import random
import subprocess
import sys
from dataclasses import fields, replace

import cloudpickle
import joblib
import numpy as np
import pytest
import torch
from sklearn.ensemble import ExtraTreesClassifier
from threadpoolctl import threadpool_limits

from tscbench import (
    Batch,
    CompressionSet,
    Data,
    Link,
    Loss,
    Predictor,
    Rows,
    Sampler,
    Schema,
    Targets,
    to_logits,
    to_probabilities,
)
from tscbench.contracts.spec import parse
from tscbench.registry import discover

REGISTRY = discover()
FITTED = ("teacher", "generator", "student")

REQUIRED = {
    "openml": "(id=1)",
    "file": "(path=rows.csv)",
    "samples": "(path=rows.npz)",
    "pretrained": "(path=model.joblib)",
    "sklearn": "(estimator=sklearn.ensemble.ExtraTreesClassifier, n_estimators=5)",
}
"""Parameters without which a room does not bind."""

QUICK = {
    "teacher/boosting": {"n_iterations": 6},
    "teacher/forest": {"n_trees": 12},
    "generator/acgan": {"epochs": 2, "hidden": (8,), "discriminator_hidden": (8,)},
    "generator/arf": {"n_trees": 4},
    "student/boosting": {"n_iterations": 4},
    "student/mlp": {"epochs": 3, "hidden": (8,)},
}
"""Small parameters where the defaults are slow."""

SAME_FOR_EVERY_RNG = {"teacher/boosting", "teacher/pretrained", "student/boosting"}
"""Rooms whose fit is deterministic on a small table, so that the rng does not show in it."""


FILES = {"samples": "rows.npz", "pretrained": "model.joblib"}
"""Rooms that read a file, which fits each table."""


def rows_of(x, y):
    """Rows with ids as a split leaves them: distinct, in order, with gaps."""
    return Rows(x, y, 3 * np.arange(len(x)) + 1)


def table(n=60, levels=(0, 0, 0, 0), k=2, link=Link.SOFTMAX, missing=0.0, seed=0):
    """Train rows, valid rows and the schema of a table whose first column tells the class."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2 * n, len(levels))) * [1.0, 100.0, 0.01, 1.0][: len(levels)]
    y = np.arange(2 * n) % k
    x[:, 0] += y
    for j, cardinality in enumerate(levels):
        if cardinality:
            x[:, j] = rng.permutation(np.arange(2 * n) % cardinality)
    x[rng.random(x.shape) < missing] = np.nan
    if link is Link.SIGMOID:
        y = (rng.random((2 * n, k)) < 0.4).astype(float)
    levels = np.array(levels)
    schema = Schema(
        (len(levels),),
        (k,),
        link,
        numeric=levels == 0,
        cardinality=levels,
        columns=tuple(f"c{j}" for j in range(len(levels))),
        classes=tuple(f"k{c}" for c in range(k)),
        missing=missing > 0,
    )
    everything = rows_of(x, y)
    return everything.take(np.arange(n)), everything.take(np.arange(n, 2 * n)), schema


def one_class():
    train, valid, schema = table()
    return replace(train, y=np.zeros_like(train.y)), valid, schema


def constant_column():
    train, valid, schema = table()
    for rows in (train, valid):
        rows.x[:, 1] = 4.25
    return train, valid, schema


DATA = {
    "two_classes": table,
    "seven_classes": lambda: table(n=84, k=7),
    "one_class": one_class,
    "constant_column": constant_column,
    "categorical": lambda: table(levels=(0, 3, 0, 2)),
    "missing": lambda: table(levels=(0, 3, 0, 0), missing=0.15),
    "several_labels": lambda: table(k=3, link=Link.SIGMOID),
}


def bind(kind, name, folder=None):
    """A room with small parameters; `samples` and `pretrained` get files of their own."""
    if folder is not None and name in FILES:
        return REGISTRY.bind(kind, name + f"(path='{folder / FILES[name]}')")
    bound = REGISTRY.bind(kind, name + REQUIRED.get(name, ""))
    return bound.with_params(**QUICK.get(f"{kind}/{name}", {}))


def pairs(*kinds):
    """(kind, name, data) of every room and every table that it does not refuse."""
    facts = {data: make()[2].facts for data, make in DATA.items()}
    return [
        pytest.param(kind, name, data, id=f"{kind}/{name}-{data}")
        for kind in kinds
        for name in REGISTRY.names(kind)
        for data in DATA
        if bind(kind, name).needs - ROOM_NEEDS <= facts[data]
    ]


ROOM_NEEDS = {
    "oob",
    "squared",
    "cross_entropy",
    "class_labels",
    "live",
    "signed_targets",
    "temperature",
}


def random_outputs(m, schema, seed=5):
    """Logits of an imagined teacher; some as sure as a forest can be."""
    z = 3 * np.random.default_rng(seed).normal(size=(m, *schema.outputs))
    z[::7] *= 20
    return to_logits(to_probabilities(z, schema), schema)


def compression_set(train, schema, loss=Loss.SQUARED, live=False):
    """Train rows and as many synthetic ones between them, with an imagined teacher's answers."""
    x = np.concatenate([train.x, train.x[::-1]])
    rows = Rows(
        x,
        np.concatenate([train.y, np.full_like(train.y, -1 if train.y.ndim == 1 else np.nan)]),
        np.concatenate([train.id, np.full(len(train), -1)]),
    )
    outputs = random_outputs(len(rows), schema)
    targets = (Targets(to_probabilities(outputs, schema), loss),)
    if not live:
        return CompressionSet(rows, outputs, rows.y, targets, len(train))

    def fresh(rng):
        chosen = rng.integers(len(rows), size=16)
        return Batch(rows.x[chosen], tuple(t.take(chosen) for t in targets))

    return CompressionSet(rows, outputs, rows.y, targets, len(train), p_fake=0.5, fresh=fresh)


def offer(kind, data, seed=0, **more):
    """All that the harness offers a room of this kind, with an rng of its own."""
    train, valid, schema = data
    rng = np.random.default_rng(seed)
    offered = {"train": train, "valid": valid, "schema": schema, "rng": rng, "progress": list}
    if kind == "student":
        offered |= {"compression_set": compression_set(train, schema), "teacher": None}
    return offered | more


def content(value):
    """A digest of everything in arrays, rows, targets and tuples of them; rngs do not count."""
    if isinstance(value, np.ndarray):
        return hashlib.blake2b(f"{value.dtype}{value.shape}".encode() + value.tobytes()).hexdigest()
    if isinstance(value, tuple | list):
        return [content(v) for v in value]
    if isinstance(value, Rows | CompressionSet | Targets | Schema):
        return [content(getattr(value, f.name)) for f in fields(value)]
    return repr(value) if isinstance(value, int | float | str | None) else type(value).__name__


def global_state():
    state = np.random.get_state()
    return content(
        [state[1], state[2], torch.random.get_rng_state().numpy(), repr(random.getstate())]
    )


def answer(kind, fitted, data, seed=9):
    """What a fitted room gives: a sampler's rows, a predictor's outputs on the valid rows."""
    if kind == "generator":
        return None if fitted is None else fitted.sample(41, np.random.default_rng(seed))
    return fitted.predict(data[1].unlabelled())


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """As the harness runs a step: so that sums are in one order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with threadpool_limits(1):
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Holds the files for `samples` and `pretrained`, fit for the table that they are tried on."""
    return tmp_path_factory.mktemp("rooms")


def made(kind, name, data, folder, **more):
    if name == "samples":
        np.savez(folder / "rows.npz", x=data[0].x)
    if name == "pretrained":
        joblib.dump(elsewhere(data), folder / "model.joblib")
    return bind(kind, name, folder)(**offer(kind, data, **more))


def elsewhere(data):
    """A model that somebody might have fitted on rows like these, of every class."""
    train, _, schema = data
    y = np.arange(len(train)) % schema.outputs[0] if train.y.ndim == 1 else train.y
    return ExtraTreesClassifier(4, max_depth=3, random_state=0).fit(train.x, y)


EVERY = [(kind, name) for kind in ("dataset", *FITTED) for name in REGISTRY.names(kind)]
EVERY += [(k, n) for k in ("query", "objective", "metric") for n in REGISTRY.names(k)]


@pytest.mark.parametrize(("kind", "name"), EVERY, ids=["/".join(room) for room in EVERY])
def test_defaults_bind_and_the_spec_reads_back(kind, name):
    bound = REGISTRY.bind(kind, name + REQUIRED.get(name, ""))
    assert set(bound.params) == set(bound.plugin.parameters)
    again = REGISTRY.bind(kind, parse(str(bound.spec)))
    assert again.params == bound.params and str(again) == str(bound)
    small = bind(kind, name)
    assert REGISTRY.bind(kind, str(small)).params == small.params


@pytest.mark.parametrize("name", ["breast_cancer", "digits"])
def test_embedded_datasets(name):
    first, again = (REGISTRY.bind("dataset", name)(fetch=None, rng=None) for _ in range(2))
    assert isinstance(first, Data) and content(first.rows) == content(again.rows)
    assert first.rows.x.dtype == np.float64 and first.rows.x.shape[1:] == first.schema.inputs


@pytest.mark.parametrize(("kind", "name", "data"), pairs(*FITTED))
def test_fit_is_reproducible_and_leaves_everything_as_it_was(kind, name, data, folder):
    before, state = content(DATA[data]()), global_state()
    given = DATA[data]()
    first = answer(kind, made(kind, name, given, folder), given)
    assert content(given) == before, "inputs were changed"
    assert global_state() == state, "a global random state was changed"
    again = answer(kind, made(kind, name, given, folder), given)
    assert content(first) == content(again), "the same rng gave other bytes"


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k in FITTED for n in REGISTRY.names(k)])
def test_another_rng_gives_something_else(kind, name, folder):
    given = DATA["two_classes"]()
    one, other = (answer(kind, made(kind, name, given, folder, seed=s), given, s) for s in (0, 1))
    same = content(one) == content(other)
    assert same == (one is None or f"{kind}/{name}" in SAME_FOR_EVERY_RNG)


@pytest.mark.parametrize(("kind", "name", "data"), pairs("generator"))
def test_samplers(kind, name, data, folder):
    given = train, _, schema = DATA[data]()
    sampler = made(kind, name, given, folder)
    if sampler is None:
        assert name == "none"
        return
    assert isinstance(sampler, Sampler)
    revived = pickle.loads(cloudpickle.dumps(sampler))
    labelled = "class_labels" in bind(kind, name, folder).offers
    for n in (0, 1, 7, 2 * len(train) + 1):
        drawn = sampler.sample(n, np.random.default_rng(n))
        assert content(drawn) == content(revived.sample(n, np.random.default_rng(n)))
        assert isinstance(drawn, tuple) == labelled
        x, y = drawn if labelled else (drawn, None)
        assert x.shape == (n, *schema.inputs) and x.dtype == np.float64
        assert not np.isinf(x).any() and (schema.missing or not np.isnan(x).any())
        for j in np.flatnonzero(schema.cardinality):
            assert set(x[~np.isnan(x[:, j]), j]) <= set(range(schema.cardinality[j]))
        if labelled:
            check_labels(y, n, schema)
    if data == "constant_column":
        x = sampler.sample(50, np.random.default_rng(0))
        np.testing.assert_allclose((x[0] if labelled else x)[:, 1], 4.25, atol=1e-6)


def check_labels(y, n, schema):
    """Classes, or of several labels 0, 1 and NaN, which says that the row's are unknown."""
    if schema.link is Link.SOFTMAX:
        assert y.shape == (n,) and set(y) <= set(range(schema.outputs[0]))
    else:
        assert y.shape == (n, *schema.outputs) and set(y[~np.isnan(y)]) <= {0.0, 1.0}


def check_outputs(z, m, schema):
    assert z.shape == (m, *schema.outputs) and z.dtype == np.float64 and np.isfinite(z).all()


@pytest.mark.parametrize(("kind", "name", "data"), pairs("teacher", "student"))
def test_predictors(kind, name, data, folder):
    given = train, valid, schema = DATA[data]()
    fitted = made(kind, name, given, folder)
    assert isinstance(fitted, Predictor)
    rows = valid.unlabelled()
    z = fitted.predict(rows)
    check_outputs(z, len(rows), schema)
    assert content(pickle.loads(cloudpickle.dumps(fitted)).predict(rows)) == content(z)
    order = np.random.default_rng(0).permutation(len(rows))
    network = "torch" in REGISTRY.load(kind, name).requires
    # Matrix products of other sizes may round differently: a network's outputs are single floats.
    close = {"rtol": 1e-5, "atol": 1e-5} if network else {"rtol": 1e-12}
    np.testing.assert_allclose(fitted.predict(rows.take(order)), z[order], **close)
    parts = [
        fitted.predict(rows.take(np.arange(i, min(i + 7, len(rows)))))
        for i in range(0, len(rows), 7)
    ]
    np.testing.assert_allclose(np.concatenate(parts), z, **close)
    check_outputs(fitted.predict(rows.take(np.arange(0))), 0, schema)
    if "oob" in bind(kind, name).offers:
        oob = fitted.predict_oob(train.id[::2])
        assert oob.shape == (len(train.id[::2]), *schema.outputs)
        assert np.isfinite(oob[~np.isnan(oob).any(axis=1)]).all()


@pytest.mark.parametrize("name", REGISTRY.names("student"))
def test_students_minimise_every_loss_they_offer(name, folder):
    train, _, schema = given = DATA["seven_classes"]()
    offers = bind("student", name).offers
    for loss in Loss:
        if loss.value in offers:
            given_set = compression_set(train, schema, loss)
            before = content(given_set)
            fitted = made("student", name, given, folder, compression_set=given_set)
            check_outputs(answer("student", fitted, given), len(given[1]), schema)
            assert content(given_set) == before
    if "live" in offers:
        live = compression_set(train, schema, live=True)
        one, two = (made("student", name, given, folder, compression_set=live) for _ in range(2))
        assert content(answer("student", one, given)) == content(answer("student", two, given))


@pytest.mark.parametrize(
    "name", [n for n in REGISTRY.names("student") if REGISTRY.load("student", n).prefix]
)
def test_a_prefix_is_the_smaller_student(name):
    given = DATA["two_classes"]()
    count = REGISTRY.load("student", name).prefix
    small, large = (bind("student", name).with_params(**{count: n}) for n in (2, 5))
    smaller, larger = (bound(**offer("student", given)) for bound in (small, large))
    np.testing.assert_array_equal(larger.prefix(2).predict(given[1]), smaller.predict(given[1]))


@pytest.mark.parametrize(("kind", "name", "data"), pairs("query"))
def test_queries(kind, name, data, folder):
    given = train, valid, schema = DATA[data]()
    teacher = made("teacher", "forest", given, folder)
    bound = bind(kind, name)
    n_folds = bound.params.get(bound.plugin.fits, 2)
    fold = np.full(train.id.max() + 1, -1)
    fold[train.id] = np.arange(len(train)) % n_folds
    synthetic = Rows(valid.x, None, np.full(len(valid), -1))
    for rows in (train.unlabelled(), synthetic, synthetic.take(np.arange(0))):
        asked = {"teacher": teacher, "fold_teachers": [teacher] * n_folds, "fold": fold}
        asked |= {"rows": rows, "train": train.unlabelled()}
        before = content([rows, fold])
        z, again = (bound(**offer(kind, given, **asked)) for _ in range(2))
        assert z.shape == (len(rows), *schema.outputs) and content(z) == content(again)
        whole = np.isnan(z).any(axis=1) == np.isnan(z).all(axis=1)
        assert whole.all() and not np.isinf(z).any() and content([rows, fold]) == before
        assert rows is not synthetic or not np.isnan(z).any()


@pytest.mark.parametrize(("kind", "name", "data"), pairs("objective"))
def test_objectives(kind, name, data):
    train, _, schema = DATA[data]()
    rows = compression_set(train, schema).rows
    given = {"outputs": random_outputs(len(rows), schema), "labels": rows.y}
    before, bound = content(list(given.values())), bind(kind, name)
    found, again = (bound(**given, schema=schema, rng=np.random.default_rng(0)) for _ in range(2))
    assert content(list(given.values())) == before and content(found) == content(again)
    unknown = np.arange(len(rows)) >= len(train)
    for term in found if isinstance(found, tuple) else (found,):
        assert isinstance(term, Targets) and term.values.shape == (len(rows), *schema.outputs)
        assert term.loss.value in bound.needs and np.min(term.weight) >= 0 and term.temperature > 0
        holes = np.isnan(term.values).any(axis=1)
        assert not np.isinf(term.values).any() and not holes[~unknown].any()
        assert "labels" in bound.plugin.takes or not holes.any()


@pytest.mark.parametrize(("kind", "name", "data"), pairs("metric"))
def test_metrics(kind, name, data):
    train, _, schema = DATA[data]()
    bound = bind(kind, name)

    def score(index):
        given = {"labels": train.y[index], "outputs": random_outputs(len(train), schema)[index]}
        given |= {"teacher_outputs": random_outputs(len(train), schema, seed=6)[index]}
        before = content(list(given.values()))
        value = bound(**given, schema=schema, truth=None)
        assert isinstance(value, float) and content(list(given.values())) == before
        return value

    everything = np.arange(len(train))
    whole = score(everything)
    assert np.isfinite(whole) or (name == "auc" and data == "one_class")
    assert score(everything[::-1]) == pytest.approx(whole, rel=1e-12, nan_ok=True)
    assert np.isnan(score(everything[:0])), "no rows, no score"


def digests(folder):
    """What every fitted room gives on one table, by name."""
    given = DATA["two_classes"]()
    return {
        f"{kind}/{name}": content(answer(kind, made(kind, name, given, folder), given))
        for kind in FITTED
        for name in REGISTRY.names(kind)
    }


def test_a_fresh_process_gives_the_same_bytes(folder):
    done = subprocess.run(
        [sys.executable, __file__, str(folder)], capture_output=True, text=True, check=True
    )
    theirs = json.loads(done.stdout)
    assert theirs == digests(folder)


if __name__ == "__main__":
    from pathlib import Path

    torch.set_num_threads(1)
    with threadpool_limits(1):
        print(json.dumps(digests(Path(sys.argv[1]))))
