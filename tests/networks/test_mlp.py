"""The perceptron as a student: what it learns, on every kind of target and data."""

import cloudpickle
import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression, LogisticRegression

from tscbench import (
    Batch,
    CompressionSet,
    DataError,
    Link,
    Loss,
    Progress,
    Rows,
    Scale,
    Schema,
    Targets,
    to_probabilities,
)
from tscbench.registry import discover


def schema(d=2, k=2, link=Link.SOFTMAX, cardinality=None):
    cardinality = np.zeros(d, int) if cardinality is None else np.array(cardinality)
    return Schema((d,), (k,), link=link, numeric=cardinality == 0, cardinality=cardinality)


def rows(x, y=None):
    return Rows(np.asarray(x, float), y, np.arange(len(x)))


def compression(x, *targets, **live):
    return CompressionSet(rows(x), None, None, tuple(targets), n_train=len(x), **live)


REGISTRY = discover()
NONE = rows(np.zeros((0, 2)))


def fit(data, facts, seed=0, valid=NONE, **parameters):
    return REGISTRY.bind("student", "mlp").with_params(**parameters)(
        compression_set=data,
        valid=valid,
        schema=facts,
        rng=np.random.default_rng(seed),
        progress=Progress(),
    )


def noisy_probabilities(n=400, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2)) * [1.0, 100.0] + [5.0, 0.0]
    p = 1 / (1 + np.exp(-(2 * (x[:, 0] - 5) + x[:, 1] / 100 + 0.5)))
    return x, np.column_stack([1 - p, p])


@pytest.mark.parametrize(
    "loss, scale",
    [
        (Loss.SQUARED, Scale.PROBABILITY),
        (Loss.SQUARED, Scale.LOGIT),
        (Loss.CROSS_ENTROPY, Scale.PROBABILITY),
    ],
)
def test_a_linear_student_recovers_a_logistic_teacher_by_every_loss(loss, scale):
    x, p = noisy_probabilities()
    values = p if scale is Scale.PROBABILITY else np.log(p) + 3.0  # any shift is the same target
    student = fit(
        compression(x, Targets(values, loss, scale)),
        schema(),
        hidden=(),
        epochs=300,
        batch=100,
        learning_rate=0.05,
    )
    z = student.predict(rows(x))
    assert z.shape == (400, 2) and z.dtype == np.float64
    assert to_probabilities(z, schema()) == pytest.approx(p, abs=0.01)


def test_linear_squared_logit_fit_is_least_squares():
    x, p = noisy_probabilities()
    target = np.log(p) + np.random.default_rng(1).normal(size=p.shape)
    student = fit(
        compression(x, Targets(target, Loss.SQUARED, Scale.LOGIT)),
        schema(),
        hidden=(),
        epochs=300,
        batch=400,
        learning_rate=0.1,
    )
    z = student.predict(rows(x))
    peer = LinearRegression().fit(x, target[:, 1] - target[:, 0]).predict(x)
    assert z[:, 1] - z[:, 0] == pytest.approx(peer, abs=0.01)


def test_linear_cross_entropy_fit_is_logistic_regression():
    x, p = noisy_probabilities()
    y = (np.random.default_rng(2).random(len(p)) < p[:, 1]).astype(int)
    student = fit(
        compression(x, Targets(np.eye(2)[y], Loss.CROSS_ENTROPY)),
        schema(),
        hidden=(),
        epochs=300,
        batch=400,
        learning_rate=0.1,
    )
    z = student.predict(rows(x))
    peer = LogisticRegression(C=1e9, max_iter=1000).fit((x - x.mean(0)) / x.std(0), y)
    expected = peer.decision_function((x - x.mean(0)) / x.std(0))
    assert z[:, 1] - z[:, 0] == pytest.approx(expected, abs=0.02)


def test_hidden_layers_learn_what_a_linear_student_cannot():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, size=(500, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    data = compression(x, Targets(np.eye(2)[y], Loss.CROSS_ENTROPY))
    accuracy = {
        hidden: (
            fit(data, schema(), hidden=hidden, epochs=200, batch=100).predict(rows(x)).argmax(1)
            == y
        )
        for hidden in [(), (32, 32)]
    }
    assert accuracy[()].mean() < 0.7 < 0.95 < accuracy[(32, 32)].mean()


def test_categories_and_missing_values_in_a_multi_label_problem():
    rng = np.random.default_rng(0)
    level, number = rng.integers(3, size=500), rng.normal(size=500)
    number[::4] = np.nan
    x = np.column_stack([level, number])
    y = np.column_stack([level == 1, np.isnan(number), number > 0]).astype(float)
    facts = schema(2, 3, Link.SIGMOID, cardinality=[3, 0])
    data = compression(x, Targets(y, Loss.CROSS_ENTROPY))
    student = fit(data, facts, epochs=80, batch=100, learning_rate=0.01)
    assert ((student.predict(rows(x)) > 0) == y).mean() > 0.97


def test_live_sets_learn_from_fresh_rows():
    facts = schema(1, 2)

    def fresh(rng):
        x = rng.normal(size=(200, 1))
        return Batch(x, (Targets(np.eye(2)[(x[:, 0] > 0).astype(int)], Loss.CROSS_ENTROPY),))

    wrong = Targets(np.full((50, 2), np.nan), Loss.CROSS_ENTROPY)  # the real rows carry no target
    x = np.linspace(-2, 2, 50)[:, None]
    data = CompressionSet(rows(x), None, None, (wrong,), 50, p_fake=0.8, fresh=fresh)
    student = fit(data, facts, valid=rows(np.zeros((0, 1))), epochs=150, batch=25)
    assert (student.predict(rows(x)).argmax(1) == (x[:, 0] > 0)).mean() > 0.95


def test_same_rng_gives_the_same_bytes_and_leaves_torch_alone():
    x, p = noisy_probabilities(50)
    data, before = compression(x, Targets(p, Loss.SQUARED)), torch.get_rng_state()
    options = {"epochs": 3, "dropout": 0.3}
    one, two, other = (fit(data, schema(), seed, **options) for seed in (1, 1, 2))
    answers = [s.predict(rows(x)).tobytes() for s in (one, two, other)]
    again = cloudpickle.loads(cloudpickle.dumps(one)).predict(rows(x)).tobytes()
    assert answers[0] == answers[1] == again != answers[2]
    assert torch.equal(torch.get_rng_state(), before)


def test_size_and_history():
    x, p = noisy_probabilities(50)
    student = fit(compression(x, Targets(p, Loss.SQUARED)), schema(), hidden=(5, 4), epochs=7)
    assert student.size == {"parameters": 2 * 5 + 5 + 5 * 4 + 4 + 4 * 2 + 2}
    history = student.history["train_loss"]
    assert len(history) == 7 and history[-1] < history[0]


def test_patience_returns_to_the_best_epoch():
    rng = np.random.default_rng(0)
    x, noise = rng.normal(size=(60, 2)), rng.integers(2, size=60)
    valid = rows(rng.normal(size=(200, 2)), rng.integers(2, size=200))
    data = compression(x, Targets(np.eye(2)[noise], Loss.CROSS_ENTROPY))
    options = {"epochs": 60, "learning_rate": 0.01}
    student = fit(data, schema(), valid=valid, patience=5, **options)
    losses = student.history["valid_loss"]
    assert len(losses) < 60 and len(losses) == int(np.argmin(losses)) + 6
    z = student.predict(valid)
    p = to_probabilities(z, schema())[np.arange(200), valid.y]
    assert -np.log(p).mean() == pytest.approx(min(losses), abs=1e-9)
    unlabelled = fit(data, schema(), valid=NONE, patience=5, epochs=12)
    assert len(unlabelled.history["train_loss"]) == 12


@pytest.mark.parametrize("n", [1, 2, 5])
def test_tiny_sets(n):
    data = compression(np.full((n, 2), 3.0), Targets(np.tile([0.0, 1.0], (n, 1)), Loss.SQUARED))
    student = fit(data, schema(), epochs=2)
    assert np.isfinite(student.predict(rows(np.full((n, 2), 3.0)))).all()
    assert student.predict(NONE).shape == (0, 2)


def test_divergence_is_said():
    x, p = noisy_probabilities(50)
    with pytest.raises(DataError, match="loss is (nan|inf).*learning_rate"):
        fit(compression(x, Targets(p * np.inf, Loss.SQUARED)), schema(), epochs=2)
