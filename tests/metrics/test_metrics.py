"""Metrics: against scikit-learn, and against sums done by hand."""

import numpy as np
import pytest
from sklearn import metrics as reference
from tscbench_plugins.metrics.accuracy import accuracy
from tscbench_plugins.metrics.agreement import agreement
from tscbench_plugins.metrics.auc import auc
from tscbench_plugins.metrics.balanced_accuracy import balanced_accuracy
from tscbench_plugins.metrics.brier import brier
from tscbench_plugins.metrics.ece import ece
from tscbench_plugins.metrics.fidelity import fidelity
from tscbench_plugins.metrics.log_loss import log_loss

from tscbench import Link, Schema, to_logits
from tscbench.contracts.kinds import plugin_of

TWO = Schema((3,), (2,))
FOUR = Schema((3,), (4,))
LABELS = Schema((3,), (3,), Link.SIGMOID)
OF_LABELS = (accuracy, balanced_accuracy, auc, log_loss, brier, ece)


def two_classes(n: int = 400, ties: bool = False) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    p = rng.random(n)
    y = (rng.random(n) < p).astype(int)
    return y, np.round(p * 7) / 7 if ties else p


def four_classes(n: int = 300, parts: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    p = rng.dirichlet(np.ones(4), n)
    y = np.array([rng.choice(4, p=row) for row in p])
    return y, np.array([rng.multinomial(parts, row) / parts for row in p]) if parts else p


def several_labels(n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    p = rng.random((n, 3))
    return (rng.random(p.shape) < p).astype(float), p


@pytest.mark.parametrize("ties", [False, True])
def test_auc_of_two_classes(ties: bool) -> None:
    y, p = two_classes(ties=ties)
    assert abs(auc(y, to_logits(p, TWO), TWO) - reference.roc_auc_score(y, p)) < 1e-12


@pytest.mark.parametrize("parts", [0, 10])
def test_auc_of_more_classes_is_one_against_rest(parts: int) -> None:
    y, p = four_classes(parts=parts)
    expected = np.mean([reference.roc_auc_score(y == c, p[:, c]) for c in range(4)])
    assert abs(auc(y, to_logits(p, FOUR), FOUR) - expected) < 1e-12


def test_auc_leaves_out_classes_without_rows() -> None:
    y, p = four_classes()
    y, p = y[y != 2], p[y != 2]
    expected = np.mean([reference.roc_auc_score(y == c, p[:, c]) for c in (0, 1, 3)])
    assert abs(auc(y, to_logits(p, FOUR), FOUR) - expected) < 1e-12


def test_auc_of_labels_is_the_mean_over_those_with_both_values() -> None:
    y, p = several_labels()
    y[:, 1] = 1.0
    y[:5, 2] = np.nan
    first = reference.roc_auc_score(y[:, 0], p[:, 0])
    third = reference.roc_auc_score(y[5:, 2], p[5:, 2])
    assert abs(auc(y, to_logits(p, LABELS), LABELS) - (first + third) / 2) < 1e-12


def test_auc_is_the_same_with_labels_and_outputs_flipped() -> None:
    y, p = two_classes(ties=True)
    z = to_logits(p, TWO)
    assert auc(1 - y, z[:, ::-1], TWO) == auc(y, z, TWO)


def test_auc_ranks_where_softmax_saturates() -> None:
    z = np.array([[0.0, 50.0], [0.0, 51.0], [-700.0, 52.0]])
    assert auc(np.array([0, 1, 1]), z, TWO) == 1.0
    assert auc(np.array([1, 0, 0]), z, TWO) == 0.0


def test_auc_by_hand() -> None:
    z = np.array([[0, 1], [0, 2], [0, 2], [0, 3]], dtype=float)
    assert auc(np.array([0, 0, 1, 1]), z, TWO) == (1 + 0.5 + 1 + 1) / 4


def test_auc_is_nan_where_it_is_undefined() -> None:
    z = np.array([[0.0, 1.0], [0.0, 2.0]])
    assert np.isnan(auc(np.array([1, 1]), z, TWO))
    assert np.isnan(auc(np.array([0, 1]), np.array([[0.0, np.nan], [0.0, 1.0]]), TWO))


def test_decisions_of_two_classes_are_cut_at_a_half() -> None:
    y, p = two_classes(ties=False)
    p[:40] = 0.5
    z = to_logits(p, TWO)
    assert accuracy(y, z, TWO) == reference.accuracy_score(y, p >= 0.5)
    expected = reference.balanced_accuracy_score(y, p >= 0.5)
    assert abs(balanced_accuracy(y, z, TWO) - expected) < 1e-12


def test_decisions_of_more_classes() -> None:
    y, p = four_classes()
    z, decided = to_logits(p, FOUR), p.argmax(axis=1)
    assert accuracy(y, z, FOUR) == reference.accuracy_score(y, decided)
    expected = reference.balanced_accuracy_score(y, decided)
    assert abs(balanced_accuracy(y, z, FOUR) - expected) < 1e-12


def test_decisions_of_labels() -> None:
    y, p = several_labels()
    z, decided = to_logits(p, LABELS), p >= 0.5
    assert abs(accuracy(y, z, LABELS) - (1 - reference.hamming_loss(y, decided))) < 1e-12
    expected = np.mean(
        [reference.balanced_accuracy_score(y[:, j], decided[:, j]) for j in range(3)]
    )
    assert abs(balanced_accuracy(y, z, LABELS) - expected) < 1e-12


def test_unknown_labels_do_not_count() -> None:
    y, p = several_labels()
    z = to_logits(p, LABELS)
    for metric in OF_LABELS:
        hidden = y.copy()
        hidden[100:] = np.nan
        assert metric(hidden, z, LABELS) == pytest.approx(metric(y[:100], z[:100], LABELS))


def test_log_loss() -> None:
    y, p = two_classes()
    assert log_loss(y, to_logits(p, TWO), TWO) == pytest.approx(reference.log_loss(y, p), rel=1e-12)
    y, p = four_classes()
    assert log_loss(y, to_logits(p, FOUR), FOUR) == pytest.approx(
        reference.log_loss(y, p), rel=1e-12
    )
    y, p = several_labels()
    expected = np.mean([reference.log_loss(y[:, j], p[:, j]) for j in range(3)])
    assert log_loss(y, to_logits(p, LABELS), LABELS) == pytest.approx(expected, rel=1e-12)


def test_log_loss_is_floored() -> None:
    z = to_logits(np.array([-0.3, 0.0]), TWO)
    assert log_loss(np.array([1, 1]), z, TWO) == pytest.approx(12 * np.log(10))
    assert log_loss(np.array([1, 1]), z, TWO, floor=0.01) == pytest.approx(2 * np.log(10))


def test_brier() -> None:
    y, p = two_classes()
    expected = reference.brier_score_loss(y, p)
    assert brier(y, to_logits(p, TWO), TWO) == pytest.approx(expected, rel=1e-12)
    y, p = four_classes()
    expected = np.mean(np.sum((p - np.eye(4)[y]) ** 2, axis=1))
    assert brier(y, to_logits(p, FOUR), FOUR) == pytest.approx(expected, rel=1e-12)
    y, p = several_labels()
    assert brier(y, to_logits(p, LABELS), LABELS) == pytest.approx(np.mean((p - y) ** 2), rel=1e-12)


def test_ece_by_hand() -> None:
    p, y = np.array([0.92, 0.98, 0.3, 0.35]), np.array([1, 0, 0, 0])
    # confidences .92 and .98: accuracy .5 against .95; .7 and .65 in bins of their own at 15
    assert ece(y, to_logits(p, TWO), TWO, n_bins=10) == pytest.approx(
        (2 * abs(0.5 - 0.95) + 2 * abs(1 - 0.675)) / 4
    )
    assert ece(y, to_logits(p, TWO), TWO) == pytest.approx(
        (abs(1 - 0.92) + abs(0 - 0.98) + abs(1 - 0.7) + abs(1 - 0.65)) / 4
    )


def test_ece_of_more_classes_and_labels() -> None:
    p = np.array([[0.6, 0.2, 0.1, 0.1], [0.1, 0.1, 0.2, 0.6]])
    z = to_logits(p, FOUR)
    assert ece(np.array([0, 0]), z, FOUR, n_bins=1) == pytest.approx(abs(0.5 - 0.6))
    q, y = np.array([[0.9, 0.2, 0.5]]), np.array([[1.0, 1.0, 1.0]])
    z = to_logits(q, LABELS)
    assert ece(y, z, LABELS, n_bins=1) == pytest.approx(abs(2 / 3 - (0.9 + 0.8 + 0.5) / 3))


def test_ece_of_calibrated_answers_is_small_and_of_bold_ones_is_not() -> None:
    y, p = two_classes(20_000)
    z = to_logits(p, TWO)
    assert ece(y, z, TWO) < 0.02 < 0.05 < ece(y, 4 * z, TWO)


def test_agreement() -> None:
    teacher, student = np.array([0.2, 0.5, 0.7, 0.9]), np.array([0.4, 0.6, 0.3, 0.5])
    z = [to_logits(p, TWO) for p in (student, teacher)]
    assert agreement(z[0], TWO, z[1]) == 0.75
    _, p = four_classes()
    q = np.roll(p, 1, axis=0)
    expected = reference.accuracy_score(p.argmax(axis=1), q.argmax(axis=1))
    assert agreement(to_logits(p, FOUR), FOUR, to_logits(q, FOUR)) == expected
    _, p = several_labels()
    z = to_logits(p, LABELS)
    assert agreement(z, LABELS, to_logits(p[::-1], LABELS)) == np.mean((p > 0.5) == (p > 0.5)[::-1])


def test_fidelity_is_r2() -> None:
    rng = np.random.default_rng(5)
    p, q = rng.random(200), rng.random(200)
    z, t = to_logits(q, TWO), to_logits(p, TWO)
    assert fidelity(z, TWO, t) == pytest.approx(reference.r2_score(p, q), abs=1e-12)
    _, p = four_classes()
    _, q = four_classes(parts=10)
    expected = reference.r2_score(p, q, multioutput="variance_weighted")
    assert fidelity(to_logits(q, FOUR), FOUR, to_logits(p, FOUR)) == pytest.approx(expected)
    assert fidelity(t, TWO, t) == 1.0
    assert np.isnan(fidelity(z, TWO, np.zeros_like(z)))


def test_no_rows_give_nan() -> None:
    for schema in (TWO, FOUR, LABELS):
        z = np.zeros((0, schema.outputs[0]))
        y = z.copy() if schema is LABELS else np.zeros(0, int)
        assert all(np.isnan(metric(y, z, schema)) for metric in OF_LABELS)
        assert np.isnan(agreement(z, schema, z)) and np.isnan(fidelity(z, schema, z))


def test_losses_say_that_less_is_better() -> None:
    declared = {m.__name__: plugin_of(m).direction for m in (*OF_LABELS, agreement, fidelity)}
    assert {name for name, way in declared.items() if way == "lower"} == {
        "log_loss",
        "brier",
        "ece",
    }


@pytest.mark.parametrize("n_bins", [3, 5, 10, 15])
def test_rows_on_the_edge_of_a_bin_are_in_one_bin_after_logits(n_bins: int) -> None:
    """Six of ten rows right at a confidence of 0.6: the error is 0, and so at every edge."""
    for tenths in range(5, 10):
        rest = 10 - tenths
        p = np.array([[tenths, i, rest - i] for i in range(rest + 1)] * 10)[:20] / 10
        p = np.stack([np.roll(row, i) for i, row in enumerate(p)])
        best = p.argmax(axis=1)
        y = np.where(np.arange(20) % 10 < tenths, best, (best + 1) % 3)
        outputs = to_logits(p, Schema((3,), (3,)))
        if tenths > 5:
            assert ece(y, outputs, Schema((3,), (3,)), n_bins=n_bins) < 1e-9
    half = to_logits(np.array([[0.5, 0.5 - 1e-16, 0.5]]), LABELS)
    truth = np.array([[1.0, 1.0, 0.0]])
    assert ece(truth, half, LABELS, n_bins=n_bins) == pytest.approx(1 / 6)
    assert accuracy(truth, half, LABELS) == pytest.approx(2 / 3)


def test_rounding_makes_no_rank_and_no_decision() -> None:
    """Both rows are at 0.6, of shares that were summed in another order."""
    p = np.array([0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1])
    assert p[0] != p[1]
    y = np.array([0, 1])
    assert auc(y, to_logits(p, TWO), TWO) == auc(y[::-1], to_logits(p, TWO), TWO) == 0.5
    tie = np.array([[0.5, 0.5], [0.5 + 1e-16, 0.5 - 1e-16]])
    both = to_logits(tie, TWO)
    ones = np.ones(2, int)
    assert accuracy(ones, both, TWO) == balanced_accuracy(ones, both, TWO) == 1
    assert agreement(both[:1], TWO, both[1:]) == 1


def test_answers_that_differ_by_rounding_do_not_vary() -> None:
    p = np.array([0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, 0.6])
    assert np.isnan(fidelity(to_logits(np.array([0.1, 0.5, 0.6]), TWO), TWO, to_logits(p, TWO)))
