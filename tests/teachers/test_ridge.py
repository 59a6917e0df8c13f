"""Ridge: the slides' formula, and scikit-learn's answers."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from tscbench_plugins.teachers.ridge import ridge

from tscbench import Link, Rows, Schema, one_hot, to_probabilities


def schema_of(k: int, link: Link = Link.SOFTMAX) -> Schema:
    return Schema((3,), (k,), link, np.ones(3, bool), np.zeros(3, int))


def table(k: int, n: int = 80) -> Rows:
    rng = np.random.default_rng(k)
    x = rng.standard_normal((n, 3)) * [1.0, 50.0, 0.01]
    return Rows(x, np.argmax(x[:, :1] + rng.standard_normal((n, k)), axis=1), np.arange(n))


@pytest.mark.parametrize("penalty", [None, 0.5])
def test_the_constant_alone_is_shrunk_towards_nought(penalty):
    rows = table(2)
    strength = 80**-0.25 if penalty is None else penalty
    z = ridge(rows, schema_of(2), penalty=penalty, degree=0).predict(rows)
    wanted = rows.y.sum() / (80 * (1 + strength))
    np.testing.assert_allclose(to_probabilities(z, schema_of(2))[:, 1], wanted, atol=1e-12)


@pytest.mark.parametrize(("k", "link"), [(2, Link.SOFTMAX), (4, Link.SIGMOID)])
def test_columns_are_fitted_as_by_scikit_learn(k, link):
    rows, schema = table(k), schema_of(k, link)
    labels = one_hot(rows.y, schema_of(k))
    rows = rows if link is Link.SOFTMAX else Rows(rows.x, labels, rows.id)
    z = (rows.x - rows.x.mean(axis=0)) / rows.x.std(axis=0)
    features = np.column_stack([np.ones(80), z])
    # its penalty is of the sum of squares, ours of their mean
    peer = Ridge(alpha=80 * 0.3, fit_intercept=False).fit(features, labels)
    theirs = peer.predict(features)
    ours = to_probabilities(ridge(rows, schema, penalty=0.3).predict(rows), schema)
    if k == 2:
        ours, theirs = ours[:, 1:], theirs[:, 1:]
    inside = (theirs > 0.01) & (theirs < 0.99)
    assert inside.mean() > 0.5
    np.testing.assert_allclose(ours[inside], theirs[inside], atol=1e-9)


def test_answers_beyond_one_keep_their_order():
    x = np.linspace(-1, 1, 50)[:, None]
    schema = Schema((1,), (2,), numeric=np.ones(1, bool), cardinality=np.zeros(1, int))
    rows = Rows(x, (x[:, 0] > 0).astype(int), np.arange(50))
    z = ridge(rows, schema, penalty=0.0).predict(Rows(4 * x, None, rows.id))
    assert np.all(np.diff(z[:, 1] - z[:, 0]) > 0)
