"""Probes: against their formulas, scikit-learn, and sets whose answer is known beforehand."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import pairwise_distances, roc_auc_score
from sklearn.neighbors import NearestNeighbors
from tscbench_plugins.probes.closest_record import closest_record
from tscbench_plugins.probes.copy_rate import copy_rate
from tscbench_plugins.probes.coverage import coverage
from tscbench_plugins.probes.teacher_entropy import teacher_entropy
from tscbench_plugins.probes.two_sample import two_sample

from tscbench import Link, Rows, Schema, to_logits
from tscbench.testing.data import make

TWO, FOUR = Schema((1,), (2,)), Schema((1,), (4,))


def schema_of(cardinality):
    cardinality = np.array(cardinality)
    return Schema((len(cardinality),), (2,), numeric=cardinality == 0, cardinality=cardinality)


def rows_of(x, real=True):
    return Rows(x, None, np.arange(len(x)) if real else np.full(len(x), -1))


def normal(n, seed, d=3, shift=0.0):
    return np.random.default_rng(seed).normal(shift, size=(n, d))


def rng():
    return np.random.default_rng(0)


def unit(x, by):
    """Numbers in units of the ranges of `by`."""
    return x / np.ptp(by, axis=0)


def test_copies_are_counted_by_their_ids_and_in_the_validation_rows():
    train, valid = np.array([[0.0, 1], [np.nan, 2]]), np.array([[-0.0, 1], [np.nan, 2], [3, 3]])
    made = Rows(np.zeros((4, 2)), None, np.array([-1, 0, -1, -1]))
    found = copy_rate(made, rows_of(train), rows_of(valid))
    assert found == {"copy_rate": 1 / 4, "valid": 2 / 3}
    images = rows_of(np.arange(24, dtype=np.uint8).reshape(2, 3, 2, 2))
    assert copy_rate(made, images, images.take([1]))["valid"] == 1.0
    nothing = rows_of(train[:0])
    assert np.isnan(list(copy_rate(nothing, rows_of(train), nothing).values())).all()


def test_closest_record_is_the_median_distance_over_that_of_rows_nobody_saw():
    train, valid, made = normal(300, 0), normal(90, 1), normal(200, 2)
    tree = NearestNeighbors(n_neighbors=1).fit(unit(train, train))
    ours, usual = (np.median(tree.kneighbors(unit(x, train))[0]) for x in (made, valid))
    found = closest_record(*map(rows_of, (made, train, valid)), schema_of([0] * 3), rng())
    assert found["ratio"] == pytest.approx(ours / usual, rel=1e-12)


def test_the_share_nearer_to_training_rows_is_half_of_fresh_rows_and_one_of_copies():
    train, valid, schema = rows_of(normal(2000, 0)), rows_of(normal(400, 1)), schema_of([0] * 3)
    fresh = closest_record(rows_of(normal(2000, 2)), train, valid, schema, rng())
    assert fresh["train_share"] == pytest.approx(0.5, abs=0.05)
    assert fresh["ratio"] == pytest.approx(1.0, abs=0.1)
    blurred = rows_of(train.x + normal(2000, 3) * 1e-3)
    near = closest_record(blurred, train, replace(train, x=normal(2000, 1)), schema, rng())
    assert near["train_share"] > 0.95 and near["ratio"] < 0.1


def test_a_tie_between_training_and_validation_rows_is_half():
    x = np.array([[0.0], [1.0]])
    found = closest_record(rows_of(x), rows_of(x), rows_of(x), schema_of([0]), rng())
    assert found["train_share"] == 0.5 and np.isnan(found["ratio"])


def test_real_rows_cannot_be_told_from_real_ones_and_shifted_ones_can():
    real, schema = rows_of(normal(400, 1)), schema_of([0] * 3)
    train = real.take(np.arange(0))
    same = two_sample(rows_of(normal(500, 2)), train, real, schema, rng())["auc"]
    assert same == pytest.approx(0.5, abs=0.06)
    far = two_sample(rows_of(normal(500, 2, shift=9.0)), train, real, schema, rng())["auc"]
    assert far == 1.0


def test_the_two_sample_test_nears_the_best_auc_that_there_is():
    """The likelihood ratio of two normals is increasing in x, and no ranking is better."""
    real, made = normal(1500, 1, d=1), normal(1500, 2, d=1, shift=1.0)
    best = roc_auc_score(np.repeat([0, 1], 1500), np.concatenate([real, made])[:, 0])
    found = two_sample(*map(rows_of, (made, real, real)), schema_of([0]), rng())["auc"]
    assert best - 0.05 < found < best + 0.01


def test_a_level_that_no_order_of_codes_tells_is_told():
    real, made = (np.full((60, 1), v, float) for v in (1, 0))
    made[::2] = 2
    found = two_sample(*map(rows_of, (made, real, real)), schema_of([3]), rng())["auc"]
    assert found == 1.0


def plain(real, made, k):
    """Naeem et al., section 3, with the matrices in full; balls are closed."""
    reach = {}
    for name, x in (("real", real), ("made", made)):
        reach[name] = np.sort(pairwise_distances(x), axis=1)[:, k]
    inside = pairwise_distances(real, made) <= reach["real"][:, None]
    return {
        "precision": inside.any(axis=0).mean(),
        "recall": (pairwise_distances(real, made) <= reach["made"]).any(axis=1).mean(),
        "density": inside.sum() / (k * len(made)),
        "coverage": inside.any(axis=1).mean(),
    }


@pytest.mark.parametrize(("shift", "k"), [(0.0, 5), (0.7, 3), (3.0, 1)])
def test_coverage_is_what_the_formulas_say(shift, k):
    train, valid, made = normal(200, 0), normal(150, 1), normal(150, 2, shift=shift)
    expected = plain(unit(valid, train), unit(made, train), k)
    given = map(rows_of, (made, train, valid))
    found = coverage(*given, schema_of([0] * 3), rng(), n_neighbours=k)
    assert found == pytest.approx(expected, rel=1e-12)


def test_coverage_of_one_distribution_is_that_of_the_lemma():
    """Naeem et al., Lemma 2: 1 - (N-1)…(N-k) / (M+N-1)…(M+N-k), and density is 1."""
    n, k = 600, 5
    given = (rows_of(normal(n, seed, d=2)) for seed in (1, 2, 3))
    found = coverage(*given, schema_of([0] * 2), rng())
    steps = np.arange(1, k + 1)
    assert found["coverage"] == pytest.approx(1 - np.prod((n - steps) / (2 * n - steps)), abs=0.02)
    assert found["density"] == pytest.approx(1.0, abs=0.06)


def test_one_place_of_many_is_precise_and_covers_little():
    valid = np.concatenate([normal(100, 1), normal(100, 2, shift=50.0)])
    made = normal(200, 3) / 2
    found = coverage(*map(rows_of, (made, valid, valid)), schema_of([0] * 3), rng())
    assert found["precision"] > 0.9 and found["coverage"] < 0.52 and found["recall"] < 0.5


def test_rows_of_levels_alone_are_covered_where_they_occur():
    x = np.repeat([[0.0], [1.0], [2.0]], 20, axis=0)
    made = np.repeat([[0.0], [1.0]], 30, axis=0)
    found = coverage(*map(rows_of, (made, x, x)), schema_of([3]), rng())
    assert found["precision"] == 1.0 and found["coverage"] == found["recall"] == 2 / 3


@pytest.mark.parametrize("probe", [closest_record, coverage, two_sample])
def test_of_more_rows_some_are_drawn(probe):
    tables = [rows_of(normal(n, seed)) for seed, n in enumerate((900, 900, 600))]
    small = probe(*tables, schema_of([0] * 3), rng(), n_rows=60)
    assert small == probe(*tables, schema_of([0] * 3), rng(), n_rows=60)
    assert small != probe(*tables, schema_of([0] * 3), np.random.default_rng(1), n_rows=60)
    assert np.isfinite(list(small.values())).all()


@pytest.mark.parametrize("probe", [coverage, two_sample])
def test_without_validation_rows_training_rows_stand_for_them(probe):
    train, made, schema = rows_of(normal(200, 0)), rows_of(normal(200, 1)), schema_of([0] * 3)
    nothing = train.take(np.arange(0))
    assert probe(made, train, nothing, schema, rng()) == probe(made, train, train, schema, rng())
    empty = probe(nothing, train, nothing, schema, rng())
    assert np.isnan(list(empty.values())).all()
    closest = closest_record(made, train, nothing, schema, rng())
    assert np.isnan(list(closest.values())).all()


def test_mixed_rows_with_missing_cells_are_judged():
    tiny = make("missing_levels")
    for probe in (closest_record, coverage, two_sample):
        found = probe(tiny.valid, tiny.train, tiny.valid, tiny.schema, rng())
        assert np.isfinite(list(found.values())).all()
    same = coverage(tiny.valid, tiny.train, tiny.valid, tiny.schema, rng())
    assert same["coverage"] == same["precision"] == same["recall"] == 1.0


def test_entropy_of_two_classes():
    p = np.array([0.5, 0.59, 0.61, 0.41, 0.0, 1.0])
    found = teacher_entropy(to_logits(p, TWO), TWO)
    terms = [-q * np.log(q) for q in [*p, *(1 - p)] if q > 0]
    assert found["entropy"] == pytest.approx(sum(terms) / 6, abs=1e-9)
    assert found["near_tie"] == 3 / 6


def test_entropy_of_more_classes_and_of_several_labels():
    p = np.array([[0.25] * 4, [0.4, 0.35, 0.25, 0.0], [0.7, 0.3, 0.0, 0.0]])
    outputs = np.vstack([to_logits(p, FOUR), np.full(4, np.nan)])
    found = teacher_entropy(outputs, FOUR, margin=0.05)
    logs = np.log(np.where(p > 0, p, 1.0))
    assert found["entropy"] == pytest.approx(-(p * logs).sum() / 3, abs=1e-6)
    assert found["near_tie"] == 2 / 3
    labels = Schema((1,), (2,), Link.SIGMOID)
    q = np.array([[0.5, 0.9], [0.55, 0.2]])
    found = teacher_entropy(to_logits(q, labels), labels)
    each = -q * np.log(q) - (1 - q) * np.log(1 - q)
    assert found == pytest.approx({"entropy": each.mean(), "near_tie": 0.5}, rel=1e-9)


def test_what_lies_on_the_margin_is_no_near_tie():
    outputs = to_logits(np.array([0.4, 0.6, 0.41, 0.59]), TWO)
    assert teacher_entropy(outputs, TWO, margin=0.1)["near_tie"] == 0.5


def test_no_answer_has_no_entropy():
    found = teacher_entropy(np.full((3, 2), np.nan), TWO)
    assert np.isnan(list(found.values())).all()
