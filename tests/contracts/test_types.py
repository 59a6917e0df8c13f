"""Rows and batches: what travels with what, and how long an epoch is."""

from dataclasses import replace

import numpy as np
import pytest

from tscbench import Array, Batch, CompressionSet, Loss, Rng, Rows, Targets


def rows(n: int) -> Rows:
    return Rows(np.arange(n, dtype=float)[:, None], np.arange(n), np.arange(n) + 10)


def numbered(n: int, start: int = 0) -> Batch:
    x = np.arange(start, start + n, dtype=float)[:, None]
    return Batch(x, (Targets(x.copy(), Loss.SQUARED, weight=x[:, 0].copy()),))


def made(n: int, n_train: int, p_fake: float = 0.0, per_example: bool = False) -> CompressionSet:
    real = numbered(n)
    live = p_fake > 0
    fresh = (lambda rng: numbered(5, 100)) if live else None
    return CompressionSet(rows(n), None, None, real.targets, n_train, 0, p_fake, per_example, fresh)


def test_take_keeps_every_column_aligned():
    full = Rows(np.eye(3), np.arange(3), np.arange(3) + 7, np.eye(3) * 2, np.eye(3) * 3)
    part = full.take(np.array([2, 0]))
    assert part.id.tolist() == [9, 7] and part.y.tolist() == [2, 0]
    assert np.array_equal(part.privileged, 2 * part.x)
    assert np.array_equal(part.truth, 3 * part.x)


def test_what_predict_sees_has_no_labels_and_no_truth():
    hidden = Rows(np.eye(2), np.arange(2), np.arange(2), truth=np.eye(2)).unlabelled()
    assert hidden.y is None and hidden.truth is None


@pytest.mark.parametrize(
    ("n", "n_train"), [(20, 20), (200, 20), (7, 20)], ids=["real", "both", "left out"]
)
def test_an_epoch_is_as_many_steps_for_every_arm(n, n_train):
    batches = list(made(n, n_train).batches(8, np.random.default_rng(0)))
    assert len(batches) == 3


def test_one_epoch_of_the_real_arm_serves_each_row_once_with_its_own_target():
    batches = list(made(20, 20).batches(8, np.random.default_rng(0)))
    x = np.concatenate([b.x for b in batches])
    assert sorted(x[:, 0]) == list(range(20))
    for batch in batches:
        assert np.array_equal(batch.targets[0].values, batch.x)
        assert np.array_equal(batch.targets[0].weight, batch.x[:, 0])


@pytest.mark.parametrize("per_example", [False, True])
def test_a_stream_mixes_by_batch_or_by_example(per_example):
    batches = list(made(96, 96, 0.5, per_example).batches(4, np.random.default_rng(0)))
    beyond = [int((b.x >= 100).sum()) for b in batches]
    mixed = [0 < k < len(b.x) for k, b in zip(beyond, batches, strict=True)]
    assert len(batches) == 24 and 0 < sum(beyond) < 96
    assert any(mixed) == per_example
    for batch in batches:
        assert np.array_equal(np.asarray(batch.targets[0].values), batch.x)
        assert np.array_equal(np.asarray(batch.targets[0].weight), batch.x[:, 0])


def test_batches_follow_the_random_numbers_alone():
    def first(rng: Rng) -> Array:
        return next(iter(made(50, 50, 0.5).batches(8, rng))).x

    assert np.array_equal(first(np.random.default_rng(3)), first(np.random.default_rng(3)))


@pytest.mark.parametrize("p_fake", [0.0, 0.5])
def test_a_transform_changes_inputs_and_leaves_targets(p_fake):
    plain = made(20, 20, p_fake)
    moved = replace(plain, transform=lambda x, rng: x + 1000)
    pairs = zip(*(s.batches(8, np.random.default_rng(0)) for s in (plain, moved)), strict=True)
    for one, other in pairs:
        assert np.array_equal(other.x, one.x + 1000)
        assert np.array_equal(other.targets[0].values, one.targets[0].values)
