"""Trees as students: nested ones, published defaults, and one problem out of several targets."""

from dataclasses import replace

import cloudpickle
import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.tree import DecisionTreeRegressor
from tscbench_plugins.students.boosting import boosting
from tscbench_plugins.students.forest import forest
from tscbench_plugins.students.tree import tree

from tscbench import (
    CompressionSet,
    ContractError,
    DataError,
    Link,
    Loss,
    Predictor,
    Rows,
    Scale,
    Schema,
    Targets,
    to_logits,
    to_probabilities,
)
from tscbench.contracts.kinds import plugin_of
from tscbench.tabular import regressed_outputs, regression_problem
from tscbench.tabular import trees as kit

STUDENTS = [forest, tree, boosting]
SMALL = {forest: {"n_trees": 6}, tree: {}, boosting: {"n_iterations": 8}}


def schema_of(k: int, link: Link = Link.SOFTMAX) -> Schema:
    return Schema((4,), (k,), link, np.ones(4, bool), np.zeros(4, int))


def problem(schema: Schema, n: int = 300, scale: Scale = Scale.PROBABILITY) -> CompressionSet:
    rng = np.random.default_rng(n)
    k = schema.outputs[0]
    x = rng.standard_normal((n, 4))
    z = x[:, :1] * np.arange(k) + rng.standard_normal((n, k)) / 4
    x[rng.random(x.shape) < 0.05] = np.nan
    values = z if scale is Scale.LOGIT else to_probabilities(z, schema)
    rows = Rows(x, None, np.full(n, -1))
    return CompressionSet(rows, z, None, (Targets(values, Loss.SQUARED, scale),), n)


def fit(student, given: CompressionSet, schema: Schema, seed: int = 0, **params) -> Predictor:
    return student(given, schema, np.random.default_rng(seed), **SMALL[student] | params)


def seed_of(seed: int = 0) -> int:
    return int(np.random.default_rng(seed).integers(2**31))


def peer_of(student):
    return {
        forest: RandomForestRegressor(6, random_state=seed_of()),
        tree: DecisionTreeRegressor(max_leaf_nodes=256, random_state=seed_of()),
        boosting: HistGradientBoostingRegressor(
            max_iter=8, early_stopping=False, random_state=seed_of()
        ),
    }[student]


def copies(given: CompressionSet, times: list[int]) -> CompressionSet:
    index = np.repeat(np.arange(len(given.rows)), times)
    targets = tuple(term.take(index) for term in given.targets)
    return replace(given, rows=given.rows.take(index), targets=targets)


@pytest.mark.parametrize("student", STUDENTS)
def test_it_regresses_the_positive_class_of_two(student) -> None:
    schema = schema_of(2)
    given = problem(schema)
    x, p = given.rows.x, given.targets[0].values[:, 1]
    z = fit(student, given, schema).predict(given.rows)
    expected = peer_of(student).fit(x, p).predict(x)
    np.testing.assert_allclose(z, to_logits(expected, schema), atol=1e-9)


@pytest.mark.parametrize("student", [forest, tree])
@pytest.mark.parametrize("scale", list(Scale))
@pytest.mark.parametrize(
    "schema", [schema_of(3), schema_of(3, Link.SIGMOID), schema_of(1, Link.SIGMOID)]
)
def test_more_columns_are_one_tree_for_all(student, scale: Scale, schema: Schema) -> None:
    given = problem(schema, scale=scale)
    x, values = given.rows.x, given.targets[0].values
    z = fit(student, given, schema).predict(given.rows)
    expected = peer_of(student).fit(x, values.squeeze()).predict(x).reshape(values.shape)
    if scale is Scale.PROBABILITY:
        expected = to_logits(expected, schema)
    np.testing.assert_allclose(z, expected, atol=1e-9)


def test_boosting_fits_each_column() -> None:
    schema = schema_of(3)
    given = problem(schema, scale=Scale.LOGIT)
    x, values = given.rows.x, given.targets[0].values
    z = fit(boosting, given, schema).predict(given.rows)
    for column in range(3):
        expected = peer_of(boosting).fit(x, values[:, column]).predict(x)
        np.testing.assert_allclose(z[:, column], expected, atol=1e-12)


@pytest.mark.parametrize("student", STUDENTS)
def test_two_logits_of_which_the_first_is_zero_are_one_column(student) -> None:
    schema = schema_of(2)
    given = problem(schema, scale=Scale.LOGIT)
    values = given.targets[0].values.copy()
    values[:, 0] = 0.0
    given = replace(given, targets=(replace(given.targets[0], values=values),))
    z = fit(student, given, schema).predict(given.rows)
    expected = peer_of(student).fit(given.rows.x, values[:, 1]).predict(given.rows.x)
    np.testing.assert_array_equal(z[:, 0], 0.0)
    np.testing.assert_allclose(z[:, 1], expected, atol=1e-12)


@pytest.mark.parametrize(("student", "count"), [(forest, "n_trees"), (boosting, "n_iterations")])
@pytest.mark.parametrize("schema", [schema_of(2), schema_of(3), schema_of(2, Link.SIGMOID)])
def test_a_prefix_is_the_smaller_student(student, count: str, schema: Schema) -> None:
    given = problem(schema)
    large = fit(student, given, schema, **{count: 20})
    rng = np.random.default_rng(9)
    rows = Rows(rng.standard_normal((200, 4)), None, np.full(200, -1))
    for k in (1, 2, 5, 13, 20):
        small = fit(student, given, schema, **{count: k})
        np.testing.assert_array_equal(large.nested(k).predict(rows), small.predict(rows))
        assert large.nested(k).size == small.size
    twice = large.nested(13).nested(5).predict(rows)
    np.testing.assert_array_equal(twice, large.nested(5).predict(rows))
    assert plugin_of(student).nested == count


def test_prefixes_of_a_weighted_forest() -> None:
    schema = schema_of(2)
    given = problem(schema)
    weight = np.random.default_rng(1).random(300)
    given = replace(given, targets=(replace(given.targets[0], weight=weight),))
    large, small = (fit(forest, given, schema, n_trees=n) for n in (9, 4))
    np.testing.assert_array_equal(large.nested(4).predict(given.rows), small.predict(given.rows))


def test_a_weight_of_two_is_the_row_twice() -> None:
    schema = schema_of(2)
    given = problem(schema)
    times = np.random.default_rng(2).integers(1, 4, 300)
    heavy = replace(given, targets=(replace(given.targets[0], weight=times.astype(float)),))
    weighted = fit(tree, heavy, schema, max_leaf_nodes=12).predict(given.rows)
    repeated = fit(tree, copies(given, times), schema, max_leaf_nodes=12).predict(given.rows)
    np.testing.assert_allclose(weighted, repeated, atol=1e-9)


def test_terms_add_up_to_one_weighted_regression() -> None:
    schema = schema_of(2)
    rows = Rows(np.arange(16.0).reshape(4, 4), None, np.arange(4))
    p, q = np.array([0.2, 0.4, np.nan, 0.9]), np.array([1.0, np.nan, np.nan, 0.0])
    terms = (
        Targets(np.stack([1 - p, p], axis=1), Loss.SQUARED, weight=3.0),
        Targets(np.stack([1 - q, q], axis=1), Loss.SQUARED, weight=np.array([1.0, 1.0, 1.0, 0.0])),
    )
    x, values, weight, scale = regression_problem(
        CompressionSet(rows, None, None, terms, 4), schema
    )
    np.testing.assert_array_equal(x, rows.x[[0, 1, 3]])
    np.testing.assert_allclose(values[:, 0], [(3 * 0.2 + 1.0) / 4, 0.4, 0.9])
    np.testing.assert_array_equal(weight, [4.0, 3.0, 3.0])
    assert scale is Scale.PROBABILITY


def test_what_no_regression_can_do_is_refused() -> None:
    schema = schema_of(2)
    given = problem(schema)
    term = given.targets[0]
    crossed = replace(given, targets=(replace(term, loss=Loss.CROSS_ENTROPY),))
    with pytest.raises(ContractError, match="squared"):
        regression_problem(crossed, schema)
    mixed = replace(given, targets=(term, replace(term, scale=Scale.LOGIT)))
    with pytest.raises(ContractError, match="scale"):
        regression_problem(mixed, schema)
    empty = replace(given, targets=(replace(term, values=np.full_like(term.values, np.nan)),))
    with pytest.raises(DataError, match="no row"):
        regression_problem(empty, schema)


@pytest.mark.parametrize("student", STUDENTS)
@pytest.mark.parametrize("k", [2, 3])
def test_log_probabilities_of_two_classes_are_those_of_the_positive_one(student, k) -> None:
    """As published; of more classes each has its own."""
    schema = schema_of(k)
    given = problem(schema)
    logs = np.log(given.targets[0].values)
    term = Targets(logs, Loss.SQUARED, Scale.LOG_PROBABILITY)
    z = fit(student, replace(given, targets=(term,)), schema).predict(given.rows)
    if k == 3:
        term = replace(term, scale=Scale.LOGIT)
        same = fit(student, replace(given, targets=(term,)), schema).predict(given.rows)
        np.testing.assert_array_equal(z, same)
        return
    one = replace(term, values=np.stack([0 * logs[:, 1], logs[:, 1]], axis=1), scale=Scale.LOGIT)
    regressed = fit(student, replace(given, targets=(one,)), schema).predict(given.rows)[:, 1]
    np.testing.assert_allclose(to_probabilities(z, schema)[:, 1], np.exp(regressed), atol=1e-9)
    assert 0.001 < np.mean(regressed > np.log(0.5)) < 0.999


@pytest.mark.parametrize("student", STUDENTS)
def test_columns_are_regressed_as_they_are_whether_their_shift_is_free_or_not(student) -> None:
    schema = schema_of(3)
    given = problem(schema, scale=Scale.LOGIT)
    plain = replace(given, targets=(replace(given.targets[0], free_shift=False),))
    same = [fit(student, one, schema).predict(given.rows) for one in (given, plain)]
    np.testing.assert_array_equal(*same)


def test_huge_log_probabilities_stay_finite_and_in_order() -> None:
    """A positive row that the teacher all but excludes is corrected far beyond 0."""
    values = np.array([[-6.2], [-0.1], [0.5], [39.0], [493.0], [1e6]])
    z = regressed_outputs(values, Scale.LOG_PROBABILITY, schema_of(2))[:, 1]
    assert np.isfinite(z).all() and np.all(np.diff(z) > 0)


@pytest.mark.parametrize("student", STUDENTS)
def test_targets_outside_the_unit_interval_keep_their_order(student) -> None:
    schema = schema_of(2)
    x = np.repeat(np.arange(4.0), 50)[:, None] * np.ones((1, 4))
    p = np.repeat([-0.5, 0.2, 1.1, 1.7], 50)
    terms = (Targets(np.stack([1 - p, p], axis=1), Loss.SQUARED),)
    given = CompressionSet(Rows(x, None, np.full(200, -1)), None, None, terms, 200)
    params = {"learning_rate": 1.0} if student is boosting else {}
    z = fit(student, given, schema, **params).predict(given.rows.take(np.arange(0, 200, 50)))
    assert np.all(np.diff(z[:, 1]) > 0) and np.all(np.isfinite(z))


@pytest.mark.parametrize("student", STUDENTS)
def test_the_batch_does_not_matter(student, monkeypatch) -> None:
    schema = schema_of(3)
    given = problem(schema)
    fitted = fit(student, given, schema)
    whole = fitted.predict(given.rows)
    parts = np.split(np.arange(300), [0, 1, 3, 6, 200])
    pieces = [fitted.predict(given.rows.take(part)) for part in parts]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    monkeypatch.setattr(kit, "CELLS", 35)
    np.testing.assert_array_equal(fitted.predict(given.rows), whole)


@pytest.mark.parametrize("student", STUDENTS)
@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("schema", [schema_of(2), schema_of(3), schema_of(1, Link.SIGMOID)])
def test_tiny_and_constant_tables(student, n: int, schema: Schema) -> None:
    given = problem(schema, n)
    given.rows.x[:, 0], given.rows.x[:, 1] = 1.0, np.nan
    fitted = fit(student, given, schema)
    z = fitted.predict(problem(schema).rows)
    assert z.shape == (300, *schema.outputs) and np.all(np.isfinite(z))
    assert fitted.predict(given.rows.take(np.arange(0))).shape == (0, *schema.outputs)


@pytest.mark.parametrize("student", STUDENTS)
def test_the_seed_decides_and_nothing_is_changed(student) -> None:
    schema = schema_of(2)
    given = problem(schema)
    before = given.rows.x.copy(), given.targets[0].values.copy()
    fitted = fit(student, given, schema)
    z = fitted.predict(given.rows)
    np.testing.assert_array_equal(z, fit(student, given, schema).predict(given.rows))
    np.testing.assert_array_equal(before[0], given.rows.x)
    np.testing.assert_array_equal(before[1], given.targets[0].values)
    loaded = cloudpickle.loads(cloudpickle.dumps(fitted))
    np.testing.assert_array_equal(loaded.predict(given.rows), z)
    assert not fitted.history
    if student is forest:
        assert not np.array_equal(z, fit(student, given, schema, seed=1).predict(given.rows))


def test_sizes_are_counted() -> None:
    schema = schema_of(2)
    given = problem(schema)
    fitted = fit(tree, given, schema, max_leaf_nodes=17)
    assert fitted.size == {"trees": 1, "nodes": 33, "leaves": 17}
    grown = fit(forest, given, schema, max_leaf_nodes=8)
    assert grown.size == {"trees": 6, "nodes": 90, "leaves": 48}
    boosted = fit(boosting, given, schema, max_leaf_nodes=2)
    assert boosted.size == {"trees": 8, "nodes": 24, "leaves": 16}
