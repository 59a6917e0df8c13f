"""Objectives: targets against their formulas."""

import numpy as np
import pytest
import torch
from scipy.special import expit, log_softmax, logit, softmax
from tscbench_plugins.objectives.hard import hard
from tscbench_plugins.objectives.labels import labels
from tscbench_plugins.objectives.logits import logits
from tscbench_plugins.objectives.logits_and_labels import logits_and_labels
from tscbench_plugins.objectives.noisy import noisy
from tscbench_plugins.objectives.probabilities import probabilities
from tscbench_plugins.objectives.soft import soft

from tscbench import CompressionSet, Link, Loss, Rows, Scale, Schema, Targets, to_logits
from tscbench.contracts.kinds import plugin_of
from tscbench.nn.losses import targets_loss

TWO = Schema((3,), (2,))
THREE = Schema((3,), (3,))
LABELS = Schema((3,), (2,), Link.SIGMOID)
FOREST = np.array([0.0, 0.001, 0.3, 0.5, 1.0])


def test_probabilities_are_the_teachers() -> None:
    target = probabilities(to_logits(FOREST, TWO), TWO)
    np.testing.assert_allclose(target.values, np.stack([1 - FOREST, FOREST], axis=1), atol=1e-12)
    assert (target.loss, target.scale) == (Loss.SQUARED, Scale.PROBABILITY)
    z = np.random.default_rng(0).normal(0, 3, (9, 3))
    np.testing.assert_allclose(probabilities(z, THREE).values, softmax(z, axis=1))
    np.testing.assert_allclose(probabilities(z[:, :2], LABELS).values, expit(z[:, :2]))


def test_logits_of_two_classes_are_floored_on_both_sides() -> None:
    target = logits(to_logits(FOREST, TWO), TWO)
    assert (target.loss, target.scale) == (Loss.SQUARED, Scale.LOGIT)
    expected = logit([1 / 500, 1 / 500, 0.3, 0.5, 499 / 500])
    np.testing.assert_allclose(target.values[:, 1], expected, atol=1e-12)
    np.testing.assert_array_equal(target.values[:, 0], 0.0)


def test_logits_of_more_classes_are_log_probabilities() -> None:
    z = np.array([[0.0, 1.0, 2.0], [40.0, 0.0, 0.0]])
    values = logits(z, THREE).values
    np.testing.assert_allclose(values, np.maximum(log_softmax(z, axis=1), np.log(1 / 500)))
    np.testing.assert_array_equal(logits(z, THREE, floor=0).values, z)


def test_plain_l2_of_logits_is_not_centred() -> None:
    z = np.array([[0.0, 1.0, 2.0], [40.0, 0.0, 0.0]])
    for objective in (logits, noisy):
        for floor in (0, 0.01):
            centred, plain = (objective(z, THREE, floor=floor, centred=c) for c in (True, False))
            np.testing.assert_array_equal(centred.values, plain.values)
            assert centred.free_shift and not plain.free_shift


def test_logits_of_labels() -> None:
    z = np.array([[-20.0, 0.5], [1.0, 20.0]])
    top = logit(0.99)
    np.testing.assert_allclose(logits(z, LABELS, floor=0.01).values, [[-top, 0.5], [1.0, top]])


@pytest.mark.parametrize(
    ("weighting", "weight"),
    [({}, 360), ({"t_squared": False}, 0.9), ({"over_classes": "mean"}, 36)],
)
def test_the_three_published_weightings_of_pair_2(weighting: dict, weight: float) -> None:
    """ResNet-18 to the CNN of five layers: T = 20 and a share of 0.9, ten classes."""
    z = np.random.default_rng(1).normal(size=(4, 10))
    teacher, truth = soft(
        z, np.arange(4), Schema((3,), (10,)), temperature=20.0, kd_weight=0.9, **weighting
    )
    assert teacher.weight == pytest.approx(weight) and truth.weight == pytest.approx(0.1)


@pytest.mark.parametrize("t_squared", [True, False])
def test_soft_is_two_weighted_cross_entropies(t_squared: bool) -> None:
    z = np.random.default_rng(1).normal(size=(4, 3))
    y = np.array([2, 0, -1, 1])
    teacher, truth = soft(z, y, THREE, temperature=5.0, kd_weight=0.8, t_squared=t_squared)
    np.testing.assert_allclose(teacher.values, softmax(z / 5, axis=1))
    assert teacher.weight == pytest.approx(0.8 * (25 if t_squared else 1))
    assert (teacher.temperature, truth.temperature) == (5.0, 1.0)
    assert teacher.loss is truth.loss is Loss.CROSS_ENTROPY
    np.testing.assert_allclose(truth.weight, [0.2, 0.2, 0.0, 0.2])
    np.testing.assert_array_equal(truth.values[[0, 1, 3]], np.eye(3)[[2, 0, 1]])
    assert np.all(np.isfinite(truth.values))


def test_soft_floors_a_forest_before_it_softens() -> None:
    teacher, _ = soft(to_logits(FOREST, TWO), np.zeros(5, int), TWO, floor=0.01)
    p = np.array([0.01 / 1.01, 0.01 / 1.009, 0.3, 0.5, 1 / 1.01])
    p[1] = 0.01 / (0.999 + 0.01)
    np.testing.assert_allclose(teacher.values[:, 1], expit(logit(p) / 4), atol=1e-12)
    z = np.array([[0.0, 60.0]])
    bare, _ = soft(z, np.array([0]), TWO, temperature=20.0, floor=0)
    np.testing.assert_allclose(bare.values[0, 1], expit(3.0))


def test_soft_of_labels() -> None:
    z = np.array([[0.4, -1.0], [2.0, 0.0]])
    y = np.array([[1.0, 0.0], [np.nan, 1.0]])
    teacher, truth = soft(z, y, LABELS, temperature=2.0, kd_weight=0.5)
    np.testing.assert_allclose(teacher.values, expit(z / 2))
    np.testing.assert_allclose(truth.weight, [0.5, 0.0])
    np.testing.assert_array_equal(truth.values[0], y[0])


def met(targets: Targets, n: int = 4000) -> np.ndarray:
    """The values of a set of three rows as n epochs show them, in order."""
    rows = Rows(np.arange(3.0)[:, None], None, np.arange(3))
    given = CompressionSet(rows, None, None, (targets,), 3)
    rng, found = np.random.default_rng(0), []
    for _ in range(n):
        (batch,) = given.batches(3, rng)
        found.append(batch.targets[0].values[batch.x[:, 0].argsort()])
    return np.array(found)


def test_noise_multiplies_logits_by_one_and_a_bit() -> None:
    z = np.array([[1.0, -2.0, 0.5], [-4.0, 3.0, 2.0], [1.0, 1.0, 8.0]])
    factor = met(noisy(z, THREE, sigma=0.3, share=0.25, floor=0)) / z
    hit = (factor != 1).any(axis=2)
    assert (hit == (factor != 1).all(axis=2)).all(), "a row is disturbed as a whole or not at all"
    assert hit.mean() == pytest.approx(0.25, abs=0.02)
    assert factor[hit].mean() == pytest.approx(1, abs=0.02)
    assert factor[hit].std() == pytest.approx(0.3, abs=0.02)
    apart = np.corrcoef(factor[hit].T)
    assert np.abs(apart - np.eye(3)).max() < 0.06, "each logit has a number of its own"
    assert len(np.unique(factor[hit][:, 0])) == hit.sum(), "and in every epoch anew"


def test_without_noise_they_are_the_logits() -> None:
    z = np.random.default_rng(2).normal(0, 3, (3, 3))
    for quiet in ({"sigma": 0.0}, {"share": 0.0}):
        target = noisy(z, THREE, **quiet)
        np.testing.assert_allclose(met(target, 2), [logits(z, THREE).values] * 2)
    assert noisy(z, THREE).loss is Loss.SQUARED and noisy(z, THREE).scale is Scale.LOGIT
    assert "streaming" in plugin_of(noisy).needs


def test_labels_ask_no_teacher() -> None:
    target = labels(np.array([1, -1, 0]), TWO)
    np.testing.assert_array_equal(target.values, [[0, 1], [np.nan, np.nan], [1, 0]])
    assert target.loss is Loss.SQUARED
    assert "outputs" not in plugin_of(labels).takes


@pytest.mark.parametrize("objective", [labels, hard])
@pytest.mark.parametrize("loss", ["squared", "cross_entropy"])
def test_the_need_follows_the_loss(objective: object, loss: str) -> None:
    assert plugin_of(objective).needs_of({"loss": loss}) == {loss}


def test_hard_is_the_decision() -> None:
    z = to_logits(np.array([0.4999, 0.5, 0.9]), TWO)
    np.testing.assert_array_equal(hard(z, TWO).values, [[1, 0], [0, 1], [0, 1]])
    z = np.array([[0.0, 2.0, 1.0], [3.0, 2.0, 1.0], [np.nan] * 3])
    np.testing.assert_array_equal(hard(z, THREE).values, [[0, 1, 0], [1, 0, 0], [np.nan] * 3])
    z = np.array([[-0.1, 0.0], [np.nan, np.nan]])
    target = hard(z, LABELS, loss="cross_entropy")
    np.testing.assert_array_equal(target.values, [[0, 1], [np.nan, np.nan]])
    assert target.loss is Loss.CROSS_ENTROPY


def test_rows_without_an_answer_have_no_target() -> None:
    z = np.array([[np.nan, np.nan], [0.0, 1.0]])
    for target in (probabilities(z, TWO), logits(z, TWO), soft(z, np.array([0, 1]), TWO)[0]):
        np.testing.assert_array_equal(np.isnan(target.values).any(axis=1), [True, False])


def test_hard_labels_do_not_turn_on_rounding() -> None:
    tie = np.array([[0.5, 0.5], [0.5 + 1e-16, 0.5 - 1e-16]])
    np.testing.assert_array_equal(hard(to_logits(tie, TWO), TWO).values, [[0, 1], [0, 1]])
    some = to_logits(np.array([[0.5, 0.5 - 1e-16]]), LABELS)
    np.testing.assert_array_equal(hard(some, LABELS).values, [[1, 1]])


def test_noise_as_released_with_kdgan() -> None:
    z = np.array([[1.0, -2.0, 0.5], [-4.0, 3.0, 2.0], [1.0, 1.0, 8.0]])
    dropped = met(noisy(z, THREE, sigma=0.0, drop=0.2, floor=0)) / z
    assert set(np.unique(dropped.round(9))) == {0.0, 1.25}
    assert (dropped == 0).mean() == pytest.approx(0.2, abs=0.02)
    both = met(noisy(z, THREE, sigma=0.1, share=1.0, drop=0.2, floor=0)) / z
    assert both.mean() == pytest.approx(1, abs=0.02)
    near_zero = both[np.abs(both) < 0.6]
    assert near_zero.std() == pytest.approx(0.1, abs=0.01), "a dropped logit keeps its noise"


def test_noise_may_hit_each_logit_for_itself() -> None:
    z = np.ones((3, 3))
    hit = met(noisy(z, THREE, sigma=0.3, share=0.25, share_per="logit", floor=0)) != 1
    assert hit.mean() == pytest.approx(0.25, abs=0.02)
    apart = np.corrcoef(hit.reshape(-1, 3).T)
    assert np.abs(apart - np.eye(3)).max() < 0.06


def test_logits_and_labels_are_half_a_sum_of_squares_and_a_cross_entropy() -> None:
    z, h = np.random.default_rng(0).normal(size=(2, 4, 3))
    y = np.array([2, 0, -1, 1])
    terms = logits_and_labels(z, y, THREE, kd_weight=0.7, divide=3.0)
    found = [float(targets_loss(torch.tensor(h), t, Link.SOFTMAX)) for t in terms]
    assert found[0] == pytest.approx(0.7 * 0.5 * (((h - z) / 3) ** 2).sum(1).mean())
    logs = np.log(softmax(h, axis=1))
    assert found[1] == pytest.approx(-0.3 * logs[[0, 1, 3], [2, 0, 1]].sum() / 4)
