"""Forest and boosting teachers: against scikit-learn's own answers."""

import cloudpickle
import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from tscbench_plugins.teachers.boosting import boosting
from tscbench_plugins.teachers.forest import forest

from tscbench import Link, Predictor, Rows, Schema, to_logits, to_probabilities
from tscbench.tabular import trees as kit

TEACHERS = [forest, boosting]
SMALL = {forest: {"n_trees": 12}, boosting: {"n_iterations": 8}}


def schema_of(k: int, link: Link = Link.SOFTMAX, d: int = 5) -> Schema:
    return Schema((d,), (k,), link, np.ones(d, bool), np.zeros(d, int), missing=True)


def table(k: int, n: int = 300, several: bool = False) -> Rows:
    rng = np.random.default_rng(k)
    x = rng.standard_normal((n, 5))
    signal = x[:, :1] + rng.standard_normal((n, k)) / 2
    y = (
        (signal > 0).astype(float)
        if several
        else np.digitize(signal[:, 0], np.linspace(-1, 1, k - 1))
    )
    x[rng.random(x.shape) < 0.1] = np.nan
    return Rows(x, y, rng.permutation(2 * n)[:n])


def fit(teacher, rows: Rows, schema: Schema, seed: int = 0, **params) -> Predictor:
    return teacher(rows, schema, np.random.default_rng(seed), **SMALL[teacher] | params)


def seed_of(seed: int = 0) -> int:
    return int(np.random.default_rng(seed).integers(2**31))


@pytest.mark.parametrize("k", [2, 3])
def test_forest_is_scikit_learns(k: int) -> None:
    rows, schema = table(k), schema_of(k)
    peer = RandomForestClassifier(12, random_state=seed_of()).fit(rows.x, rows.y)
    p = peer.predict_proba(rows.x)
    z = fit(forest, rows, schema).predict(rows)
    np.testing.assert_array_equal(z, to_logits(p, schema))


def test_forest_of_labels_is_scikit_learns() -> None:
    rows, schema = table(3, several=True), schema_of(3, Link.SIGMOID)
    rows.y[:, 1] = 1.0
    peer = RandomForestClassifier(12, random_state=seed_of()).fit(rows.x, rows.y)
    p = [shares[:, -1] for shares in peer.predict_proba(rows.x)]
    z = fit(forest, rows, schema).predict(rows)
    np.testing.assert_allclose(to_probabilities(z, schema), np.stack(p, axis=1), atol=1e-12)
    assert np.all(z[:, 1] == to_logits(np.ones(1), schema))


@pytest.mark.parametrize("several", [False, True])
def test_out_of_bag_is_scikit_learns(several: bool) -> None:
    rows = table(3, several=several)
    schema = schema_of(3, Link.SIGMOID if several else Link.SOFTMAX)
    peer = RandomForestClassifier(60, oob_score=True, random_state=seed_of()).fit(rows.x, rows.y)
    expected = peer.oob_decision_function_[:, 1] if several else peer.oob_decision_function_
    z = fit(forest, rows, schema, n_trees=60).predict_oob(rows.id)
    np.testing.assert_allclose(z, to_logits(expected, schema), atol=1e-9)


def test_out_of_bag_is_nan_where_no_tree_left_the_row_out() -> None:
    rows, schema = table(2), schema_of(2)
    teacher = fit(forest, rows, schema, n_trees=1)
    peer = RandomForestClassifier(1, random_state=seed_of()).fit(rows.x, rows.y)
    inside = np.isin(np.arange(len(rows)), peer.estimators_samples_[0])
    z = teacher.predict_oob(rows.id)
    np.testing.assert_array_equal(np.isnan(z).all(axis=1), inside)
    np.testing.assert_array_equal(z[~inside], teacher.predict(rows)[~inside])
    order = np.array([5, 1, 5])
    np.testing.assert_array_equal(teacher.predict_oob(rows.id[order]), z[order])
    stranger = np.setdiff1d(np.arange(600), rows.id)[:3]
    assert np.isnan(teacher.predict_oob([*stranger, -1, 10_000])).all()
    assert teacher.predict_oob(np.zeros(0, int)).shape == (0, 2)


@pytest.mark.parametrize("other", [0.0, -0.0, 1e-9])
def test_out_of_bag_no_tree_answers_that_saw_an_identical_row(other: float) -> None:
    """Rows come twice, with labels that are coin flips: a tree that has seen one of them knows the
    other. To trees a difference beyond single precision is none."""
    rng = np.random.default_rng(0)
    x = np.column_stack([rng.standard_normal(150), np.ones(150)])
    x = np.concatenate([x, x + [0, other]])
    y = np.tile(rng.integers(2, size=150), 2)
    rows, schema = Rows(x, y, np.arange(300)), schema_of(2)
    z = fit(forest, rows, schema, n_trees=40).predict_oob(rows.id)
    np.testing.assert_array_equal(z[:150], z[150:])
    answered = ~np.isnan(z).any(axis=1)
    right = (z[answered].argmax(axis=1) == y[answered]).mean()
    assert answered.mean() > 0.9 and right < 0.65
    alone = fit(forest, rows, schema, n_trees=1).predict_oob(rows.id)
    assert 0.7 < np.isnan(alone).all(axis=1).mean() < 1  # of both twins, e⁻² are in no bag


def test_forest_counts_its_nodes() -> None:
    rows = table(2)
    peer = RandomForestClassifier(12, random_state=seed_of()).fit(rows.x, rows.y)
    nodes = sum(member.tree_.node_count for member in peer.estimators_)
    leaves = sum(member.get_n_leaves() for member in peer.estimators_)
    size = fit(forest, rows, schema_of(2)).size
    assert size == {"trees": 12, "nodes": nodes, "leaves": leaves}


@pytest.mark.parametrize("k", [2, 3])
def test_boosting_is_scikit_learns(k: int) -> None:
    rows, schema = table(k), schema_of(k)
    peer = HistGradientBoostingClassifier(
        max_iter=8, early_stopping=False, random_state=seed_of()
    ).fit(rows.x, rows.y)
    teacher = fit(boosting, rows, schema)
    p = to_probabilities(teacher.predict(rows), schema)
    np.testing.assert_allclose(p, peer.predict_proba(rows.x), atol=1e-12)
    assert teacher.size["trees"] == 8 * (1 if k == 2 else 3)
    assert teacher.size["nodes"] == 2 * teacher.size["leaves"] - teacher.size["trees"]


def test_boosting_of_labels_is_one_model_a_label() -> None:
    rows, schema = table(3, several=True), schema_of(3, Link.SIGMOID)
    rows.y[:, 2] = 0.0
    z = fit(boosting, rows, schema).predict(rows)
    for label in (0, 1):
        peer = HistGradientBoostingClassifier(max_iter=8, early_stopping=False)
        expected = peer.fit(rows.x, rows.y[:, label]).decision_function(rows.x)
        np.testing.assert_allclose(z[:, label], expected, atol=1e-12)
    assert np.all(z[:, 2] == to_logits(np.zeros(1), schema))


def test_boosting_splits_categories_by_level() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 20, (600, 1)).astype(float)
    y = (x[:, 0] % 2).astype(int)
    numeric = Schema((1,), (2,), Link.SOFTMAX, np.ones(1, bool), np.zeros(1, int))
    levels = Schema((1,), (2,), Link.SOFTMAX, np.zeros(1, bool), np.array([20]))
    rows = Rows(x, y, np.arange(600))
    least = {"n_iterations": 1, "max_leaf_nodes": 2}
    right = [
        np.mean((fit(boosting, rows, schema, **least).predict(rows)[:, 1] > -0.05) == y)
        for schema in (numeric, levels)
    ]
    assert right[1] == 1.0 > right[0]


@pytest.mark.parametrize("teacher", TEACHERS)
def test_classes_that_training_lacks_have_probability_zero(teacher) -> None:
    schema = schema_of(4)
    for seen in ([1], [0, 3], [3, 1, 2]):
        rows = table(2)
        rows = Rows(rows.x, np.resize(seen, len(rows)), rows.id)
        z = fit(teacher, rows, schema).predict(rows)
        p = to_probabilities(z, schema)
        absent = np.setdiff1d(np.arange(4), seen)
        assert z.shape == (len(rows), 4) and np.all(np.isfinite(z))
        assert p[:, absent].max() < 1e-11 < p[:, seen].mean(axis=0).min()


@pytest.mark.parametrize("teacher", TEACHERS)
@pytest.mark.parametrize("several", [False, True])
def test_the_batch_does_not_matter(teacher, several: bool, monkeypatch) -> None:
    rows = table(3, several=several)
    fitted = fit(teacher, rows, schema_of(3, Link.SIGMOID if several else Link.SOFTMAX))
    whole = fitted.predict(rows)
    parts = np.split(np.arange(len(rows)), [0, 1, 3, 6, 200])
    pieces = [fitted.predict(rows.take(part)) for part in parts]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    monkeypatch.setattr(kit, "CELLS", 35)
    np.testing.assert_array_equal(fitted.predict(rows), whole)


@pytest.mark.parametrize("teacher", TEACHERS)
@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("several", [False, True])
def test_tiny_and_constant_tables(teacher, n: int, several: bool) -> None:
    rows = table(3, several=several).take(np.arange(n))
    rows.x[:, 0], rows.x[:, 1] = 1.0, np.nan
    schema = schema_of(3, Link.SIGMOID if several else Link.SOFTMAX)
    fitted = fit(teacher, rows, schema)
    assert np.all(np.isfinite(fitted.predict(table(3))))
    one = Rows(rows.x, rows.y[:, :1], rows.id) if several else rows
    if several:
        fitted = fit(teacher, one, schema_of(1, Link.SIGMOID))
        assert fitted.predict(one).shape == (n, 1)


@pytest.mark.parametrize("teacher", TEACHERS)
def test_the_seed_decides_and_nothing_is_changed(teacher) -> None:
    rows, schema = table(2), schema_of(2)
    before = rows.x.copy(), rows.y.copy()
    first, again = (fit(teacher, rows, schema).predict(rows) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(before[0], rows.x)
    np.testing.assert_array_equal(before[1], rows.y)
    if teacher is forest:
        assert not np.array_equal(first, fit(teacher, rows, schema, seed=1).predict(rows))
    loaded = cloudpickle.loads(cloudpickle.dumps(fit(teacher, rows, schema)))
    np.testing.assert_array_equal(loaded.predict(rows), first)


@pytest.mark.parametrize("teacher", TEACHERS)
def test_images_are_flattened(teacher) -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 255, (60, 1, 4, 4)).astype(np.uint8)
    rows = Rows(x, (x[:, 0, 0, 0] > 128).astype(int), np.arange(60))
    schema = Schema((1, 4, 4), (2,), modality="images")
    z = fit(teacher, rows, schema, min_samples_leaf=2).predict(rows)
    assert np.mean((z[:, 1] > z[:, 0]) == rows.y) > 0.9
